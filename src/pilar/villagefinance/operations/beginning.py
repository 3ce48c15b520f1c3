"""Begin a region: load its charts of accounts, activities and funds, and open books for its villages."""

from __future__ import annotations

from django.db import transaction

from pilar.people.authority import Case
from pilar.people.rules import Standing
from pilar.platform import audit
from pilar.villagefinance import reference
from pilar.villagefinance.models import Account, Activity, Book, Fund
from pilar.villagefinance.queries.villages import without_books
from pilar.villagefinance.rules.authority import AUTHORITY, Action


@transaction.atomic
def begin_region(*, by: Standing, region: str) -> int:
    """Load the charts of a region and open books for its villages; return the number of new books.

    Existing books stay, so it can be called again for new villages. Raises :class:`NotFound`.
    """
    AUTHORITY.require(by, Action.BEGIN_REGION, Case(region), known=False)
    Account.objects.bulk_create(
        [
            Account(
                region=region,
                code=account.code,
                name=account.name,
                level=account.level,
                side=account.side,
                is_leaf=account.is_leaf,
            )
            for account in reference.accounts().values()
        ],
        ignore_conflicts=True,
    )
    Activity.objects.bulk_create(
        [
            Activity(region=region, code=activity.code, name=activity.name, level=activity.level)
            for activity in reference.activities().values()
        ],
        ignore_conflicts=True,
    )
    Fund.objects.bulk_create(
        [
            Fund(region=region, code=fund.code, name=fund.name, account=fund.account)
            for fund in reference.funds().values()
        ],
        ignore_conflicts=True,
    )
    new = without_books(region)
    Book.objects.bulk_create([Book(region=region, village=code) for code in new])
    if new:
        after = {"books": len(new)}
        audit.record(by=by.actor, action="begin", target="villagefinance.region", key=region, area=region, after=after)
    return len(new)
