"""Changes in a version of a questionnaire."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pilar.platform.imports import Value
from pilar.platform.imports.changes import Change, Kind, beside, change_of
from pilar.platform.language import N_, Bilingual
from pilar.platform.papers import paper_values
from pilar.surveys.rules.questionnaire import Field, Item, ItemKind, Option, Questionnaire
from pilar.surveys.rules.questionnaire import Kind as Purpose

KINDS = {
    Purpose.IMPACT: Bilingual("dampak", "impact"),
    Purpose.SATISFACTION: Bilingual("kepuasan", "satisfaction"),
    Purpose.OTHER: Bilingual("lain", "other"),
}
ANSWERED = {
    ItemKind.SCALE: Bilingual("pada skala", "on the scale"),
    ItemKind.CHOICE: Bilingual("dengan memilih", "by choosing"),
    ItemKind.TEXT: Bilingual("dengan kata-kata", "in words"),
    ItemKind.NUMBER: Bilingual("dengan angka", "by a number"),
}
DISTRICTS = Bilingual("kecamatan daerah", "districts of the region")


def whole(before: Questionnaire | None, after: Questionnaire) -> tuple[Value, ...]:
    """Return the general fields of the new version, with those of the version before where they differ."""
    return beside(() if before is None else list(_top(before)), list(_top(after)))


def changes(before: Questionnaire | None, after: Questionnaire) -> tuple[Change, ...]:
    """Return all questions of the new version in order, then the dropped ones."""
    was = _asked(before) if before is not None else {}
    now = _asked(after)
    changes = [
        change_of(code, title, was[code][1] if code in was else None, said) for code, (title, said) in now.items()
    ]
    changes += [Change(code, title, Kind.GONE) for code, (title, _said) in was.items() if code not in now]
    return tuple(changes)


def _top(form: Questionnaire) -> Iterator[Value]:
    rule = form.satisfaction
    yield Value(N_("Version"), form.version)
    yield Value(N_("Title"), form.title)
    yield Value(N_("Kind"), KINDS[form.kind])
    yield from paper_values(form.basis)
    yield Value(N_("Source"), form.source)
    yield Value(N_("Purpose"), form.purpose)
    yield Value(N_("Consent"), form.consent)
    yield Value(N_("Scale"), _listed(Option(str(value), title) for value, title in form.scale.items()))
    yield Value(N_("Respondents are"), _listed(form.groups))
    yield Value(N_("Respondents wanted"), form.quota.respondents)
    yield Value(N_("Respondents of a split form"), form.quota.split_respondents)
    yield Value(N_("Programmes of a pillar"), form.quota.programmes)
    yield Value(N_("Fastest answer, seconds a question"), form.quality.fastest_seconds)
    yield Value(N_("The same value from so many questions on"), form.quality.straight_from)
    yield Value(N_("What doubted answers count, %"), _pairs(form.quality.weights))
    yield Value(N_("Sources of quota and quality"), " · ".join((form.quota.source, form.quality.source)))
    yield Value(N_("Factor"), rule.factor if rule else None)
    yield Value(N_("Printed weight of an element"), rule.printed_weight if rule else None)
    yield Value(N_("Law of the bands"), rule.law if rule else "")
    yield Value(
        N_("Bands"), _listed(Option(f"{band.code} {band.least}", band.title) for band in rule.bands) if rule else ""
    )


def _asked(form: Questionnaire) -> Mapping[str, tuple[Bilingual, list[Value]]]:
    """Return all questions by code: title and content."""
    asked = {field.code: (field.title, list(_field(field))) for field in form.profile}
    for section in form.sections:
        asked |= {item.code: (item.short, list(_item(item, section.title))) for item in section.items}
    return asked


def _field(field: Field) -> Iterator[Value]:
    yield Value(N_("Question"), field.title)
    yield Value(N_("Must be answered"), field.required)
    yield Value(N_("Answers"), DISTRICTS if field.districts else _listed(field.options))


def _item(item: Item, page: Bilingual) -> Iterator[Value]:
    yield Value(N_("Question"), item.title)
    if item.name is not None:
        yield Value(N_("Name"), item.name)
    yield Value(N_("Page"), page)
    yield Value(N_("How it is answered"), ANSWERED[item.kind])
    yield Value(N_("Must be answered"), item.required)
    if item.options:
        yield Value(N_("Answers"), _listed(item.options))
    if item.when is not None:
        yield Value(N_("Only after"), f"{item.when.item}: {', '.join(item.when.values)}")


def _listed(options: Iterable[Option]) -> Bilingual | str:
    given = list(options)
    if not given:
        return ""
    return Bilingual(
        "; ".join(f"{option.code} {option.title.id}" for option in given),
        "; ".join(f"{option.code} {option.title.en}" for option in given),
    )


def _pairs(weights: Mapping[str, int]) -> str:
    return ", ".join(f"{flag} {left}" for flag, left in weights.items())
