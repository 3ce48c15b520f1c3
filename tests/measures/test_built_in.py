"""What Pilar measures itself: a source without tokens, values that nobody enters, periods of which none is expected."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from evidence.cast import Cast
from kit.neighbours import own
from kit.worlds import once
from measures.world import NOW, OWN, PERMITS, World, measure, stored
from pilar.measures import operations, queries
from pilar.measures.models import Measure, SourceSystem, SourceToken, Value
from pilar.measures.operations import NoTokens, SourceOff
from pilar.measures.rules.authority import Action, Case, SourceStanding, may
from pilar.measures.rules.combining import Aggregation
from pilar.measures.rules.freshness import Schedule, late_since
from pilar.measures.rules.periods import PeriodKind, parse_period
from pilar.measures.rules.reports import Outcome, Report
from pilar.people.rules import OPERATOR, HeldRole, NotAllowed, Role, Standing
from pilar.platform.actors import Actor
from pilar.platform.errors import Faults

pytestmark = pytest.mark.django_db

CODE = "pilar-surveys"


def source(world: World, by: str = "coordinator") -> SourceStanding:
    return operations.built_in_source(by=world.who(by), region=OWN, code=CODE, title="Survei", now=NOW)


@once
def made(world: World) -> SourceStanding:
    """The source, with a measure by the quarter."""
    found = source(world)
    definition = replace(PERMITS, aggregation=Aggregation.LAST, decimals=2, highest=Decimal(100))
    world.define("ikm", source=found.source, kind=PeriodKind.QUARTER, starts_on=date(2025, 1, 1), definition=definition)
    return found


def report(by: Standing, period: str, value: str, **more: str) -> Outcome:
    given = [Report("ikm", period, value, **more)]  # type: ignore[arg-type]
    return operations.report_values(by=by, region=OWN, reports=given, now=NOW)[0].outcome


def refused(name: str) -> pytest.RaisesExc[IntegrityError]:
    return pytest.raises(IntegrityError, match=name)


def test_it_is_added_once_by_who_manages_sources(world: World) -> None:
    assert source(world) == source(world)
    assert [row.built_in for row in queries.sources(OWN, scope=world.who("verifier"), now=NOW)] == [False, True]
    with pytest.raises(NotAllowed):
        source(world, "contributor")
    with pytest.raises(ValueError, match="pilar-"):
        operations.built_in_source(by=OPERATOR, region=OWN, code="surveys", title="Survei", now=NOW)
    operations.switch_source(by=world.who("coordinator"), region=OWN, source=CODE, active=False)
    with pytest.raises(SourceOff):
        source(world)


def test_no_application_takes_its_code_and_it_has_no_token(world: World) -> None:
    by = world.who("coordinator")
    with pytest.raises(Faults) as error:
        operations.add_source(by=by, region=OWN, code=CODE, title="Palsu", now=NOW)
    assert [(one.code, one.place) for one in error.value.faults] == [("code-kept", "code")]
    source(world)
    with pytest.raises(NoTokens):
        operations.issue_token(by=by, region=OWN, source=CODE, name="server", days=90, now=NOW)


def test_the_database_keeps_it_apart(world: World, made: SourceStanding) -> None:
    row = own(SourceSystem).get(code=CODE)
    row.built_in = False
    with refused("source_stays"), transaction.atomic():
        row.save()
    with refused("source_token_of_application"), transaction.atomic():
        SourceToken.objects.create(
            source_id=row.pk, name="x", digest="0" * 64, beginning="a", created_by="", created_at=NOW,
            expires_at=NOW + timedelta(days=1),
        )  # fmt: skip
    for code, other in (("ikm", None), ("izin-terbit", row.pk)):
        with refused("measure_keeps_built_in_source"), transaction.atomic():
            own(Measure).filter(code=code).update(source=other)
    with refused("value_of_built_in_source"), transaction.atomic():
        Value.objects.create(
            measure=measure("ikm"), starts_on=date(2026, 1, 1), number=1, value=80, reported_at=NOW,
            account_id=world.cast.keys["contributor"],
        )  # fmt: skip


def test_nobody_enters_or_corrects_its_figures(world: World, made: SourceStanding) -> None:
    office = world.cast.office
    contributor = Standing(Actor("user", "9", ""), (HeldRole(Role.CONTRIBUTOR, OWN, office),))
    for action in (Action.REPORT, Action.CORRECT):
        assert may(contributor, action, Case(OWN, office, 5))
        assert not may(contributor, action, Case(OWN, office, 5, built_in=True))
        assert not may(OPERATOR, action, Case(OWN, office, 5, built_in=True))
    with pytest.raises(NotAllowed):
        operations.report_value(
            by=world.who("contributor"), region=OWN, measure="ikm", period="2025-Q4", value="80", now=NOW
        )
    with pytest.raises(Faults) as error:
        operations.report_values(
            by=world.who("contributor"), region=OWN, reports=[Report("ikm", "2025-Q4", "80")], whole=True, now=NOW
        )
    assert "Pilar" in error.value.faults[0].sentence
    assert report(made, "2025-Q4", "80") is Outcome.ACCEPTED


def test_a_value_comes_before_its_period_is_over_and_is_stored_once(world: World, made: SourceStanding) -> None:
    assert report(made, "2026-Q1", "81.5", key="survey-1") is Outcome.ACCEPTED
    assert report(made, "2026-Q1", "81.5", key="survey-1") is Outcome.UNCHANGED
    assert report(made, "2026-Q2", "81.5") is Outcome.REFUSED
    assert report(made, "2026-Q1", "79", key="survey-2") is Outcome.REFUSED
    assert report(made, "2026-Q1", "79", key="survey-2", reason="Survei lain") is Outcome.CORRECTED
    assert stored("ikm") == [("2026-01-01", 1, Decimal("81.5")), ("2026-01-01", 2, Decimal(79))]


def test_no_period_is_expected(world: World, made: SourceStanding) -> None:
    schedule = Schedule(PeriodKind.QUARTER, date(2019, 1, 1), None, 0, occasional=True)
    assert late_since(schedule, None, date(2026, 3, 10)) is None
    assert schedule.reportable(parse_period("2026-Q1"), date(2026, 3, 10))
    assert not schedule.reportable(parse_period("2026-Q2"), date(2026, 3, 10))
    report(made, "2025-Q1", "80")
    report(made, "2025-Q4", "82")
    later = datetime(2026, 9, 1, tzinfo=UTC)
    row = world.row("ikm", now=later)
    assert (row.late_since, queries.missing(row, now=later).size) == (None, 0)
    assert [one.start for one in queries.series(row).points] == [date(2025, 1, 1), date(2025, 10, 1)]
    day = date(2025, 12, 31)
    found = queries.years_to_date([(row, day)])[row.key, day]
    assert (found.value, found.present, found.expected) == (Decimal(82), 2, 2)


def test_no_other_measure_has_this_source(world: World, made: SourceStanding) -> None:
    by = world.who("coordinator")
    kept = {"office": world.cast.office, "due_days": 1, "public": True}
    for code, given in (("izin-terbit", made.source), ("ikm", None)):
        with pytest.raises(Faults) as error:
            operations.assign_measure(by=by, region=OWN, measure=code, source=given, **kept)
        assert [(one.code, one.place) for one in error.value.faults] == [("built-in-source", "source")]
    operations.assign_measure(by=by, region=OWN, measure="ikm", source=made.source, **kept)
    assert measure("ikm").public


def test_what_pages_say_of_it(world: World, made: SourceStanding) -> None:
    report(made, "2025-Q4", "82")
    client = _client(world.cast, "coordinator")
    page = client.get(f"/ukuran/{OWN}/nilai/ikm/").content.decode()
    assert "setiap kali ada angka" in page
    assert "jatuh tempo" not in page
    source_page = client.get(f"/ukuran/{OWN}/sumber/{CODE}/").content.decode()
    assert "tidak memerlukan token" in source_page
    assert 'name="days"' not in source_page
    chosen = client.get(f"/ukuran/{OWN}/nilai/izin-terbit/penanggung-jawab/").content.decode()
    assert f'value="{made.source}"' not in chosen
    given = {"office": world.cast.office, "due_days": 3, "public": "on"}
    own = client.post(f"/ukuran/{OWN}/nilai/ikm/penanggung-jawab/", given)
    assert own.status_code == 302
    assert (measure("ikm").source_id, measure("ikm").due_days) == (made.source, 3)


def _client(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.user(who), "allauth.account.auth_backends.AuthenticationBackend")
    return client
