"""The demonstration goes round: a recommendation changes the plan, permits take less, and the year after shows it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from areas.places import load
from kit.worlds import once
from pilar.areas.reference import areas
from pilar.config import scenario, setup
from pilar.evaluation import loaders
from pilar.evaluation.queries.became import became
from pilar.evaluation.queries.chains import published_chains
from pilar.evaluation.queries.changes import public_change
from pilar.evaluation.reference import published_results
from pilar.evaluation.rules.became import Movement
from pilar.evaluation.rules.stages import FollowUpState
from pilar.people import loaders as people
from pilar.people import queries as accounts
from pilar.people.models import User
from pilar.people.rules import OPERATOR, PUBLIC, Role, Standing

REGION, NODE, ROUND = "36.03", "outcome_branding_business", "putaran-2026"
HERE = ("32", "36")
"""Provinces whose regions take part, beside those of which results are published."""


@once
def round_made() -> datetime:
    """What the loop stands on, as ``./pilar demo`` makes it."""
    stated = {one.region_code for one in published_results()}
    load(
        one for one in areas()
        if one.level == "province" or one.code.startswith(REGION)
        or (one.level == "region" and (one.code in stated or one.code[:2] in HERE))
    )  # fmt: skip
    loaders.load(by=OPERATOR, say=lambda _line: None)
    setup.load_demo_accounts(password_of=lambda _email: "kata-sandi-contoh-2023")
    now = timezone.now()
    for name in ("campaigns", "measures", "plans", "permits", "loop"):
        assert scenario.play(name, now=now), name
    return now


def coordinator(now: datetime) -> Standing:
    return accounts.standing(User.objects.get(email=people.ACCOUNTS[Role.COORDINATOR][0]), now)


def test_from_the_recommendation_to_the_decomposition_of_the_year_after(round_made: datetime) -> None:
    by = coordinator(round_made)
    (row,) = (one for one in became(REGION, by=by, now=round_made).rows if one.follow_up.node == NODE)
    # The recommendation of 2025 is done; the programme on permits was changed by it, and that is law.
    assert (row.year, row.synthetic, row.follow_up.state) == (2025, True, FollowUpState.DONE)
    (change,) = row.changes
    assert change.is_law
    assert change.content is not None
    assert change.content.title == "SIPINTER: perizinan dan investasi"
    # Permits take fewer days, counted from the cases of the office, before and after.
    (days,) = (one for one in change.figures if one.measure is not None and one.measure.code == "izin-hari-median")
    assert days.measure is not None
    assert days.measure.synthetic
    assert days.how is Movement.BETTER
    assert days.before is not None
    assert days.after is not None
    assert days.before.value > days.after.value
    # The mark of the indicator rises, and the change of the final comes from it alone.
    assert row.mark is not None
    assert row.mark.before is not None
    assert row.mark.after is not None
    assert (row.mark.before.value, row.mark.how) == (Decimal(1), Movement.BETTER)
    found = public_change(ROUND, 1, REGION, scope=by)
    assert found.split is not None
    assert found.improvement is not None
    assert found.improvement > 0
    assert {part.code for part in found.parts if part.is_leaf and part.value} == {NODE}
    assert found.split.elsewhere == 0


def test_the_published_figure_leads_back_to_the_changed_programme(round_made: datetime) -> None:
    found = published_chains(ROUND, 1, REGION, scope=PUBLIC, now=round_made)
    chain = next(one for one in found.chains if one.node == NODE)
    (programme,) = (one for one in chain.programmes if one.row.content.title.startswith("SIPINTER"))
    assert programme.counted
    (target,) = (one for one in programme.targets if one.figure.target.measure == "izin-hari-median")
    assert target.measured is not None
    assert target.measured.measure.synthetic


def test_it_is_played_once(round_made: datetime) -> None:
    assert not scenario.play("loop", now=round_made)
