"""The parts of a definition as forms and rows, so that nobody has to write data by hand: to the form and back.

A row of a definition has cells; each kind of cell says what it is drawn as, and how its data become what is typed and
what is typed data. The rows of a part stand in :data:`PARTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilar.design.fields import DayField
from pilar.design.forms import FaultsForm, Rows
from pilar.permits.rules.roles import OFFICERS
from pilar.permits.rules.services import (
    APPLICANT_NAMES,
    KIND_NAMES,
    LEAVE_NAMES,
    STAGE_KINDS,
    STATUS_NAMES,
    Service,
    role_text,
    written,
)
from pilar.platform import numbering
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import mark, translate

Data = dict[str, Any]
Choices = Callable[[], list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of a definition on a form: what it is called and drawn as, and both ways between data and what is
    typed. ``ticked``: always sent, so that it does not say whether somebody filled in the row."""

    label: Any
    drawn: Callable[..., forms.Field] = forms.CharField
    show: Callable[[Any], Any] = lambda data: data
    read: Callable[[Any], Any] = lambda typed: typed
    needed: bool = False
    help: Any = ""
    choices: Choices | None = None
    lines: int = 0
    ticked: bool = False

    def field(self) -> forms.Field:
        named: Data = {"label": self.label, "required": self.needed, "help_text": self.help}
        if self.lines:
            named["widget"] = forms.Textarea(attrs={"rows": self.lines})
        if self.choices is not None:
            named["choices"] = self.choices
        return self.drawn(**named)


def text(label: Any, **named: Any) -> Cell:
    return Cell(label, lambda **given: forms.CharField(max_length=1000, **given), **named)


def whole(label: Any) -> Cell:
    return Cell(label, lambda **given: forms.IntegerField(min_value=0, **given))


def words(label: Any, **named: Any) -> Cell:
    """Several keys with spaces between."""
    return text(label, show=lambda data: " ".join(data or ()), read=str.split, **named)


def both(label: Any, **named: Any) -> Cell:
    """A text in both languages."""
    help_text = _("Indonesian | English")
    return text(label, show=_two, read=lambda typed: _of_two(typed) if typed else None, help=help_text, **named)


def tick(label: Any) -> Cell:
    return Cell(label, forms.BooleanField)


def choice(label: Any, choices: Choices) -> Cell:
    return Cell(label, forms.ChoiceField, choices=choices, ticked=True)


def several(label: Any, choices: Choices) -> Cell:
    return Cell(
        label, lambda **given: forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, **given), choices=choices
    )


def _two(data: Any) -> str:
    return " | ".join(dict.fromkeys(filter(None, ((data or {}).get("id"), (data or {}).get("en")))))


def _of_two(typed: str) -> Data:
    first, _bar, other = (one.strip() for one in typed.partition("|"))
    return {"id": first, "en": other} if other else {"id": first}


def _named(names: Mapping[Any, str]) -> Choices:
    return lambda: [(str(one.value), translate(name)) for one, name in names.items()]


_KINDS: Mapping[str, Data] = {
    "text": {"type": "string"}, "choice": {"type": "string"}, "number": {"type": "number"}, "flag": {"type": "boolean"},
    "whole": {"type": "integer"}, "day": {"type": "string", "format": "date"},
}  # fmt: skip
_KIND_NAMES = (
    ("text", _("Written answer")), ("choice", _("Choice")), ("number", _("Number with decimals")),
    ("whole", _("Whole number")), ("flag", _("Yes or no")), ("day", _("Day")),
)  # fmt: skip
_UNITS: Choices = lambda: [("days", str(_("working days"))), ("hours", str(_("office hours")))]  # noqa: E731
_WHEN = _("For example: area > 18 and kind == 'new'. Empty: always")
_KEYS = _("Keys of stages, with spaces between")
GENERAL = {
    "name": both(_("Name"), needed=True),
    "from_region": text(_("Whose standard it is"), needed=True),
    "source": text(_("Source"), needed=True),
    "status": choice(_("Origin of the rows"), _named(STATUS_NAMES)),
    "note": both(_("Note"), lines=2),
    "basis": text(_("Legal basis"), show="\n".join, read=str.splitlines, lines=3),
    "applicants": several(_("Who may apply"), _named(APPLICANT_NAMES)),
    "kinds": several(_("Kinds of application"), _named(KIND_NAMES)),
    "number": choice(
        _("Pattern of numbers"), lambda: [(one, one) for one in sorted(numbering.kinds()) if one.startswith("permits.")]
    ),
    "kbli": words(_("Fields of business (KBLI 2020)"), help=_("Beginnings of codes, with spaces between")),
    "closed": text(_("Closed, because")),
}
REQUIREMENT = {
    "key": text(_("Short key"), needed=True),
    "name": both(_("Document"), needed=True),
    "when": text(_("Needed where"), help=_WHEN),
    "keeps": tick(_("May be kept for the next application")),
}
FIELD = {
    "key": text(_("Name in conditions and formulas"), needed=True),
    "name": both(_("Question"), needed=True),
    "kind": choice(_("Kind"), lambda: [(key, str(name)) for key, name in _KIND_NAMES]),
    "required": tick(_("Has to be answered")),
    "once": tick(_("No other permit may have the same answer")),
    "group": both(_("Under the heading")),
    "show": text(_("Asked where"), help=_WHEN),
    "options": text(_("Answers to choose from"), lines=3, help=_("One a line: key = Indonesian | English")),
    "minimum": whole(_("Lowest number")),
    "maximum": whole(_("Highest number, or most characters")),
    "pattern": text(_("Pattern"), help=_("For example [0-9]{16}")),
    "help": text(_("Explanation")),
}
STAGE = {
    "key": text(_("Short key"), needed=True),
    "name": both(_("Stage"), needed=True),
    "kind": choice(_("Kind"), _named(STAGE_KINDS)),
    "role": choice(_("Done by"), lambda: [(key, role_text(key)) for key in OFFICERS]),
    "office": text(_("Office")),
    "limit": whole(_("Takes at most")),
    "unit": choice(_("Unit of the limit"), _UNITS),
    "after": words(_("After"), help=_KEYS),
    "when": text(_("Needed where"), help=_WHEN),
    "returns": words(_("Sends back to"), help=_KEYS),
    "four_eyes": words(_("By somebody else than"), help=_KEYS),
}
TERMS = {
    "limit": whole(_("Takes at most")),
    "unit": choice(_("Unit of the limit"), _UNITS),
    "leave": choice(_("Joint leave"), _named(LEAVE_NAMES)),
    "limit_source": text(_("Source of the limit")),
    "free": tick(_("Free of charge")),
    "formula": text(_("Formula"), help=_("Names of fields and of the figures below: rupiah(area * days * rate)")),
    "fee_basis": text(_("Basis of the cost")),
    "years": whole(_("Holds for so many years")),
    "until": text(_("Holds until the day of this field")),
}
TARIFF = {
    "name": text(_("Name in the formula"), needed=True),
    "value": text(_("Figure"), needed=True, help=_("With a point before the decimals: 1250.5")),
    "source": text(_("Source"), needed=True),
}
CLUSTER = {
    "name": text(_("Cluster"), needed=True),
    "years": whole(_("Holds for so many years")),
    "until": text(_("Holds until the day of this field")),
}


class SeenForm(FaultsForm):
    """What a draft says besides its rows; knows which edition was seen."""

    seen_field = "seen"
    seen = forms.IntegerField(widget=forms.HiddenInput)


class PublishForm(FaultsForm):
    valid_from = DayField(label=_("Holds from"))


class ReasonForm(FaultsForm):
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class BeginForm(FaultsForm):
    """A service that nobody has described yet."""

    key = forms.RegexField(r"^[a-z][a-z0-9-]{1,59}$", label=_("Short key"), help_text=_("Small letters and hyphens"))
    name = forms.CharField(label=_("Name in Indonesian"), max_length=200)


Cells = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Part:
    """A page of a definition: its cells and rows, and what lies between them and the definition (``flat``: to what the
    cells show; ``data``: from what was typed)."""

    title: Any
    cells: Cells
    rows: Mapping[str, Cells]
    flat: Callable[[Data], Data]
    data: Callable[[Data], Data]

    def shown(self, service: Service, edition: int, sent: Any) -> tuple[SeenForm, list[Rows[Any]]]:
        """Its form and rows, with what the service says, or with what was sent."""
        said = self.flat(written(service))
        form = _form(self.cells, SeenForm)(sent, initial={**_shown(self.cells, said), "seen": edition})
        return form, [
            Rows(
                _form(cells, FaultsForm), name, first=[_shown(cells, row) for row in said.get(name, ())],
                fixed={key for key, one in cells.items() if one.ticked},
            )
            for name, cells in self.rows.items()
        ]  # fmt: skip

    def typed(self, form: SeenForm, rows: Sequence[Rows[Any]]) -> Data:
        """The parts of the definition that were typed; raises Faults where two fields have one name."""
        lists = {each.name: [_read(self.rows[each.name], one.cleaned_data) for one in each.forms] for each in rows}
        return self.data({**_read(self.cells, form.cleaned_data), **lists})


def _form(cells: Cells, base: type[FaultsForm]) -> type[Any]:
    return type("PartForm", (base,), {name: one.field() for name, one in cells.items()})


def _shown(cells: Cells, data: Data) -> Data:
    return {name: one.show(data[name]) for name, one in cells.items() if data.get(name) is not None}


def _read(cells: Cells, typed: Data) -> Data:
    found = {name: one.read(typed[name]) for name, one in cells.items()}
    return {name: value for name, value in found.items() if value not in (None, "", False)}


def _all_of(*names: str) -> Callable[[Data], Data]:
    """These parts of the definition, also where nothing was typed."""
    return lambda typed: {name: typed.get(name) for name in names}


def _flat_limit(row: Data) -> Data:
    limit = row.get("limit") or {}
    return {**row, "limit": limit.get("days") or limit.get("hours"), "unit": "hours" if "hours" in limit else "days"}


def _limit(row: Data) -> Data:
    rest = {name: one for name, one in row.items() if name not in ("limit", "unit")}
    return {**rest, "limit": {row["unit"]: row["limit"]} if row.get("limit") else None}


def _flat_terms(said: Data) -> Data:
    fee, validity = dict(said.get("fee") or {}), said.get("validity") or {}
    tariffs = [{"name": name, **one} for name, one in fee.get("inputs", {}).items()]
    clusters = [{"name": name, **one} for name, one in validity.get("cluster", {}).items()]
    fee["fee_basis"] = fee.pop("basis", None)
    return {**_flat_limit(said), **fee, **validity, "tariffs": tariffs, "clusters": clusters}


def _terms(typed: Data) -> Data:
    fee = {name: typed[name] for name in ("free", "formula") if name in typed}
    fee |= {"basis": typed["fee_basis"]} if "fee_basis" in typed else {}
    validity = {name: typed[name] for name in ("years", "until") if name in typed}
    fee |= {"inputs": {one.pop("name"): one for one in typed["tariffs"]}} if typed["tariffs"] else {}
    validity |= {"cluster": {one.pop("name"): one for one in typed["clusters"]}} if typed["clusters"] else {}
    said = {name: typed.get(name) for name in ("leave", "limit_source")}
    return {**said, "limit": _limit(typed)["limit"], "fee": fee or None, "validity": validity or None}


def _flat_form(said: Data) -> Data:
    form = said.get("form", {})
    return {"form": [_flat_field(key, form["properties"][key], form) for key in form.get("x-order", ())]}


def _flat_field(key: str, schema: Data, form: Data) -> Data:
    kinds = {(one["type"], one.get("format")): kind for kind, one in _KINDS.items() if kind != "choice"}
    labels = schema.get("x-labels", {})
    options = [f"{one} = {_two(labels.get(one, {'id': one}))}" for one in schema.get("enum", ())]
    return {
        "key": key, "kind": "choice" if options else kinds.get((schema.get("type"), schema.get("format")), "text"),
        "name": {"id": schema.get("title"), "en": schema.get("x-title-en")},
        "required": key in form.get("required", ()), "once": schema.get("x-once"),
        "group": {"id": schema.get("x-group"), "en": schema.get("x-group-en")}, "show": schema.get("x-show"),
        "options": "\n".join(options), "minimum": schema.get("minimum"), "pattern": schema.get("pattern"),
        "maximum": schema.get("maximum", schema.get("maxLength")), "help": schema.get("description"),
    }  # fmt: skip


def _typed_form(typed: Data) -> Data:
    rows = typed["form"]
    keys = [row["key"] for row in rows]
    sentence = mark("Another field has this name")
    if twice := [Fault("twice", sentence, {}, f"form.{at}.key") for at, key in enumerate(keys) if key in keys[:at]]:
        raise Faults(twice)
    properties = {row["key"]: _schema(row) for row in rows}
    required = [row["key"] for row in rows if row.get("required")]
    form = {"type": "object", "properties": properties} | ({"required": required} if required else {})
    return {"form": form if rows else None}


def _schema(row: Data) -> Data:
    lines = (line.partition("=") for line in row.get("options", "").splitlines() if line.strip())
    labels = {key.strip(): _of_two(said or key) for key, _sign, said in lines}
    group = row.get("group") or {}
    said = {
        "title": row["name"]["id"], "x-title-en": row["name"].get("en"), "description": row.get("help"),
        "x-group": group.get("id"), "x-group-en": group.get("en"), "x-show": row.get("show"),
        "x-once": row.get("once"), "pattern": row.get("pattern"), "minimum": row.get("minimum"),
        "maxLength" if row["kind"] == "text" else "maximum": row.get("maximum"),
        **({"enum": [*labels], "x-labels": labels} if row["kind"] == "choice" else {}),
    }  # fmt: skip
    return {**_KINDS[row["kind"]], **{name: one for name, one in said.items() if one is not None}}


PARTS: Mapping[str, Part] = {
    "umum": Part(_("General"), GENERAL, {}, lambda said: said, _all_of(*GENERAL)),
    "syarat": Part(_("Documents"), {}, {"requirements": REQUIREMENT}, lambda said: said, _all_of("requirements")),
    "formulir": Part(_("Form"), {}, {"form": FIELD}, _flat_form, _typed_form),
    "tahap": Part(
        _("Stages"), {}, {"stages": STAGE},
        lambda said: {"stages": [_flat_limit(one) for one in said.get("stages", ())]},
        lambda typed: {"stages": [_limit(one) for one in typed["stages"]]},
    ),
    "ketentuan": Part(_("Time, cost, validity"), TERMS, {"tariffs": TARIFF, "clusters": CLUSTER}, _flat_terms, _terms),
}  # fmt: skip
"""The pages on which a definition is written, by the last part of their address."""
PART_OF = {
    "requirements": "syarat", "form": "formulir", "stages": "tahap", "limit": "ketentuan", "fee": "ketentuan",
    "validity": "ketentuan",
}  # fmt: skip
"""On which of them a part of the definition is mended; all else is general."""
