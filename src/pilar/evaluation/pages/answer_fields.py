"""The fields of one indicator's form, as its kind asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from django.utils.translation import gettext as _

from pilar import index
from pilar.areas import reference
from pilar.areas.rules import zone_of
from pilar.design.numbers import DECIMAL_SEPARATOR
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.rules.answers import FIELDS, NUMBERS, TEXTS, VALUES, Given, as_text
from pilar.evaluation.rules.instrument_texts import told_of
from pilar.platform.language import reader_language, translate


@dataclass(frozen=True, slots=True)
class Level:
    """A level of the rubric as a choice; ``text``: what it asks for of this indicator, where the instrument says so."""

    value: str
    title: Bilingual
    chosen: bool
    text: Bilingual | None = None


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field. ``kind``: levels, number, check, line or lines. ``errors`` are sentences."""

    name: str
    label: str
    kind: str
    value: str
    hint: str = ""
    levels: tuple[Level, ...] = ()
    errors: tuple[str, ...] = ()

    @property
    def described(self) -> str:
        """Ids for ``aria-describedby``."""
        return " ".join([*([f"hint-{self.name}"] if self.hint else []), f"error-{self.name}"])


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which what was typed differs from what is stored."""

    name: str
    mine: str
    stored: str


def typed_texts(given: Given) -> dict[str, str]:
    """An answer as somebody types it: numbers with the decimal sign of the reader's language."""
    separator = DECIMAL_SEPARATOR[reader_language()]
    texts = {name: as_text(given, name) for name in FIELDS}
    return {name: text.replace(".", separator) if name in NUMBERS else text for name, text in texts.items()}


def fields(node: index.Node, typed: Mapping[str, str], errors: Mapping[str, Sequence[str]]) -> tuple[FieldView, ...]:
    """The fields that a leaf asks for, with what was typed and what is wrong with it."""
    return tuple(_fields(node, typed, errors))


def differences(mine: Mapping[str, str], stored: Mapping[str, str]) -> tuple[Difference, ...]:
    """The fields in which two versions differ, for readers."""
    return tuple(
        Difference(translate(FIELDS[name]), mine.get(name, ""), stored.get(name, ""))
        for name in FIELDS
        if mine.get(name, "") != stored.get(name, "")
    )


def saved_state(moment: datetime | None, region_code: str) -> str:
    """``tersimpan 10.42 WIB``, by the clock of the region."""
    if moment is None:
        return _("Not saved yet")
    zone = zone_of(region_code, moment, reference.time_zones())
    local = moment.astimezone(timezone(timedelta(hours=zone.hours)))
    return _("Saved at %(hour)s:%(minute)s %(zone)s") % {
        "hour": f"{local.hour:02}",
        "minute": f"{local.minute:02}",
        "zone": zone.name,
    }


def _fields(node: index.Node, typed: Mapping[str, str], errors: Mapping[str, Sequence[str]]) -> Iterator[FieldView]:
    assert node.mark is not None

    def field(name: str, kind: str, hint: str = "", label: str = "", levels: tuple[Level, ...] = ()) -> FieldView:
        said = tuple(errors.get(name, ()))
        return FieldView(name, label or translate(FIELDS[name]), kind, typed.get(name, ""), hint, levels, said)

    match node.mark:
        case index.LevelMark(levels=levels):
            now = typed.get("mark", "").strip()
            asks = told_of(node).descriptors
            choices = tuple(
                Level(f"{level.value:f}", Bilingual(**level.title), now == f"{level.value:f}", asks.get(level.value))
                for level in levels
            )
            yield field("mark", "levels", levels=choices)
        case index.SurveyMark(minimum=least, maximum=most):
            hint = translate("Mean of the survey, from %(least)s to %(most)s", least=least, most=most)
            yield field("mark", "number", hint=hint, label=_("Mean"))
        case index.BandMark(unit=unit):
            yield field("quantity", "number", hint=str(Bilingual(**unit)))
        case index.RatioMark():
            yield field("planned", "number")
            yield field("realised", "number")
    if node.not_applicable:
        yield field("not_applicable", "check")
    if "mark" not in VALUES[node.mark.kind] or node.mark.kind == "survey":
        yield field("source", "line", hint=_("Where the figure can be looked up: publication, table, date"))
    yield field(TEXTS[0], "lines")
