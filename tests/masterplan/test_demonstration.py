"""The demonstration's plans: there once, known facts with their source, everything else marked as made up."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import pytest

from areas.places import PLACES, load
from pilar.areas.models import Office
from pilar.masterplan import operations, queries
from pilar.masterplan.models import Attendance, BodyMember, Plan, Proposal, Report, Version
from pilar.masterplan.reference import demonstration, framework
from pilar.masterplan.rules.stages import ProposalState, VersionState
from pilar.measures.operations import load_demo_measures
from pilar.people import loaders as people
from pilar.people import queries as accounts
from pilar.people.models import Notice, User
from pilar.people.rules import OPERATOR, PUBLIC, Role

pytestmark = pytest.mark.django_db

TEAM = {role: email for role, (email, _name) in people.ACCOUNTS.items()}
NOW = datetime(2026, 11, 27, 4, tzinfo=UTC)
REGION = "36.03"


@pytest.fixture
def made(db: None) -> datetime:
    load(PLACES)
    people.load_demo_accounts(by=OPERATOR, password_of=lambda _email: "kata-sandi-contoh-2023")
    User.objects.get(email=TEAM[Role.CONTRIBUTOR]).memberships.update(since=NOW)
    User.objects.get(email=TEAM[Role.COORDINATOR]).memberships.update(since=NOW)
    load_demo_measures(by=OPERATOR, team=TEAM, now=NOW)
    started = time.monotonic()
    assert operations.load_demo_plans(by=OPERATOR, team=TEAM, now=NOW)
    print("seconds", time.monotonic() - started)
    return NOW


def test_it_is_made_once(made: datetime, django_assert_num_queries: Any) -> None:
    before = Report.objects.count()
    with django_assert_num_queries(1):
        assert not operations.load_demo_plans(by=OPERATOR, team=TEAM, now=made)
    print(before, list(Version.objects.values_list("plan__title", "number", "state")), Counter(Proposal.objects.values_list("version", "state")))
    assert Report.objects.count() == before > 1000
