"""Legal limits of a village budget, each valid from a day to a day (data/villagefinance)."""

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
"""The formal rules for a budget and for its changes."""


@dataclass(frozen=True, slots=True)
class Form:
    """A formal rule and its source. Its check is written in ``rules.evaluation``."""

    origin: Origin


@dataclass(frozen=True, slots=True)
class OperationalShare:
    """The largest part of expenditure for these activities: pay, allowances and the needs of the council.

    ``land``: revenue accounts of office land (tanah bengkok), whose proceeds do not count in the base.
    """

    origin: Origin
    most: Decimal
    activities: tuple[str, ...]
    land: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanYears:
    """The length in years of an RPJMDes that begins while this holds."""

    origin: Origin
    years: int


@dataclass(frozen=True, slots=True)
class FixedIncome:
    """The minimum monthly fixed income (siltap), and the accounts and funds that it is budgeted under."""

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
        """Return whether a line is among them."""
        by_activity = any(is_under(activity, head) for head in self.activities)
        return by_activity or any(is_under(account, head) for head in self.accounts)


@dataclass(frozen=True, slots=True)
class Earmark:
    """The part of a fund's ceiling that must go to certain lines: a minimum, a maximum, or both. ``outside`` the
    village's account: such a part is settled by the State and never received."""

    origin: Origin
    title: Bilingual
    fund: str
    places: Places
    least: Decimal | None
    most: Decimal | None
    outside: bool


@dataclass(frozen=True, slots=True)
class Required:
    """Lines that every budget must have."""

    origin: Origin
    title: Bilingual
    places: Places


@dataclass(frozen=True, slots=True)
class Changes:
    """The number of amendments allowed in a year, and the lines that a regulation of the head may shift without one.

    ``carried``: the account of last year's rest; ``aid``: revenue that may arrive after the amendment.
    """

    origin: Origin
    most_amendments: int
    carried: str
    aid: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BeforeEnactment:
    """The spending allowed before the budget of the year is enacted."""

    origin: Origin
    places: Places


@dataclass(frozen=True, slots=True)
class Execution:
    """A period in months that divides the year: at its end, spending may not exceed the cash plan (RAK) so far."""

    origin: Origin
    months: int


@dataclass(frozen=True, slots=True)
class BudgetRules:
    """All rules for a budget on a day in a region. ``forms`` are the formal rules by their code."""

    forms: Mapping[str, Form]
    share: OperationalShare
    income: FixedIncome
    earmarks: tuple[Earmark, ...]
    required: tuple[Required, ...]
    changes: Changes
    before_enactment: BeforeEnactment
    execution: Execution
