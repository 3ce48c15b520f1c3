"""Scenario before approval: what other weights would change, and the draft instrument that keeps them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from pilar import index
from pilar.evaluation.rules.computing import agreed_answer
from pilar.evaluation.rules.engine import asked
from pilar.index.scenarios import Scenario, compare_scenario, draft_instrument, rebalanced
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.platform.reading import read_figure, typed_notation

DRAFT = "-draft"
"""Ends the code of a draft instrument; nothing else makes a version a draft."""
MAX_CODE, MAX_TITLE = 60, 300
DECIMALS = 4
Scores = Mapping[str, Mapping[str, str]]
"""Exact scores of nodes as text, by region."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A scenario as far as it could be read: ``weights`` holds those that differ from the instrument's.

    ``suggestion``: weights at the siblings of the one that was changed alone, which keep their proportions.
    """

    weights: Mapping[str, Decimal]
    draft: index.Instrument | None
    faults: tuple[Fault, ...]
    suggestion: Mapping[str, Decimal]


def try_weights(instrument: index.Instrument, given: Mapping[str, str]) -> Tried:
    """The draft with the weights that texts give by node, or every fault in them; a blank keeps its weight."""
    faults: list[Fault] = []
    weights: dict[str, Decimal] = {}
    for code, text in given.items():
        number = _weight(instrument, code, text, faults.append)
        if number is not None:
            weights[code] = number
    changed = {code: weight for code, weight in weights.items() if weight != _percent(instrument, code)}
    if faults:
        return Tried(changed, None, tuple(faults), {})
    try:
        draft = asked(lambda: draft_instrument(instrument, _complete(instrument, changed)))
    except Faults as refused:
        return Tried(changed, None, refused.faults, _suggestion(instrument, changed))
    return Tried(changed, draft, (), {})


def percent_of(instrument: index.Instrument, code: str) -> Decimal:
    """The weight of a node among its siblings in per cent, as it is given or, of siblings alike, rounded."""
    known = _percent(instrument, code)
    if known is not None:
        return known
    share = dict(
        zip((child.code for child in instrument.parents[code].children), instrument.parents[code].shares, strict=True)
    )[code]
    return Decimal(index.decimal_text(index.round_published(share * 100, DECIMALS)))


def moved(
    instrument: index.Instrument, draft: index.Instrument, scores: Scores, changed: Iterable[str]
) -> Scenario[str]:
    """Find the regions of ``scores`` that move, exactly.

    Nodes below which no weight changed keep their score, so regions are compared at the highest of these.
    """
    cut = cut_above(instrument, changed)
    nodes = [instrument.node(code) for code in cut]
    answers = {
        region: {node.code: _answer(node, Fraction(row[node.code])) for node in nodes if node.code in row}
        for region, row in scores.items()
    }
    return asked(lambda: compare_scenario(instrument, draft, answers))


def cut_above(instrument: index.Instrument, changed: Iterable[str]) -> tuple[str, ...]:
    """The highest nodes at and below which no weight of a child differs; the children of the root at the highest."""
    open_nodes = {instrument.root.code}
    for code in changed:
        open_nodes |= set(instrument.ancestors(code))
    return tuple(
        node.code
        for node in instrument.nodes[1:]
        if node.code not in open_nodes and instrument.parents[node.code].code in open_nodes
    )


def named_draft(instrument: index.Instrument, draft: index.Instrument, *, version: str, day: date) -> index.Instrument:
    """The draft as it is kept: its code ends in ``-draft``, its title says that it is one and from when.

    It names nobody, since it never changes; who made it stands in the audit log.
    """
    base = instrument.code.removesuffix(DRAFT)
    made = {"id": f" (rancangan {day:%Y-%m-%d})", "en": f" (draft of {day:%Y-%m-%d})"}
    origin = f"{instrument.code} {instrument.version}, SHA-256 {instrument.sha256}"
    note = {
        "id": f"Rancangan yang dibuat pada {day:%Y-%m-%d} dari {origin}. Bobot yang berubah adalah asumsi; "
        "belum ada yang ditetapkan.",
        "en": f"Draft made on {day:%Y-%m-%d} from {origin}. The changed weights are an assumption; nothing "
        "has been decided.",
    }
    return replace(
        draft,
        code=base[: MAX_CODE - len(DRAFT)].rstrip("-") + DRAFT,
        version=version,
        title={name: instrument.title[name][: MAX_TITLE - len(said)] + said for name, said in made.items()},
        note=note,
        status=index.Status.INFERRED,
        source=index.ASSUMPTION,
    )


def next_version(base: str, taken: Iterable[str]) -> str:
    """The version of the next draft: that of the instrument, a point, and a number that no version in ``taken`` has."""
    numbers = [version.removeprefix(f"{base}.") for version in taken if version.startswith(f"{base}.")]
    return f"{base}.{max((int(number) for number in numbers if number.isdecimal()), default=0) + 1}"


def _percent(instrument: index.Instrument, code: str) -> Decimal | None:
    return instrument.node(code).weight


def _weight(instrument: index.Instrument, code: str, text: str, tell: Callable[[Fault], None]) -> Decimal | None:
    if code not in instrument.by_code or code == instrument.root.code:
        tell(Fault("unknown-part", N_("The instrument has no part “%(node)s” with a weight"), {"node": code[:60]}))
        return None
    number = read_figure(text, "%", typed_notation(), highest=Decimal(100))
    if number is None:
        return None
    if isinstance(number, Fault):
        tell(Fault(number.code, number.sentence, number.fields, code))
        return None
    if not 0 <= number <= 100 or number != round(number, DECIMALS):
        sentence = N_("A weight is a number from 0 to 100 with at most %(most)s decimals")
        tell(Fault("weight", sentence, {"most": DECIMALS}, code))
        return None
    return number


def _complete(instrument: index.Instrument, changed: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Siblings that all weigh the same have no weight of their own; if one is changed, they need one."""
    weights = dict(changed)
    for code in changed:
        for sibling in instrument.parents[code].children:
            if sibling.weight is None:
                weights.setdefault(sibling.code, percent_of(instrument, sibling.code))
    return weights


def _suggestion(instrument: index.Instrument, changed: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """The siblings' weights at each place where one weight alone was changed; empty unless all places are such."""
    sums: dict[str, Decimal] = {}
    for code, weight in changed.items():
        siblings = {child.code for child in instrument.parents[code].children}
        if len(siblings & changed.keys()) > 1 or len(siblings) == 1:
            return {}
        sums |= asked(lambda code=code, weight=weight: rebalanced(instrument, code, weight))  # type: ignore[misc]
    return sums


def _answer(node: index.Node, score: Fraction) -> index.Answer:
    """A stored score as the engine takes it again; that of an indicator is a mark, which ends in decimals."""
    return agreed_answer(node, Decimal(score.numerator) / Decimal(score.denominator)) if node.is_leaf else score
