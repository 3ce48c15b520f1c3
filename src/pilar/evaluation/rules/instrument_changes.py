"""Compare two versions of an instrument, and judge a draft that is sent against the version that it follows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal

from pilar import index
from pilar.evaluation.rules.instrument_texts import number
from pilar.evaluation.rules.scenarios import DRAFT, MAX_CODE, MAX_TITLE
from pilar.evaluation.rules.standing import weight_of
from pilar.platform.errors import Fault
from pilar.platform.imports import Value
from pilar.platform.imports.changes import Change, Kind, beside, change_of
from pilar.platform.language import N_, Bilingual
from pilar.platform.papers import paper_values
from pilar.platform.tables import shown

LABELS = {
    "rounding": N_("Rounding"),
    "ties": N_("Equal results"),
    "aggregation": N_("Aggregation"),
    "missing": N_("Where a mark is missing"),
    "not_applicable": N_("May be left out"),
    "basis.title.id": N_("Title of the basis (Indonesian)"),
    "basis.title.en": N_("Title of the basis (English)"),
}
"""What has no words of its own, by its name in the file; the rest is told by that name."""
_TOLD = re.compile(
    r"version|year|decimals|parent|node|code|weight|scale\.(minimum|maximum)|title\..*|basis(\.(kind|number|dated|status))?"
    r"|predicates\.\d+\.(code|threshold|title\..*)|mark\.(bands|levels|unit|minimum|maximum)(\..*)?"
    r"|(descriptors|question|guidance|examples|note)(\..*)?|(evidence|meaning)(\.text\..*)?"
)
"""The changes described in words; every other difference is listed by itself."""


def changes(before: index.Instrument | None, after: index.Instrument) -> tuple[Change, ...]:
    """Every node of the new version in its order, then those that are gone."""
    others = _others(before, after)
    changes = [_change(before, after, node, others[node.code]) for node in after.nodes]
    for node in before.nodes if before is not None else ():
        if node.code not in after.by_code:
            changes.append(Change(node.code, Bilingual(**node.title), Kind.GONE))
    return tuple(changes)


def whole(before: index.Instrument | None, after: index.Instrument) -> tuple[Value, ...]:
    """Return what the new version says as a whole, with what the version before says where that differs."""
    told = beside(() if before is None else list(_top(before)), list(_top(after)))
    return (*told, *_others(before, after)[""])


def _others(before: index.Instrument | None, after: index.Instrument) -> Mapping[str, list[Value]]:
    """Return the differences that are not told in words, by node: rules of the score, and sources."""
    values: defaultdict[str, list[Value]] = defaultdict(list)
    for difference in index.compare(before, after) if before is not None else ():
        if not _TOLD.fullmatch(difference.what):
            label = LABELS.get(difference.what, Bilingual(difference.what, difference.what))
            values[difference.path.rpartition("/")[2]].append(Value(label, difference.after, before=difference.before))
    return values


def _change(
    before: index.Instrument | None, after: index.Instrument, node: index.Node, others: Sequence[Value]
) -> Change:
    old = before.by_code.get(node.code) if before is not None else None
    was = None if before is None or old is None else _values(before, old)
    return change_of(node.code, Bilingual(**node.title), was, _values(after, node), others)


def _top(instrument: index.Instrument) -> Iterator[Value]:
    scale = instrument.scale
    low, high = number(scale.minimum), number(scale.maximum)
    yield Value(N_("Version"), instrument.version)
    yield Value(N_("Title"), Bilingual(**instrument.title))
    yield Value(N_("Year"), "" if instrument.year is None else str(instrument.year))
    yield Value(N_("Scale"), Bilingual(f"{low.id} – {high.id}", f"{low.en} – {high.en}"))
    yield Value(N_("Decimals"), instrument.decimals)
    yield from paper_values(instrument.basis)
    said = [(predicate.title, number(predicate.threshold)) for predicate in instrument.predicates]
    yield Value(N_("Predicates"), Bilingual(
        "; ".join(f"{title['id']} {threshold.id}" for title, threshold in said),
        "; ".join(f"{title['en']} {threshold.en}" for title, threshold in said),
    ) if said else "")  # fmt: skip


def _values(instrument: index.Instrument, node: index.Node) -> Iterator[Value]:
    """Yield what a node says, without what is blank."""
    above, weight = instrument.parents.get(node.code), weight_of(instrument, node.code)
    yield Value(N_("Name"), Bilingual(**node.title))
    if above is not None and above.code != index.ROOT:
        yield Value(N_("Part of"), Bilingual(**above.title))
    if weight is not None:
        said = weight.percent
        yield Value(N_("Weight"), str(weight.share) if said is None else said, unit="" if said is None else "%")
    if node.mark is not None:
        yield from _marks(node.mark)
    for descriptor in node.descriptors:
        at = number(descriptor.value)
        yield Value(Bilingual(f"Uraian nilai {at.id}", f"Description of mark {at.en}"), Bilingual(**descriptor.text))
    for label, text in (
        (N_("Question"), node.question),
        (N_("Guidance"), node.guidance),
        (N_("Examples"), node.examples),
        (N_("Evidence"), node.evidence and node.evidence.text),
        (N_("Meaning"), node.meaning and node.meaning.text),
        (N_("Note"), node.note),
    ):
        if text:
            yield Value(label, Bilingual(**text))


def _marks(mark: index.MarkKind) -> Iterator[Value]:
    match mark:
        case index.LevelMark(levels=levels):
            for level in levels:
                yield Value(_mark_name(level.value), Bilingual(**level.title))
        case index.SurveyMark(minimum=minimum, maximum=maximum):
            low, high = number(minimum), number(maximum)
            said = Bilingual(f"{low.id} – {high.id}", f"{low.en} – {high.en}")
            yield Value(N_("Mean of a survey"), said)
        case index.BandMark(bands=bands) | index.RatioMark(bands=bands):
            if isinstance(mark, index.BandMark):
                yield Value(N_("Unit"), Bilingual(**mark.unit))
            ranges: dict[Decimal, list[Bilingual]] = {}
            for band in bands:
                start, end = number(band.start), number(band.end) if band.end is not None else Bilingual("…", "…")
                ranges.setdefault(band.value, []).append(Bilingual(f"{start.id} – {end.id}", f"{start.en} – {end.en}"))
            for value, said_of in ranges.items():
                joined = Bilingual(
                    "; ".join(bilingual.id for bilingual in said_of), "; ".join(bilingual.en for bilingual in said_of)
                )
                yield Value(_mark_name(value), joined)


def _mark_name(value: Decimal) -> Bilingual:
    at = number(value)
    return Bilingual(f"Nilai {at.id}", f"Mark {at.en}")


MAX_VERSION = 30


def draft_faults(instrument: index.Instrument) -> tuple[Fault, ...]:
    """Tell what an instrument lacks to become a draft, whatever else is stored."""
    faults = []
    if instrument.basis is None:
        sentence = N_(
            "Say on which paper the instrument rests: kind (decree, letter or file), number, date and status "
            "(official, inferred or assumption)"
        )
        faults.append(Fault("no-basis", sentence))
    if instrument.code.endswith(DRAFT):
        sentence = N_("A code that ends in “%(ending)s” is for weights that are tried. Give the instrument another one")
        faults.append(Fault("code-of-trials", sentence, {"ending": DRAFT}))
    for text, most in ((instrument.code, MAX_CODE), (instrument.version, MAX_VERSION),
                       *((title, MAX_TITLE) for title in instrument.title.values())):  # fmt: skip
        if len(text) > most:
            sentence = N_("“%(text)s” is too long: at most %(most)s characters")
            faults.append(Fault("too-long", sentence, {"text": shown(text), "most": most}))
    return tuple(faults)


def before(instrument: index.Instrument, known: Collection[index.Instrument]) -> index.Instrument | None:
    """Return the version that an instrument follows: the newest of the same code, or else of the year before it.

    ``known``: in the order in which they were stored.
    """
    same = [other for other in known if other.code == instrument.code and other.version != instrument.version]
    if same:
        return same[-1]
    earlier = [
        other
        for other in known
        if other.year is not None
        and not other.code.endswith(DRAFT)
        and (instrument.year is None or other.year < instrument.year)
    ]
    return max(earlier, key=lambda instrument: instrument.year or 0, default=None)
