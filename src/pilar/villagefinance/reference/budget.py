"""Rules of the budget from data/villagefinance/ceilings.yaml and earmarks.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from pilar.platform.folders import data_folder
from pilar.villagefinance.reference.dated import (
    Entry,
    account,
    activity,
    dated,
    flag,
    fund,
    list_of,
    money,
    refuse,
    share,
    title,
    whole,
)
from pilar.villagefinance.rules.dated import Origin, in_force, the_one
from pilar.villagefinance.rules.limits import (
    FORMS,
    BeforeEnactment,
    BudgetRules,
    Changes,
    Earmark,
    Execution,
    FixedIncome,
    Form,
    OperationalShare,
    Places,
    Required,
)


def budget_rules(*, region: str, day: date) -> BudgetRules:
    """Return the rules for a budget in a region on a day. Raises NoRule, and Faults if a file is not in order."""
    known = _read(data_folder() / "villagefinance")
    return BudgetRules(
        forms={rule: the_one(known.forms, rule=rule, day=day, region=region) for rule in FORMS},
        share=operational_share(region=region, day=day),
        income=the_one(known.incomes, rule="fixed_income", day=day, region=region),
        earmarks=in_force(known.earmarks, day=day, region=region),
        required=in_force(known.required, day=day, region=region),
        changes=the_one(known.changes, rule="changes", day=day, region=region),
        before_enactment=the_one(known.before, rule="before_enactment", day=day, region=region),
        execution=the_one(known.execution, rule="execution", day=day, region=region),
    )


def operational_share(*, region: str, day: date) -> OperationalShare:
    """Return the activities of officials and council that share a part of expenditure, and its maximum. Raises
    NoRule."""
    rows = _read(data_folder() / "villagefinance").shares
    return the_one(rows, rule="operational_share", day=day, region=region)


@dataclass(frozen=True, slots=True)
class _All:
    """All versions of all rules."""

    forms: tuple[Form, ...]
    shares: tuple[OperationalShare, ...]
    incomes: tuple[FixedIncome, ...]
    changes: tuple[Changes, ...]
    before: tuple[BeforeEnactment, ...]
    execution: tuple[Execution, ...]
    earmarks: tuple[Earmark, ...]
    required: tuple[Required, ...]


@cache
def _read(folder: Path) -> _All:
    ceilings, earmarks = folder / "ceilings.yaml", folder / "earmarks.yaml"
    return _All(
        dated(ceilings, _form, group="forms"),
        dated(ceilings, _share, group="operational_share"),
        dated(ceilings, _income, group="fixed_income"),
        dated(ceilings, _changes, group="changes"),
        dated(ceilings, _before, group="before_enactment"),
        dated(ceilings, _execution, group="execution"),
        dated(earmarks, _earmark, group="earmarks"),
        dated(earmarks, _required, group="required"),
    )


def _form(_entry: Entry, origin: Origin) -> Form:
    return Form(origin)


def _share(entry: Entry, origin: Origin) -> OperationalShare:
    return OperationalShare(
        origin,
        entry.take("most", share),
        entry.take("activities", list_of(activity)),
        entry.take("land", list_of(account)),
    )


def _income(entry: Entry, origin: Origin) -> FixedIncome:
    return FixedIncome(
        origin,
        entry.take("head", money),
        entry.take("secretary", money),
        entry.take("staff", money),
        entry.take("head_account", account),
        entry.take("staff_account", account),
        entry.take("not_from", list_of(fund)),
    )


def _places(entry: Entry) -> Places:
    return Places(entry.take("activities", list_of(activity), ()), entry.take("accounts", list_of(account), ()))


def _earmark(entry: Entry, origin: Origin) -> Earmark:
    return Earmark(
        origin,
        entry.take("title", title),
        entry.take("fund", fund),
        _places(entry),
        entry.take("least", share, None),
        entry.take("most", share, None),
        entry.take("outside", flag, False),
    )


def _required(entry: Entry, origin: Origin) -> Required:
    return Required(origin, entry.take("title", title), _places(entry))


def _changes(entry: Entry, origin: Origin) -> Changes:
    return Changes(
        origin,
        entry.take("most_amendments", whole),
        entry.take("carried", account),
        entry.take("aid", list_of(account)),
    )


def _before(entry: Entry, origin: Origin) -> BeforeEnactment:
    return BeforeEnactment(origin, _places(entry))


def _execution(entry: Entry, origin: Origin) -> Execution:
    return Execution(origin, entry.take("months", _period))


def _period(given: str) -> int:
    months = whole(given)
    return months if months in (1, 2, 3, 4, 6, 12) else refuse(given)
