"""Answers of the self-assessment (penilaian mandiri): what an indicator takes, and what is wrong with an answer."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pilar import index
from pilar.evaluation.rules.engine import told
from pilar.evaluation.rules.marks import highest_of, unit_of
from pilar.platform.errors import Fault
from pilar.platform.language import N_, translate
from pilar.platform.reading import Notation, read_figure, read_yes
from pilar.platform.tables import Cell, shown

VALUES: dict[str, tuple[str, ...]] = {
    "level": ("mark",),
    "survey": ("mark",),
    "band": ("quantity",),
    "ratio": ("realised", "planned"),
}
"""The fields of an answer that a kind of indicator takes."""

NUMBERS = ("mark", "quantity", "realised", "planned")
PLAIN: Mapping[str, Notation | None] = dict.fromkeys(NUMBERS, Notation.PLAIN)
"""How programs write the numbers of an answer."""
TEXTS = ("explanation", "source")
FIELDS: dict[str, str] = {
    "mark": N_("Mark"),
    "quantity": N_("Quantity"),
    "realised": N_("Realised"),
    "planned": N_("Planned"),
    "not_applicable": N_("Not applicable"),
    "explanation": N_("Explanation"),
    "source": N_("Source of the figure"),
}
"""All fields of an answer, and their names for readers."""

LONGEST = {"explanation": 10_000, "source": 1_000}
# Digits before and after the decimal point; the columns of the table hold at least these.
DIGITS = {"mark": (5, 4), "quantity": (12, 6), "realised": (12, 6), "planned": (12, 6)}

SAID_YES = "ya"
"""How “not applicable” is read, and how it is written in a file."""


@dataclass(frozen=True, slots=True)
class Given:
    """One answer. Numbers as given; the mark of a quantity or a ratio is derived by the instrument when it is read."""

    mark: Decimal | None = None
    quantity: Decimal | None = None
    realised: Decimal | None = None
    planned: Decimal | None = None
    not_applicable: bool = False
    explanation: str = ""
    source: str = ""

    @property
    def is_answered(self) -> bool:
        """Return whether the question is no longer open."""
        return self.not_applicable or any(getattr(self, name) is not None for name in NUMBERS)

    @property
    def is_blank(self) -> bool:
        return not (self.is_answered or self.explanation or self.source)


NOTHING = Given()


@dataclass(frozen=True, slots=True)
class Reading:
    """A typed answer after reading: the answer, or all faults that prevent it (``place`` is the field)."""

    given: Given
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs, as text; ``name`` is for readers, in English."""

    field: str
    name: str
    before: str
    after: str

    @property
    def label(self) -> str:
        """The name of the field in the reader's language."""
        return translate(self.name)


@dataclass(frozen=True, slots=True)
class Progress:
    """The number of indicators with an answer, and of all."""

    answered: int
    total: int

    @property
    def percent(self) -> int:
        """Whole per cent; 100 only when nothing is open."""
        return self.answered * 100 // self.total if self.total else 100


@dataclass(frozen=True, slots=True)
class Estimate:
    """The result of the region's own answers.

    ``lowest`` and ``highest`` fill the open indicators with the least and the most that each can get; what is not
    applicable stays out. None where the instrument yields no final. ``faults``: why nothing can be computed at all.
    """

    result: index.Result | None
    lowest: Decimal | None
    highest: Decimal | None
    faults: tuple[Fault, ...] = ()

    @property
    def final(self) -> Decimal | None:
        """The final as it would be published; None while something required is open."""
        return None if self.result is None else _score(self.result)

    def published(self, code: str) -> Decimal | None:
        """The score of one node as it would be published."""
        return None if self.result is None else _score(self.result, code)


def read_given(
    node: index.Node,
    cells: Mapping[str, Cell],
    notations: Mapping[str, Notation | None] = PLAIN,
    *,
    scale: index.Scale | None = None,
    in_file: bool = False,
) -> Reading:
    """The answer that ``cells`` (by field) give for a leaf. What its kind does not take must be blank.

    ``notations``: how numbers are written, by field. ``in_file``: they are cells of a spreadsheet and not fields of a
    page, and so are called in what is refused.
    """
    assert node.mark is not None
    taken = VALUES[node.mark.kind]
    faults: list[Fault] = []
    values: dict[str, Decimal] = {}
    for name in NUMBERS:
        highest = None if name != "mark" or scale is None else highest_of(node, scale)
        unit = unit_of(node) if name == "quantity" else ""
        figure = read_figure(cells.get(name, ""), unit, notations.get(name), highest=highest)
        number = _number(name, cells.get(name, ""), figure, in_file)
        if isinstance(number, Fault):
            faults.append(number)
        elif number is not None and name not in taken:
            sentence = N_("This indicator does not take this; it takes: %(taken)s")
            labels = ", ".join(translate(FIELDS[name]) for name in taken)
            faults.append(Fault("not-of-this-kind", sentence, {"taken": labels}, name))
        elif number is not None:
            values[name] = number
    absent = _yes("not_applicable", cells.get("not_applicable", ""))
    if isinstance(absent, Fault):
        faults.append(absent)
    texts = {name: _text(name, cells.get(name, "")) for name in TEXTS}
    faults += [text for text in texts.values() if isinstance(text, Fault)]
    given = Given(
        mark=values.get("mark"),
        quantity=values.get("quantity"),
        realised=values.get("realised"),
        planned=values.get("planned"),
        not_applicable=absent is True,
        **{name: text for name, text in texts.items() if isinstance(text, str)},
    )
    return Reading(given, tuple(faults))


def faults_of(instrument: index.Instrument, node: index.Node, given: Given) -> tuple[Fault, ...]:
    """Everything that keeps ``given`` from being an answer to a leaf; each at its field. A blank is always possible."""
    assert node.mark is not None
    taken = VALUES[node.mark.kind]
    values = [name for name in NUMBERS if getattr(given, name) is not None]
    if given.not_applicable and not node.not_applicable:
        sentence = N_("The instrument does not let this indicator be “not applicable”")
        return (Fault("must-apply", sentence, {}, "not_applicable"),)
    if given.not_applicable and values:
        sentence = N_("Give either an answer or “not applicable”, not both")
        return (Fault("answer-and-not-applicable", sentence, {}, "not_applicable"),)
    if "realised" in taken and len(values) == 1:
        lacking = "planned" if values == ["realised"] else "realised"
        return (Fault("half-a-ratio", N_("Give both what was planned and what was realised"), {}, lacking),)
    answer = engine_answer(node, given)
    if answer is None:
        return ()
    try:
        index.score(instrument, {node.code: answer})
    except index.IndexFaults as refused:
        # A zero in a geometric mean says something of the whole, not of this answer.
        return tuple(told(fault, taken[0], instrument) for fault in refused.faults if fault.code != "zero-in-mean")
    return ()


def engine_answer(node: index.Node, given: Given) -> index.Answer | None:
    """The answer as the engine takes it; None for a blank and for “not applicable”."""
    if given.not_applicable:
        return None
    match node.mark:
        case index.BandMark():
            return None if given.quantity is None else index.Quantity(given.quantity)
        case index.RatioMark():
            if given.realised is None or given.planned is None:
                return None
            return index.Ratio(given.realised, given.planned)
    return given.mark


def derived_mark(instrument: index.Instrument, node: index.Node, given: Given) -> Fraction | None:
    """The mark that the instrument gives an answer; None for a blank or one that it refuses."""
    answer = engine_answer(node, given)
    if answer is None:
        return None
    try:
        score = index.score(instrument, {node.code: answer}).score(node.code)
    except index.IndexFaults:
        return None
    return None if isinstance(score, index.NoScore) else score


def estimate(instrument: index.Instrument, answers: Mapping[str, Given]) -> Estimate:
    """Return what the answers (by leaf) come to; what the instrument refuses is told in ``faults``."""
    known = {
        code: answer
        for code, given in answers.items()
        if (answer := engine_answer(instrument.node(code), given)) is not None
    }
    try:
        result = index.score(instrument, known)
    except index.IndexFaults as refused:
        return Estimate(None, None, None, tuple(told(fault, instrument=instrument) for fault in refused.faults))
    open_leaves = [leaf for leaf in instrument.leaves if not answers.get(leaf.code, NOTHING).is_answered]
    edges = [
        _filled(
            instrument,
            {**known, **{leaf.code: index.Mark(_range(leaf, instrument.scale)[end]) for leaf in open_leaves}},
        )
        for end in (0, 1)
    ]
    return Estimate(result, edges[0], edges[1])


def progress(instrument: index.Instrument, answered: Iterable[str]) -> dict[str, Progress]:
    """Return how far the answers are at and below each node."""
    done = set(answered)
    counted: dict[str, Progress] = {}
    for node in reversed(instrument.nodes):
        if node.is_leaf:
            counted[node.code] = Progress(int(node.code in done), 1)
        else:
            below = [counted[child.code] for child in node.children]
            counted[node.code] = Progress(
                sum(progress.answered for progress in below), sum(progress.total for progress in below)
            )
    return counted


def changes(before: Given, after: Given) -> tuple[Change, ...]:
    """The fields in which two answers differ."""
    texts = ((name, as_text(before, name), as_text(after, name)) for name in FIELDS)
    return tuple(Change(name, FIELDS[name], old, new) for name, old, new in texts if old != new)


def as_text(given: Given, name: str) -> str:
    """A field as text with a decimal point: ``3.5``; “not applicable” as the word that files use."""
    value = getattr(given, name)
    if isinstance(value, Decimal):
        return f"{trimmed(value):f}"
    if isinstance(value, bool):
        return SAID_YES if value else ""
    return value or ""


def leaves_below(instrument: index.Instrument, code: str) -> tuple[index.Node, ...]:
    """The leaves at and below a node, in order; ``KeyError`` if there is none of that code."""
    node = instrument.node(code)
    if node.is_leaf:
        return (node,)
    return tuple(leaf for child in node.children for leaf in leaves_below(instrument, child.code))


def trimmed(value: Decimal) -> Decimal:
    """``3.5000`` as ``3.5``, ``10`` as it is."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def _range(leaf: index.Node, scale: index.Scale) -> tuple[Decimal, Decimal]:
    """Least and most that a leaf can get."""
    match leaf.mark:
        case index.LevelMark(levels=levels):
            return levels[0].value, levels[-1].value
        case index.SurveyMark(minimum=minimum, maximum=maximum):
            return minimum, maximum
        case index.BandMark(bands=bands) | index.RatioMark(bands=bands):
            return min(band.value for band in bands), max(band.value for band in bands)
    return scale.minimum, scale.maximum


def _filled(instrument: index.Instrument, answers: Mapping[str, index.Answer]) -> Decimal | None:
    try:
        return _score(index.score(instrument, answers))
    except index.IndexFaults:
        return None


def _score(result: index.Result, code: str = index.ROOT) -> Decimal | None:
    published = result.published(code)
    return None if isinstance(published, index.NoScore) else published


def _number(name: str, cell: Cell, number: Decimal | Fault | None, in_file: bool) -> Decimal | Fault | None:
    if isinstance(number, Fault) and number.code in ("no-number", "date"):
        sentence = _NOT_A_NUMBER if in_file else _NOT_TYPED
        return Fault("not-a-number", sentence, {"given": shown(str(cell))}, name)
    if isinstance(number, Fault):
        return Fault(number.code, number.sentence, number.fields, name)
    if number is None:
        return None
    before, after = DIGITS[name]
    exponent = trimmed(number).as_tuple().exponent
    if number.adjusted() >= before:
        return Fault("number-too-large", N_("The number has more than %(most)s digits"), {"most": before}, name)
    if isinstance(exponent, int) and -exponent > after:
        sentence = N_("Round the number to %(most)s decimals")
        return Fault("too-many-decimals", sentence, {"most": after}, name)
    return trimmed(number)


_NOT_TYPED = N_("“%(given)s” is not a number. Empty this field where there is no answer")
_NOT_A_NUMBER = N_("“%(given)s” is not a number. Leave the cell blank, or write -, where there is no mark.")


def _yes(name: str, cell: Cell) -> bool | Fault:
    yes = read_yes(cell)
    if not isinstance(yes, Fault):
        return yes is True
    sentence = N_("Write “ya” where the indicator is not applicable, and nothing elsewhere")
    return Fault("not-yes", sentence, {"given": shown(cell)}, name)


def _text(name: str, cell: Cell) -> str | Fault:
    """Lines stay; what a spreadsheet took for a number or a date is the text that it shows."""
    raw = str(cell).replace("\r\n", "\n").replace("\r", "\n")
    text = "\n".join(line.rstrip() for line in raw.strip().split("\n"))
    if len(text) > LONGEST[name]:
        sentence = N_("Write at most %(longest)s characters; there are %(length)s")
        return Fault("long-text", sentence, {"longest": LONGEST[name], "length": len(text)}, name)
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text if character not in "\n\t"):
        return Fault("unfit-text", N_("The text has characters that cannot be printed"), {}, name)
    return text
