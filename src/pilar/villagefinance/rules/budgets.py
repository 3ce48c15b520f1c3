"""The life of a version of a budget: from draft to regulation, by the council and the camat.

The conditions of a move are all checked at once; pages show the same reasons next to the buttons.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from pilar.platform.errors import Fault, PilarError
from pilar.platform.language import N_
from pilar.platform.lifecycle import Lifecycle, Move


class BudgetState(StrEnum):
    """States of a version of a budget, in order. Among enacted versions, the last one is in force."""

    DRAFT = "draft"
    AGREED = "agreed"
    SUBMITTED = "submitted"
    EVALUATED = "evaluated"
    DEEMED = "deemed"
    RETURNED = "returned"
    CORRECTED = "corrected"
    ENACTED = "enacted"
    DROPPED = "dropped"


class ShiftState(StrEnum):
    """States of a shift, which the head alone enacts; written as those of a budget."""

    DRAFT = BudgetState.DRAFT.value
    ENACTED = BudgetState.ENACTED.value
    DROPPED = BudgetState.DROPPED.value


class BudgetKind(StrEnum):
    """Kinds of versions of a budget: the budget of the year, a shift by the head (Perkades), an amendment (PAK), and
    the spending that the head allows before the first is enacted."""

    INTERIM = "interim"
    ORIGINAL = "original"
    SHIFT = "shift"
    AMENDED = "amended"


KIND_NAMES = {
    BudgetKind.INTERIM: N_("Spending before enactment (Perkades)"),
    BudgetKind.ORIGINAL: N_("Budget of the year (APBDes)"),
    BudgetKind.SHIFT: N_("Shift by the head (Perkades)"),
    BudgetKind.AMENDED: N_("Amended budget (PAK)"),
}
BY_HEAD = frozenset({BudgetKind.INTERIM, BudgetKind.SHIFT})
"""Enacted by the head alone, who tells the council."""
INTERIM = 0
"""The number of the version that counts until the budget of the year is enacted."""
WRITTEN = frozenset({BudgetState.DRAFT, BudgetState.RETURNED})
"""States in which a budget can be changed."""
OPEN = frozenset({*BudgetState} - {BudgetState.ENACTED, BudgetState.DROPPED})

BUDGET_NAMES = {
    BudgetState.DRAFT: N_("Being drawn up"),
    BudgetState.AGREED: N_("Agreed with the council"),
    BudgetState.SUBMITTED: N_("With the camat for evaluation"),
    BudgetState.EVALUATED: N_("Evaluated, may be enacted"),
    BudgetState.DEEMED: N_("Evaluated by silence, may be enacted"),
    BudgetState.RETURNED: N_("To be corrected"),
    BudgetState.CORRECTED: N_("Corrected with the council"),
    BudgetState.ENACTED: N_("Enacted"),
    BudgetState.DROPPED: N_("Dropped"),
}
SHIFT_NAMES = {state: BUDGET_NAMES[BudgetState(state)] for state in ShiftState}


@dataclass(frozen=True, slots=True)
class BudgetFacts:
    """The facts that the moves of a budget depend on. ``faults``: the binding faults of its evaluation sheet; ``form``:
    those among them that no regulation can have.

    ``minutes`` and ``regulation`` are numbers of documents; ``elaboration`` is that of the head's regulation.
    """

    today: date
    lines: int
    faults: tuple[Fault, ...] = ()
    form: tuple[Fault, ...] = ()
    minutes: str = ""
    evaluation_due: date = date.max
    correction_due: date = date.max
    regulation: str = ""
    elaboration: str = ""
    told_council: bool = False


class BudgetElsewhere(PilarError):
    code = "budget-elsewhere"
    status = 409
    sentence = N_("This budget is in another state now. Look at it again")


def has_lines(facts: BudgetFacts) -> Fault | None:
    return None if facts.lines else Fault("no-lines", N_("The budget has no lines yet"))


def keeps_the_rules(facts: BudgetFacts) -> Fault | None:
    if not facts.faults:
        return None
    sentence = N_("%(count)s rules of the evaluation do not hold")
    return Fault("rules-broken", sentence, {"count": len(facts.faults)})


def in_form(facts: BudgetFacts) -> Fault | None:
    if not facts.form:
        return None
    sentence = N_("%(count)s faults of codes, sums or balance are left")
    return Fault("form-broken", sentence, {"count": len(facts.form)})


def council_agreed(facts: BudgetFacts) -> Fault | None:
    return None if facts.minutes else Fault("no-minutes", N_("The minutes of the council's agreement are missing"))


def still_time(facts: BudgetFacts) -> Fault | None:
    if facts.today <= facts.evaluation_due:
        return None
    sentence = N_("The camat had time until %(day)s: the budget takes effect by silence")
    return Fault("silence-over", sentence, {"day": facts.evaluation_due})


def silence_is_over(facts: BudgetFacts) -> Fault | None:
    if facts.today > facts.evaluation_due:
        return None
    return Fault("still-time", N_("The camat has time until %(day)s"), {"day": facts.evaluation_due})


def correction_is_late(facts: BudgetFacts) -> Fault | None:
    if facts.today > facts.correction_due:
        return None
    return Fault("still-time", N_("The village has time until %(day)s"), {"day": facts.correction_due})


def numbered(facts: BudgetFacts) -> Fault | None:
    if facts.regulation and facts.elaboration:
        return None
    return Fault("no-number", N_("The numbers of the village's regulation and of the head's are missing"))


def elaboration_numbered(facts: BudgetFacts) -> Fault | None:
    return None if facts.elaboration else Fault("no-number", N_("The number of the head's regulation is missing"))


def council_told(facts: BudgetFacts) -> Fault | None:
    return None if facts.told_council else Fault("council-not-told", N_("Tell the council of it first"))


B = BudgetState
BUDGETS: Lifecycle[BudgetState, BudgetFacts] = Lifecycle(
    lambda _source, _target: BudgetElsewhere(),
    Move(B.DRAFT, B.AGREED, N_("Record the council's agreement"), (has_lines, in_form, council_agreed)),
    Move(B.DRAFT, B.DROPPED, N_("Drop the draft")),
    Move(B.AGREED, B.DRAFT, N_("Take back into draft")),
    Move(B.AGREED, B.SUBMITTED, N_("Send to the camat")),
    Move(B.SUBMITTED, B.EVALUATED, N_("Evaluate as fit"), (still_time, keeps_the_rules)),
    Move(B.SUBMITTED, B.RETURNED, N_("Return to be corrected"), (still_time,)),
    Move(B.SUBMITTED, B.DEEMED, N_("Take effect by silence"), (silence_is_over,)),
    Move(B.RETURNED, B.CORRECTED, N_("Record the correction"), (keeps_the_rules, council_agreed)),
    Move(B.RETURNED, B.DROPPED, N_("Cancel the draft"), (correction_is_late,)),
    Move(B.EVALUATED, B.ENACTED, N_("Enact"), (keeps_the_rules, numbered)),
    Move(B.EVALUATED, B.DRAFT, N_("Take back into draft")),
    Move(B.DEEMED, B.ENACTED, N_("Enact"), (in_form, numbered)),
    Move(B.CORRECTED, B.ENACTED, N_("Enact"), (keeps_the_rules, numbered)),
    Move(B.CORRECTED, B.DRAFT, N_("Take back into draft")),
    Move(B.EVALUATED, B.SUBMITTED, N_("Take the result back"), (still_time,)),
    Move(B.RETURNED, B.SUBMITTED, N_("Take the result back"), (still_time,)),
)
"""Moves of the budget of a year and of its amendment. A version approved by silence can be enacted whatever its sheet
says."""

S = ShiftState
SHIFTS: Lifecycle[ShiftState, BudgetFacts] = Lifecycle(
    lambda _source, _target: BudgetElsewhere(),
    Move(S.DRAFT, S.ENACTED, N_("Enact"), (has_lines, keeps_the_rules, council_told, elaboration_numbered)),
    Move(S.DRAFT, S.DROPPED, N_("Drop the draft")),
)

BEGUN_AGAIN: Move[Any, BudgetFacts] = Move(S.DROPPED, S.DRAFT, made_by="begin_change")
"""Only for spending before the budget: it has one number a year."""


def lifecycle_of(kind: BudgetKind) -> Lifecycle[Any, BudgetFacts]:
    """Return the lifecycle of a kind of version; both kinds write their states alike."""
    return SHIFTS if kind in BY_HEAD else BUDGETS


def moves_of(kind: BudgetKind, state: BudgetState) -> tuple[Move[Any, BudgetFacts], ...]:
    """Return the moves that a version has."""
    return SHIFTS.moves(ShiftState(state.value)) if kind in BY_HEAD else BUDGETS.moves(state)
