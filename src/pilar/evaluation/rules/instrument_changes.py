"""What a version of an instrument changes against the one before: dimensions, indicators, weights, levels, texts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from pilar import index
from pilar.evaluation.rules.instrument_texts import number
from pilar.evaluation.rules.standing import weight_of
from pilar.platform.imports import Value
from pilar.platform.language import N_, Bilingual, translate

PAPERS = {
    index.Paper.DECREE: Bilingual("Keputusan", "Decree"),
    index.Paper.LETTER: Bilingual("Surat", "Letter"),
    index.Paper.FILE: Bilingual("Berkas", "File"),
}
CERTAINTIES = {
    index.Certainty.OFFICIAL: Bilingual("resmi", "official"),
    index.Certainty.INFERRED: Bilingual("disimpulkan", "inferred"),
    index.Certainty.ASSUMPTION: Bilingual("asumsi", "assumption"),
}
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
"""What is told in words; of all else that differs, each by itself."""

TONES = {
    index.Certainty.OFFICIAL: "positive",
    index.Certainty.INFERRED: "brand",
    index.Certainty.ASSUMPTION: "caution",
}


class Kind(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"
    SAME = "same"


KINDS = {
    Kind.NEW: (N_("new"), "positive"),
    Kind.CHANGED: (N_("changed"), "brand"),
    Kind.GONE: (N_("no longer there"), "caution"),
    Kind.SAME: (N_("as before"), ""),
}
"""What each is called, and the tone of its tag."""


@dataclass(frozen=True, slots=True)
class Paper:
    """The paper that an instrument rests on, as readers are told of it."""

    line: Bilingual
    dated: date
    title: Bilingual | None
    status: Bilingual
    tone: str


@dataclass(frozen=True, slots=True)
class NodeChange:
    """A node of either version. ``values``: of a new one what it says, of a changed one what differs."""

    code: str
    title: Bilingual
    kind: Kind
    values: tuple[Value, ...] = ()

    @property
    def name(self) -> str:
        """What becomes of it, in the reader's language."""
        return translate(KINDS[self.kind][0])

    @property
    def tone(self) -> str:
        """The tone of its tag."""
        return KINDS[self.kind][1]


def changes(before: index.Instrument | None, after: index.Instrument) -> tuple[NodeChange, ...]:
    """Every node of the new version in its order, then those that are gone."""
    others = _others(before, after)
    found = [_change(before, after, node, others[node.code]) for node in after.nodes]
    for node in before.nodes if before is not None else ():
        if node.code not in after.by_code:
            found.append(NodeChange(node.code, Bilingual(**node.title), Kind.GONE))
    return tuple(found)


def whole(before: index.Instrument | None, after: index.Instrument) -> tuple[Value, ...]:
    """What the new version says as a whole, with what the version before says where that differs."""
    if before is None:
        return tuple(one for one in _top(after) if one.after not in ("", None))
    was = list(_top(before))
    found = [
        replace(now, before=old.after) if now.after != old.after else now
        for now, old in zip(_top(after), was, strict=True)
    ]
    told = (one for one in found if one.after not in ("", None) or one.before is not None)
    return (*told, *_others(before, after)[""])


def paper_of(instrument: index.Instrument) -> Paper | None:
    """The paper that an instrument rests on; None where its file names none."""
    basis = instrument.basis
    if basis is None:
        return None
    kind = PAPERS[basis.kind]
    line = Bilingual(f"{kind.id} {basis.number}", f"{kind.en} {basis.number}")
    title = Bilingual(**basis.title) if basis.title else None
    return Paper(line, basis.dated, title, CERTAINTIES[basis.status], TONES[basis.status])


def _others(before: index.Instrument | None, after: index.Instrument) -> Mapping[str, list[Value]]:
    """What differs beside what is told in words, by node: rules of the score, and sources."""
    found: defaultdict[str, list[Value]] = defaultdict(list)
    for one in index.compare(before, after) if before is not None else ():
        if not _TOLD.fullmatch(one.what):
            label = LABELS.get(one.what, Bilingual(one.what, one.what))
            found[one.path.rpartition("/")[2]].append(Value(label, one.after, before=one.before))
    return found


def _change(
    before: index.Instrument | None, after: index.Instrument, node: index.Node, others: Sequence[Value]
) -> NodeChange:
    title = Bilingual(**node.title)
    now = {_key(one): one for one in _values(after, node)}
    old = before.by_code.get(node.code) if before is not None else None
    if before is None or old is None:
        return NodeChange(node.code, title, Kind.NEW, tuple(now.values()))
    was = {_key(one): one for one in _values(before, old)}
    found = []
    for key in dict.fromkeys([*now, *was]):
        one, other = now.get(key), was.get(key)
        after_it, before_it = one.after if one else "", other.after if other else ""
        if after_it != before_it:
            found.append(replace(one or was[key], after=after_it, before=before_it))
    found += others
    return NodeChange(node.code, title, Kind.CHANGED if found else Kind.SAME, tuple(found))


def _key(value: Value) -> str:
    return value.label if isinstance(value.label, str) else value.label.en


def _top(instrument: index.Instrument) -> Iterator[Value]:
    scale, paper = instrument.scale, paper_of(instrument)
    low, high = number(scale.minimum), number(scale.maximum)
    yield Value(N_("Version"), instrument.version)
    yield Value(N_("Title"), Bilingual(**instrument.title))
    yield Value(N_("Year"), "" if instrument.year is None else str(instrument.year))
    yield Value(N_("Scale"), Bilingual(f"{low.id} – {high.id}", f"{low.en} – {high.en}"))
    yield Value(N_("Decimals"), instrument.decimals)
    yield Value(N_("Basis"), "" if paper is None else paper.line)
    yield Value(N_("Date of the basis"), None if paper is None else paper.dated)
    yield Value(N_("Status of the basis"), "" if paper is None else paper.status)
    said = [(one.title, number(one.threshold)) for one in instrument.predicates]
    yield Value(N_("Predicates"), Bilingual(
        "; ".join(f"{title['id']} {threshold.id}" for title, threshold in said),
        "; ".join(f"{title['en']} {threshold.en}" for title, threshold in said),
    ) if said else "")  # fmt: skip


def _values(instrument: index.Instrument, node: index.Node) -> Iterator[Value]:
    """What a node says, without what is blank."""
    above, weight = instrument.parents.get(node.code), weight_of(instrument, node.code)
    yield Value(N_("Name"), Bilingual(**node.title))
    if above is not None and above.code != index.ROOT:
        yield Value(N_("Part of"), Bilingual(**above.title))
    if weight is not None:
        said = weight.percent
        yield Value(N_("Weight"), str(weight.share) if said is None else said, unit="" if said is None else "%")
    if node.mark is not None:
        yield from _marks(node.mark)
    for one in node.descriptors:
        at = number(one.value)
        yield Value(Bilingual(f"Uraian nilai {at.id}", f"Description of mark {at.en}"), Bilingual(**one.text))
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
                joined = Bilingual("; ".join(one.id for one in said_of), "; ".join(one.en for one in said_of))
                yield Value(_mark_name(value), joined)


def _mark_name(value: Decimal) -> Bilingual:
    at = number(value)
    return Bilingual(f"Nilai {at.id}", f"Mark {at.en}")
