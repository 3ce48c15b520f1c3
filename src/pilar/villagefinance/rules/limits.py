"""What the law says a village budget must keep, as rows that hold from a day to a day (data/villagefinance)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from pilar.platform.language import Bilingual
from pilar.villagefinance.rules.codes import is_under
from pilar.villagefinance.rules.dated import Origin

FORMS = (
    "codes", "itemised", "balanced", "funded", "within_ceilings", "planned", "not_below_spent", "cash_holds",
)  # fmt: skip
"""The rules of form that are asked of a budget and of its changes."""


@dataclass(frozen=True, slots=True)
class Form:
    """A rule of form: which, and who says so. What it asks is written in ``rules.evaluation``."""

    origin: Origin


@dataclass(frozen=True, slots=True)
class OperationalShare:
    """At most this part of expenditure may go to these activities: pay, allowances and what the council needs.

    ``land``: revenue accounts of office land (tanah bengkok), whose proceeds are outside the base.
    """

    origin: Origin
    most: Decimal
    activities: tuple[str, ...]
    land: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanYears:
    """So many years an RPJMDes spans that begins while it holds."""

    origin: Origin
    years: int


@dataclass(frozen=True, slots=True)
class FixedIncome:
    """The least fixed income (siltap) of a month, and the accounts and funds that it is budgeted under."""

    origin: Origin
    head: Decimal
    secretary: Decimal
    staff: Decimal
    head_account: str
    staff_account: str
    not_from: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """Lines of a budget: those under one of the activities or one of the accounts."""

    activities: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()

    def contain(self, activity: str, account: str) -> bool:
        """Tell whether a line stands there."""
        by_activity = any(is_under(activity, head) for head in self.activities)
        return by_activity or any(is_under(account, head) for head in self.accounts)


@dataclass(frozen=True, slots=True)
class Earmark:
    """Which part of a fund's ceiling goes to certain lines: at least, at most, or both. ``outside`` of the village's
    account: such a part is settled by the State and never received."""

    origin: Origin
    title: Bilingual
    fund: str
    places: Places
    least: Decimal | None
    most: Decimal | None
    outside: bool


@dataclass(frozen=True, slots=True)
class Required:
    """Lines that each budget has."""

    origin: Origin
    title: Bilingual
    places: Places


@dataclass(frozen=True, slots=True)
class Changes:
    """How often a year a budget is amended, and what a regulation of the head may shift without that.

    ``carried``: the account of last year's rest; ``aid``: revenue that may arrive after the amendment.
    """

    origin: Origin
    most_amendments: int
    carried: str
    aid: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BeforeEnactment:
    """What may be spent before the budget of the year is enacted."""

    origin: Origin
    places: Places


@dataclass(frozen=True, slots=True)
class Execution:
    """After so many months each no more is spent than the cash plan (RAK) gives so far; it divides the year."""

    origin: Origin
    months: int


@dataclass(frozen=True, slots=True)
class BudgetRules:
    """Everything that holds for a budget on a day in a region. ``forms`` are the rules of form by their code."""

    forms: Mapping[str, Form]
    share: OperationalShare
    income: FixedIncome
    earmarks: tuple[Earmark, ...]
    required: tuple[Required, ...]
    changes: Changes
    before_enactment: BeforeEnactment
    execution: Execution
