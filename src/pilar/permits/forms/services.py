"""The parts of a definition as forms and rows, so that nobody has to write data by hand: to the form and back.

The forms are derived from the frozen rows of a service: the type of each field decides how a key is rendered and read.
Parts that are structured differently in a definition and on a page (fields of the form, figures, clusters) have rows of
their own here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from decimal import Decimal
from enum import StrEnum
from typing import Any, get_args, get_type_hints

from django import forms
from django.utils.translation import gettext_lazy as _

from pilar.design.fields import DayField, FigureField
from pilar.design.forms import FaultsForm, Rows
from pilar.permits.rules.clock import Limit
from pilar.permits.rules.roles import OFFICERS
from pilar.permits.rules.services import NAMED, Requirement, Service, Stage, Wording, role_text, written
from pilar.permits.rules.services.comparing import LABELS
from pilar.permits.rules.services.definition import NOTHING
from pilar.permits.rules.services.reading import LONGEST
from pilar.platform import numbering
from pilar.platform.calendar import Leave
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_, Bilingual, translate

Data = dict[str, Any]


class QuestionKind(StrEnum):
    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    WHOLE = "whole"
    FLAG = "flag"
    DAY = "day"
    POINT = "point"


@dataclass(frozen=True, slots=True)
class Question:
    """A field of the form of a service."""

    key: str
    name: Bilingual
    kind: QuestionKind
    required: bool = False
    once: bool = False
    place: bool = False
    group: Bilingual = NOTHING
    show: str = ""
    options: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    pattern: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """Time, cost and validity, flat."""

    limit: Limit | None = None
    limit_source: str = ""
    leave: Leave = Leave.OFF
    free: bool = False
    formula: str = ""
    fee_basis: str = ""
    years: int | None = None
    until: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    figure: str
    value: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class Cluster:
    cluster: str
    years: int | None = None
    until: str = ""


_NAMES: Mapping[Any, str] = {
    **NAMED, QuestionKind.TEXT: N_("Written answer"), QuestionKind.CHOICE: N_("Choice"),
    QuestionKind.NUMBER: N_("Number with decimals"), QuestionKind.WHOLE: N_("Whole number"),
    QuestionKind.FLAG: N_("Yes or no"), QuestionKind.DAY: N_("Day"),
    QuestionKind.POINT: N_("Place by its coordinates"),
}  # fmt: skip
_LABELS: Mapping[str, str] = {
    **LABELS, "key": N_("Short key"), "once": N_("No other permit may have the same answer"),
    "place": N_("Everybody reads the answer in the register as the place of the permit"),
    "minimum": N_("Lowest number"), "maximum": N_("Highest number, or most characters"), "pattern": N_("Pattern"),
    "free": N_("Free of charge"), "formula": N_("Formula"), "fee_basis": N_("Basis of the cost"),
    "years": N_("Holds for so many years"), "until": N_("Holds until the day of this field"),
    "figure": N_("Name in the formula"), "cluster": N_("Cluster"),
}  # fmt: skip
_WHEN = _("For example: area > 18 and kind == 'new'. Empty: always")
_KEYS = _("Keys of stages, with spaces between")
_HELP: Mapping[str, Any] = {
    "when": _WHEN, "show": _WHEN, "after": _KEYS, "returns": _KEYS, "four_eyes": _KEYS,
    "limit": _("Working days, for example 5; office hours as 10 jam"), "basis": _("One a line"),
    "kbli": _("Beginnings of codes, with spaces between"), "pattern": _("For example [0-9]{16}"),
    "options": _("One a line: key = Indonesian | English"),
    "formula": _("Names of fields and of the figures below: rupiah(area * days * rate)"),
    "title": _("Empty: the name of the service"), "answers": _("Keys of fields, with spaces between. Empty: all"),
    **dict.fromkeys(("opening", "body", "closing"), _("One paragraph a line, with names of the list in braces")),
}  # fmt: skip
_PARAGRAPHS = {"opening": 6, "body": 8, "closing": 6}
_LINES = {"basis": 3, "note": 2, "options": 3, **_PARAGRAPHS}
_CHOICES: Mapping[str, Callable[[], Iterable[tuple[str, str]]]] = {
    "role": lambda: [(officer, role_text(officer)) for officer in OFFICERS],
    "number": lambda: [(kind, kind) for kind in sorted(numbering.kinds()) if kind.startswith("permits.")],
}
_LIMIT = re.compile(r"(\d{1,4})\s*(\D*)")


@dataclass(frozen=True, slots=True)
class Cell:
    """A key on a form: its field, how the data are shown, and how they are read back. ``ticked``: always sent, so it
    does not show whether somebody filled in the row."""

    field: Callable[..., forms.Field]
    show: Callable[[Any], Any] = lambda data: data
    read: Callable[[Any], Any] = lambda typed: typed
    ticked: bool = False


def _cell(name: str, hint: Any) -> Cell:  # noqa: PLR0911 - one answer a type
    inner = next((member for member in get_args(hint) if member is not type(None) and member is not Ellipsis), hint)
    several = hint is not inner and getattr(hint, "__origin__", None) is tuple
    if name in _CHOICES:
        return Cell(lambda **named: forms.ChoiceField(choices=_CHOICES[name], **named), ticked=True)
    if isinstance(inner, type) and issubclass(inner, StrEnum):
        choices = [(choice.value, translate(_NAMES[choice])) for choice in inner]
        if several:
            box = forms.CheckboxSelectMultiple
            return Cell(lambda **named: forms.MultipleChoiceField(choices=choices, widget=box, **named))
        return Cell(lambda **named: forms.ChoiceField(choices=choices, **named), ticked=True)
    if inner is bool:
        return Cell(forms.BooleanField)
    if inner is int:
        return Cell(lambda **named: forms.IntegerField(min_value=0, **named))
    if inner is Decimal:
        return Cell(FigureField, Decimal, lambda typed: None if typed is None else f"{typed:f}")
    if inner is Limit:
        return Cell(_text(name), lambda data: f"{data['hours']} jam" if "hours" in data else f"{data['days']}", _limit)
    if inner is Bilingual:
        return Cell(_text(name, _("Indonesian | English")), _two, lambda typed: _of_two(typed) if typed else None)
    if several and name in _LINES:
        return Cell(_text(name), "\n".join, lambda typed: [line for line in typed.splitlines() if line.strip()])
    return Cell(_text(name), " ".join, str.split) if several else Cell(_text(name))


def _text(name: str, otherwise: Any = "") -> Callable[..., forms.Field]:
    def field(**named: Any) -> forms.Field:
        lines = _LINES.get(name)
        widget = forms.Textarea(attrs={"rows": lines}) if lines else forms.TextInput()
        most = 20_000 if name in _PARAGRAPHS else 1000
        return forms.CharField(
            max_length=most, widget=widget, **{**named, "help_text": named["help_text"] or otherwise}
        )

    return field


def _limit(typed: str) -> Data | None:
    if not typed.strip():
        return None
    match = _LIMIT.fullmatch(typed.strip())
    unit = "hours" if match and match[2].casefold().startswith(("jam", "hour")) else "days"
    return {unit: int(match[1]) if match else typed}


def _two(data: Data) -> str:
    return " | ".join(dict.fromkeys(filter(None, (data.get("id"), data.get("en")))))


def _of_two(typed: str) -> Data:
    first, _bar, other = (half.strip() for half in typed.partition("|"))
    return {"id": first, "en": other} if other else {"id": first}


class SeenForm(FaultsForm):
    """The part of a draft outside its rows, with the edition that was seen."""

    seen_field = "seen"
    seen = forms.IntegerField(widget=forms.HiddenInput)


class PublishForm(FaultsForm):
    valid_from = DayField(label=_("Holds from"))


class ReasonForm(FaultsForm):
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class BeginForm(FaultsForm):
    """A new service without any description."""

    key = forms.RegexField(r"^[a-z][a-z0-9-]{1,59}$", label=_("Short key"), help_text=_("Small letters and hyphens"))
    name = forms.CharField(label=_("Name in Indonesian"), max_length=200)


@dataclass(frozen=True, slots=True)
class Part:
    """A page of a definition: ``row`` and which ``names`` of it stand on the form, the kinds of its ``rows``, and the
    conversion between them and the definition (``flat``, and back: ``data``)."""

    title: Any
    row: type[Any] | None
    names: tuple[str, ...]
    rows: Mapping[str, type[Any]]
    flat: Callable[[Data], Data]
    data: Callable[[Data], Data]

    def shown(self, service: Service, edition: int, sent: Any) -> tuple[SeenForm, list[Rows[Any]]]:
        """The form and rows, filled from the service or from the sent page."""
        said = self.flat(written(service))
        cells = _cells(self.row, self.names) if self.row else {}
        form = _form(self.row, cells, SeenForm)(sent, initial={**_shown(cells, said), "seen": edition})
        lists = []
        for name, kind in self.rows.items():
            of = _cells(kind)
            first = [_shown(of, row) for row in said.get(name, ())]
            fixed = {key for key, cell in of.items() if cell.ticked}
            lists.append(Rows(_form(kind, of, FaultsForm), name, first=first, fixed=fixed))
        return form, lists

    def typed(self, form: SeenForm, rows: Sequence[Rows[Any]]) -> Data:
        """The parts of the definition as typed; raises Faults if two fields have the same name."""
        values = _read(_cells(self.row, self.names), form.cleaned_data) if self.row else {}
        lists = {
            row.name: [_read(_cells(self.rows[row.name]), each.cleaned_data) for each in row.forms] for row in rows
        }
        return self.data({**values, **lists})


def _cells(kind: type[Any], names: Iterable[str] = ()) -> dict[str, Cell]:
    hints = get_type_hints(kind)
    return {name: _cell(name, hints[name]) for name in names or hints}


def _form(kind: type[Any] | None, cells: Mapping[str, Cell], base: type[FaultsForm]) -> type[Any]:
    needed = {field.name for field in fields(kind) if field.default is MISSING} if kind else set()
    drawn = {
        name: cell.field(
            label=translate(_LABELS[name]), help_text=_HELP.get(name, ""),
            required=name in needed and cell.field is not forms.BooleanField,
        )
        for name, cell in cells.items()
    }  # fmt: skip
    return type("PartForm", (base,), drawn)


def _shown(cells: Mapping[str, Cell], data: Data) -> Data:
    return {name: cell.show(data[name]) for name, cell in cells.items() if data.get(name) is not None}


def _read(cells: Mapping[str, Cell], typed: Data) -> Data:
    values = {name: cell.read(typed[name]) for name, cell in cells.items()}
    return {name: value for name, value in values.items() if value not in (None, "", False)}


def _all_of(*names: str) -> Callable[[Data], Data]:
    """These parts of the definition, including empty ones."""
    return lambda typed: {name: typed.get(name) for name in names}


def _flat_terms(said: Data) -> Data:
    fee, validity = dict(said.get("fee") or {}), said.get("validity") or {}
    figures = [{"figure": name, **term} for name, term in fee.get("inputs", {}).items()]
    clusters = [{"cluster": name, **term} for name, term in validity.get("cluster", {}).items()]
    return {**said, **fee, "fee_basis": fee.get("basis"), **validity, "figures": figures, "clusters": clusters}


def _terms(typed: Data) -> Data:
    fee = {name: typed[name] for name in ("free", "formula") if name in typed}
    fee |= {"basis": typed["fee_basis"]} if "fee_basis" in typed else {}
    fee |= {"inputs": {figure.pop("figure"): figure for figure in typed["figures"]}} if typed["figures"] else {}
    validity = {name: typed[name] for name in ("years", "until") if name in typed}
    validity |= (
        {"cluster": {cluster.pop("cluster"): cluster for cluster in typed["clusters"]}} if typed["clusters"] else {}
    )
    said = {name: typed.get(name) for name in ("limit", "leave", "limit_source")}
    return {**said, "fee": fee or None, "validity": validity or None}


_SCHEMAS: Mapping[str, Data] = {
    "text": {"type": "string"}, "choice": {"type": "string"}, "number": {"type": "number"}, "flag": {"type": "boolean"},
    "whole": {"type": "integer"}, "day": {"type": "string", "format": "date"},
    "point": {"type": "string", "format": "point"},
}  # fmt: skip
_SAID = {
    "minimum": "minimum", "pattern": "pattern", "help": "description", "show": "x-show", "once": "x-once",
    "place": "x-place",
}  # fmt: skip
"""The texts of a question, and where they are in its schema."""


def _flat_form(said: Data) -> Data:
    form = said.get("form", {})
    return {"form": [_question(key, form["properties"][key], form) for key in form.get("x-order", ())]}


def _question(key: str, schema: Data, form: Data) -> Data:
    kinds = {(schema["type"], schema.get("format")): kind for kind, schema in _SCHEMAS.items() if kind != "choice"}
    labels = schema.get("x-labels", {})
    options = [f"{option} = {_two(labels.get(option, {'id': option}))}" for option in schema.get("enum", ())]
    return {
        "key": key, "kind": "choice" if options else kinds.get((schema.get("type"), schema.get("format")), "text"),
        "name": {"id": schema.get("title"), "en": schema.get("x-title-en")}, "options": options,
        "group": {"id": schema.get("x-group"), "en": schema.get("x-group-en")},
        "required": key in form.get("required", ()), "maximum": schema.get("maximum", schema.get("maxLength")),
        **{name: schema.get(at) for name, at in _SAID.items()},
    }  # fmt: skip


def _typed_form(typed: Data) -> Data:
    rows = typed["form"]
    keys = [row["key"] for row in rows]
    sentence = N_("Another field has this name")
    if twice := [Fault("twice", sentence, {}, f"form.{at}.key") for at, key in enumerate(keys) if key in keys[:at]]:
        raise Faults(twice)
    required = [row["key"] for row in rows if row.get("required")]
    form = {"type": "object", "properties": {row["key"]: _schema(row) for row in rows}}
    return {"form": {**form, **({"required": required} if required else {})} if rows else None}


def _schema(row: Data) -> Data:
    lines = (line.partition("=") for line in row.get("options", ()) if line.strip())
    labels = {key.strip(): _of_two(said or key) for key, _sign, said in lines}
    group = row.get("group") or {}
    said = {
        "title": row["name"]["id"], "x-title-en": row["name"].get("en"), "x-group": group.get("id"),
        "x-group-en": group.get("en"), "maxLength" if row["kind"] == "text" else "maximum": row.get("maximum"),
        **{at: row.get(name) for name, at in _SAID.items()},
        **({"enum": [*labels], "x-labels": labels} if row["kind"] == "choice" else {}),
    }  # fmt: skip
    return {**_SCHEMAS[row["kind"]], **{name: value for name, value in said.items() if value is not None}}


def _typed_wording(typed: Data) -> Data:
    sentence = N_("Paragraph %(number)s has more than %(most)s characters: divide it")
    if faults := [
        Fault("too-long", sentence, {"number": number, "most": LONGEST}, part)
        for part in _PARAGRAPHS for number, paragraph in enumerate(typed[part], 1) if len(paragraph) > LONGEST
    ]:  # fmt: skip
        raise Faults(faults)
    return {"document": {name: value for name, value in typed.items() if value} or None}


_GENERAL = (
    "name", "from_region", "source", "status", "note", "basis", "applicants", "kinds", "number", "kbli", "closed",
)  # fmt: skip
PARTS: Mapping[str, Part] = {
    "umum": Part(_("General"), Service, _GENERAL, {}, lambda said: said, _all_of(*_GENERAL)),
    "syarat": Part(_("Documents"), None, (), {"requirements": Requirement}, lambda said: said, _all_of("requirements")),
    "formulir": Part(_("Form"), None, (), {"form": Question}, _flat_form, _typed_form),
    "tahap": Part(_("Stages"), None, (), {"stages": Stage}, lambda said: said, _all_of("stages")),
    "ketentuan": Part(
        _("Time, cost, validity"), Terms, (), {"figures": Figure, "clusters": Cluster}, _flat_terms, _terms
    ),
    "dokumen": Part(_("Text of the permit"), Wording, (), {}, lambda said: said.get("document") or {}, _typed_wording),
}
"""The pages on which a definition is written, by the last part of their address."""
PART_OF = {
    "requirements": "syarat", "form": "formulir", "stages": "tahap", "limit": "ketentuan", "fee": "ketentuan",
    "validity": "ketentuan", "document": "dokumen",
}  # fmt: skip
"""The page on which each part of a definition is corrected; all other parts are on the general page."""
