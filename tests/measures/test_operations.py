"""What changes measures, their sources and their values: every door that is open, and those that are closed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from measures.world import DAILY, NOW, OTHER, OWN, PERMITS, World, measure, stored
from pilar.areas.operations import UnknownOffice
from pilar.areas.rules import UnknownRegion
from pilar.measures import operations, queries
from pilar.measures.models import Definition, Measure, SourceSystem, SourceToken, Value
from pilar.measures.operations import AlreadyClosed, BadSourceToken, SourceOff, TooManyRows, use_source_token
from pilar.measures.rules.definitions import Wording
from pilar.measures.rules.periods import PeriodKind
from pilar.measures.rules.reports import Outcome, OutdatedValue, Report
from pilar.people.operations import UnfitToken
from pilar.people.rules import OPERATOR, NotAllowed, NotFound
from pilar.platform.errors import Faults
from pilar.platform.models import AuditEvent

pytestmark = pytest.mark.django_db

ACCEPTED, UNCHANGED, CORRECTED, REFUSED = Outcome
NEW = replace(PERMITS, text=Wording("Dihitung lain"))


def told(error: Faults) -> list[tuple[str, str]]:
    return [(fault.code, fault.place) for fault in error.faults]


def events(action: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(target__startswith="measures.", action=action).order_by("pk"))


# Measures


def test_a_definition_stands_as_it_was_given(world: World) -> None:
    row = world.row()
    assert row.definition == PERMITS
    assert (row.kind, row.schedule.starts_on, row.source_title) == (PeriodKind.DAY, date(2026, 1, 1), "SIPINTER")
    assert [event.area for event in events("define")] == [OWN] * 3
    assert events("define")[0].after["title_id"] == "Izin terbit"


def test_all_faults_of_a_measure_are_told_at_once(world: World) -> None:
    given = replace(
        DAILY, code="izin-terbit", office=world.cast.office, kind=PeriodKind.MONTH, starts_on=date(2026, 1, 2),
        due_days=400, source=999, definition=replace(PERMITS, decimals=9),
    )  # fmt: skip
    with pytest.raises(Faults) as error:
        operations.define_measure(by=world.who("coordinator"), region=OWN, given=given, now=NOW)
    assert told(error.value) == [
        ("code-taken", "code"), ("within-a-period", "starts_on"), ("due-days", "due_days"),
        ("unknown-source", "source"), ("decimals", "decimals"),
    ]  # fmt: skip
    assert Measure.objects.count() == 3


def test_offices_and_regions_that_are_not_there(world: World) -> None:
    given = replace(DAILY, code="baru", office=world.cast.team.other_office)
    with pytest.raises(UnknownOffice):
        operations.define_measure(by=world.who("coordinator"), region=OWN, given=given, now=NOW)
    with pytest.raises(UnknownRegion):
        operations.define_measure(by=OPERATOR, region="99.99", given=given, now=NOW)


def test_a_new_definition_closes_the_old_one(world: World) -> None:
    world.report(("izin-terbit", "2026-03-01", "5"))
    by = world.who("coordinator")
    with pytest.raises(Faults) as error:
        operations.revise_measure(
            by=by, region=OWN, measure="izin-terbit", definition=NEW, since=date(2026, 3, 1), now=NOW
        )
    assert told(error.value) == [("values-reported", "since")]
    assert operations.revise_measure(
        by=by, region=OWN, measure="izin-terbit", definition=NEW, since=date(2026, 3, 2), now=NOW
    ) == 2  # fmt: skip
    spans = Definition.objects.filter(measure=measure()).values_list("number", "since", "until")
    assert list(spans) == [(1, date(2026, 1, 1), date(2026, 3, 2)), (2, date(2026, 3, 2), None)]
    assert world.row().definition == NEW
    (event,) = events("revise")
    assert (event.before["text_id"], event.after["text_id"]) == (PERMITS.text.id, "Dihitung lain")


def test_a_definition_without_values_is_mended_from_its_first_day(world: World) -> None:
    by = world.who("coordinator")
    operations.revise_measure(by=by, region=OWN, measure="izin-terbit", definition=NEW, since=date(2026, 1, 1), now=NOW)
    assert world.report(("izin-terbit", "2026-01-01", "5"))[0].outcome is ACCEPTED


def test_bounds_are_those_of_the_period(world: World) -> None:
    wider = replace(PERMITS, highest=Decimal(9000))
    operations.revise_measure(
        by=world.who("coordinator"),
        region=OWN,
        measure="izin-terbit",
        definition=wider,
        since=date(2026, 3, 2),
        now=NOW,
    )
    verdicts = world.report(("izin-terbit", "2026-03-01", "8000"), ("izin-terbit", "2026-03-02", "8000"))
    assert [one.outcome for one in verdicts] == [REFUSED, ACCEPTED]


def test_a_measure_is_handed_over(world: World) -> None:
    by = world.who("coordinator")
    given = {"office": world.cast.colleagues_office, "source": None, "due_days": 3, "public": False}
    operations.assign_measure(by=by, region=OWN, measure="izin-terbit", **given)
    row = world.row()
    assert (row.office, row.source, row.schedule.due_days, row.public) == (world.cast.colleagues_office, None, 3, False)
    assert world.report(("izin-terbit", "2026-03-01", "5"))[0].faults[0].code == "unknown-measure"
    assert world.report(("izin-terbit", "2026-03-01", "5"), by="colleague")[0].outcome is ACCEPTED
    operations.assign_measure(by=by, region=OWN, measure="izin-terbit", **given)
    assert len(events("assign")) == 1
    with pytest.raises(UnknownOffice):
        operations.assign_measure(by=by, region=OWN, measure="izin-terbit", **given | {"office": 999})
    with pytest.raises(Faults) as error:
        operations.assign_measure(by=by, region=OWN, measure="izin-terbit", **given | {"source": 999, "due_days": -1})
    assert told(error.value) == [("due-days", "due_days"), ("unknown-source", "source")]


def test_a_measure_ends_once(world: World) -> None:
    by = world.who("coordinator")
    world.report(("izin-terbit", "2026-03-01", "5"))
    with pytest.raises(Faults):
        operations.close_measure(by=by, region=OWN, measure="izin-terbit", ends_on=date(2026, 2, 28))
    operations.close_measure(by=by, region=OWN, measure="izin-terbit", ends_on=date(2026, 3, 5))
    verdicts = world.report(("izin-terbit", "2026-03-05", "5"), ("izin-terbit", "2026-03-06", "5"))
    assert [one.outcome for one in verdicts] == [ACCEPTED, REFUSED]
    with pytest.raises(AlreadyClosed, match="2026-03-05"):
        operations.close_measure(by=by, region=OWN, measure="izin-terbit", ends_on=date(2026, 3, 6))
    with pytest.raises(AlreadyClosed):
        operations.revise_measure(
            by=by, region=OWN, measure="izin-terbit", definition=NEW, since=date(2026, 4, 1), now=NOW
        )


# Closed doors: who may what is asserted cell by cell in test_authority; here, that each operation asks.

MANAGED: dict[str, Callable[[World, str, str], Any]] = {
    "define": lambda world, who, region: operations.define_measure(
        by=world.who(who), region=region, given=replace(DAILY, code="baru", office=world.cast.office), now=NOW
    ),
    "revise": lambda world, who, region: operations.revise_measure(
        by=world.who(who), region=region, measure="izin-terbit", definition=NEW, since=date(2026, 4, 1), now=NOW
    ),
    "assign": lambda world, who, region: operations.assign_measure(
        by=world.who(who), region=region, measure="izin-terbit", office=1, source=None, due_days=1, public=True
    ),
    "close": lambda world, who, region: operations.close_measure(
        by=world.who(who), region=region, measure="izin-terbit", ends_on=date(2026, 4, 1)
    ),
    "add source": lambda world, who, region: operations.add_source(
        by=world.who(who), region=region, code="sikd", title="SIKD", now=NOW
    ),
    "switch": lambda world, who, region: operations.switch_source(
        by=world.who(who), region=region, source="sipinter", active=False
    ),
    "issue": lambda world, who, region: operations.issue_token(
        by=world.who(who), region=region, source="sipinter", name="x", days=1, now=NOW
    ),
    "revoke": lambda world, who, region: operations.revoke_source_token(
        by=world.who(who), region=region, source="sipinter", token=SourceToken.objects.get().pk, now=NOW
    ),
}


@pytest.mark.parametrize("doing", MANAGED)
@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("secretariat", NotAllowed), ("verifier", NotAllowed), ("contributor", NotAllowed), ("neighbour", NotFound),
        ("assessor", NotFound), ("public", NotFound), ("source", (NotAllowed, NotFound)),
    ],
)  # fmt: skip
def test_only_the_coordinator_manages(world: World, doing: str, who: str, error: Any) -> None:
    operations.assign_measure(
        by=world.who("coordinator"), region=OWN, measure="izin-terbit", office=world.cast.office,
        source=SourceSystem.objects.get().pk, due_days=1, public=False,
    )  # fmt: skip
    before = AuditEvent.objects.count()
    with pytest.raises(error):
        MANAGED[doing](world, who, OWN)
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize("doing", MANAGED)
def test_elsewhere_the_coordinator_is_nobody(world: World, doing: str) -> None:
    with pytest.raises(NotFound):
        MANAGED[doing](world, "coordinator", OTHER)


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("secretariat", NotAllowed), ("coordinator", NotAllowed), ("verifier", NotAllowed), ("operator", NotAllowed),
        ("neighbour", NotFound), ("assessor", NotFound), ("public", NotFound),
    ],
)  # fmt: skip
def test_who_reports_nothing_here(world: World, who: str, error: Any) -> None:
    with pytest.raises(error):
        world.report(("izin-terbit", "2026-03-01", "5"), by=who)
    assert stored() == []


# Sources and tokens


def test_a_source_is_shut_off_and_on_again(world: World) -> None:
    by = world.who("coordinator")
    operations.switch_source(by=by, region=OWN, source="sipinter", active=False)
    with pytest.raises(BadSourceToken):
        _ = world.source
    with pytest.raises(SourceOff):
        operations.issue_token(by=by, region=OWN, source="sipinter", name="x", days=1, now=NOW)
    operations.switch_source(by=by, region=OWN, source="sipinter", active=True)
    operations.switch_source(by=by, region=OWN, source="sipinter", active=True)
    assert world.source.source == SourceSystem.objects.get().pk
    assert [event.action for event in AuditEvent.objects.filter(target="measures.source").order_by("pk")] == [
        "add", "issue-token", "switch-off", "switch-on",
    ]  # fmt: skip


def test_a_token_opens_until_it_is_revoked_or_expires(world: World) -> None:
    by, now = world.who("coordinator"), timezone.now()
    made = operations.issue_token(by=by, region=OWN, source="sipinter", name=" server  dua ", days=2, now=now)
    row = SourceToken.objects.get(pk=made.key)
    assert (row.name, made.secret.startswith(f"pilar_source_{row.beginning}")) == ("server dua", True)
    assert made.secret not in str(SourceToken.objects.filter(pk=made.key).values())
    acting = use_source_token(secret=made.secret, now=now)
    assert (acting.actor.kind, acting.actor.key) == ("token", f"source-{made.key}")
    assert acting.actor.name == "SIPINTER (server dua)"
    with pytest.raises(BadSourceToken):
        use_source_token(secret=made.secret, now=now + timedelta(days=2))
    operations.revoke_source_token(by=by, region=OWN, source="sipinter", token=made.key, now=now)
    operations.revoke_source_token(by=by, region=OWN, source="sipinter", token=made.key, now=now)
    with pytest.raises(BadSourceToken):
        use_source_token(secret=made.secret, now=now)
    assert len(events("revoke-token")) == 1
    with pytest.raises(BadSourceToken):
        use_source_token(secret="pilar_source_x", now=now)


def test_use_is_noted_once_an_hour(world: World) -> None:
    now = timezone.now()
    for minutes, noted in [(0, 0), (59, 0), (60, 60)]:
        use_source_token(secret=world.secret, now=now + timedelta(minutes=minutes))
        assert SourceToken.objects.get().last_used_at == now + timedelta(minutes=noted)


@pytest.mark.parametrize(("name", "days"), [("", 1), (" ", 1), ("x" * 81, 1), ("x", 0), ("x", 366), ("\x00", 1)])
def test_unfit_tokens(world: World, name: str, days: int) -> None:
    with pytest.raises(UnfitToken):
        operations.issue_token(
            by=world.who("coordinator"), region=OWN, source="sipinter", name=name, days=days, now=NOW
        )


def test_a_token_of_another_source_is_not_revoked_here(world: World) -> None:
    by = world.who("coordinator")
    operations.add_source(by=by, region=OWN, code="sikd", title="SIKD", now=NOW)
    with pytest.raises(NotFound):
        operations.revoke_source_token(by=by, region=OWN, source="sikd", token=SourceToken.objects.get().pk, now=NOW)


def test_faults_of_a_source(world: World) -> None:
    with pytest.raises(Faults) as error:
        operations.add_source(by=world.who("coordinator"), region=OWN, code="Sikd", title=" ", now=NOW)
    assert told(error.value) == [("unfit-code", "code"), ("blank", "title")]
    with pytest.raises(Faults) as error:
        operations.add_source(by=world.who("coordinator"), region=OWN, code="sipinter", title="x" * 201, now=NOW)
    assert told(error.value) == [("too-long", "title"), ("code-taken", "code")]


# Values


def test_rows_are_judged_one_by_one(world: World) -> None:
    verdicts = world.report(
        ("izin-terbit", "2026-03-01", "5", {"key": "a"}),
        ("izin-terbit", "2026-03-02", "x"),
        ("desa-daring", "2026-02", "40"),
        ("rahasia", "2025", "1"),
        ("tidak-ada", "2026", "1"),
        ("\x00", "2026", "1"),
        ("izin-terbit", "2026-03-01", "6", {"key": "b", "reason": "salah hitung"}),
    )
    assert [one.outcome for one in verdicts] == [ACCEPTED, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED, CORRECTED]
    # To a source, measures that are not its own do not exist.
    assert [one.faults[0].code for one in verdicts[1:6]] == ["no-number", *["unknown-measure"] * 4]
    assert stored() == [("2026-03-01", 1, Decimal(5)), ("2026-03-01", 2, Decimal(6))]
    (event,) = events("report")
    assert event.after == {"accepted": 1, "corrected": 1, "first": "2026-03-01", "last": "2026-03-01"}
    assert (event.actor_kind, event.area) == ("token", OWN)


def test_all_or_nothing(world: World) -> None:
    with pytest.raises(Faults) as error:
        world.report(("izin-terbit", "2026-03-01", "5"), ("izin-terbit", "x", "y"), whole=True)
    assert told(error.value) == [("unreadable-period", "rows.1.period"), ("no-number", "rows.1.value")]
    assert stored() == []
    assert events("report") == []


def test_sending_again_changes_nothing(world: World) -> None:
    rows = [("izin-terbit", f"2026-03-0{day}", str(day), {"key": f"k{day}"}) for day in range(1, 9)]
    assert {one.outcome for one in world.report(*rows)} == {ACCEPTED}
    before = stored(), AuditEvent.objects.count()
    for again in (rows, rows[3:], [row[:3] for row in rows]):
        assert {one.outcome for one in world.report(*again)} == {UNCHANGED}
    assert (stored(), AuditEvent.objects.count()) == before


def test_a_late_repetition_of_a_correction_changes_nothing(world: World) -> None:
    day = ("izin-terbit", "2026-03-01")
    first = (*day, "13", {"key": "b", "reason": "salah"})
    world.report((*day, "12", {"key": "a"}), first, (*day, "14", {"key": "c", "reason": "salah lagi"}))
    assert world.report(first)[0].outcome is UNCHANGED
    assert [value for _day, _number, value in stored()] == [12, 13, 14]


def test_a_contributor_reports_what_the_office_answers_for(world: World) -> None:
    verdicts = world.report(
        ("izin-terbit", "2026-03-01", "5"),
        ("desa-daring", "2026-02", "40,5"),
        ("rahasia", "2025", "1"),
        ("desa-daring", "2026-01", "41", {"key": "a"}),
        by="contributor",
    )
    assert [one.outcome for one in verdicts] == [ACCEPTED, ACCEPTED, REFUSED, REFUSED]
    assert [one.faults[0].code for one in verdicts[2:]] == ["not-allowed", "key-of-a-person"]
    row = Value.objects.get(measure=measure("desa-daring"))
    assert (row.value, row.account_id, row.source_id) == (Decimal("40.5"), world.cast.keys["contributor"], None)


def test_one_value_by_hand_with_evidence(world: World) -> None:
    piece = world.cast.add(link="https://contoh.invalid/")
    by = world.who("contributor")
    given = {"by": by, "region": OWN, "measure": "desa-daring", "now": NOW}
    assert operations.report_value(**given, period="2026-02", value="40", evidence=piece).outcome is ACCEPTED
    assert Value.objects.get().evidence_id == piece
    assert operations.report_value(**given, period="2026-02", value="40").outcome is UNCHANGED
    with pytest.raises(Faults) as error:
        operations.report_value(**given, period="2026-02", value="41")
    assert told(error.value) == [("already-reported", "reason")]
    with pytest.raises(Faults) as error:
        operations.report_value(
            **given, period="2026-03", value="-1", evidence=world.cast.add("neighbour", link="https://b.invalid/")
        )
    assert told(error.value) == [("not-over", "period"), ("implausible", "value"), ("unknown-evidence", "evidence")]
    with pytest.raises(NotFound):
        operations.report_value(**given | {"measure": "tidak-ada"}, period="2026-02", value="41")
    with pytest.raises(NotAllowed):
        operations.report_value(**given | {"measure": "rahasia"}, period="2025", value="41")


def test_a_correction_keeps_what_it_corrects(world: World) -> None:
    by = world.who("contributor")
    given = {"by": by, "region": OWN, "measure": "desa-daring", "period": "2026-02", "now": NOW}
    operations.report_value(**given, value="40")
    assert operations.correct_value(**given, value="41", reason=" salah ketik ", seen=1).outcome is CORRECTED
    row = world.row("desa-daring")
    found = queries.history(row, row.latest, scope=world.who("coordinator"))
    assert [(one.number, one.value, one.reason) for one in found] == [
        (2, Decimal("41.0"), "salah ketik"), (1, Decimal("40.0"), ""),
    ]  # fmt: skip
    with pytest.raises(OutdatedValue) as error:
        operations.correct_value(**given, value="42", reason="salah", seen=1)
    assert (error.value.stored.number, error.value.stored.value) == (2, 41)
    with pytest.raises(Faults) as faults:
        operations.correct_value(**given, value="42", reason=" ", seen=2)
    assert told(faults.value) == [("already-reported", "reason")]


def test_no_more_than_is_taken_at_once(world: World) -> None:
    with pytest.raises(TooManyRows):
        operations.report_values(
            by=world.source, region=OWN, reports=[Report("izin-terbit", "2026-03-01", "1")] * 10_001, now=NOW
        )


def test_reports_take_as_many_queries_for_many_rows_as_for_one(
    world: World, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(16):
        world.report(("izin-terbit", "2026-01-01", "1", {"key": "a"}))
    rows = [("izin-terbit", str(date(2026, 1, 2) + timedelta(days=day)), "1", {"key": f"k{day}"}) for day in range(60)]
    with django_assert_max_num_queries(16):
        assert {one.outcome for one in world.report(*rows)} == {ACCEPTED}


# Races


def both(first: Callable[[], Any], second: Callable[[], Any]) -> list[Any]:
    """Run two things at the same moment, each with a connection of its own; what each gave or raised."""
    start, answers = threading.Barrier(2), [None, None]

    def run(place: int, doing: Callable[[], Any]) -> None:
        start.wait()
        try:
            answers[place] = doing()
        except Exception as error:
            answers[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, doing)) for place, doing in enumerate((first, second))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_of_two_corrections_at_once_one_wins_and_the_other_is_told(committed_world: World) -> None:
    world = committed_world
    by = world.who("contributor")
    given = {"by": by, "region": OWN, "measure": "desa-daring", "period": "2026-02", "now": NOW}
    operations.report_value(**given, value="40")
    for seen in range(1, 6):
        values = [f"{40 + 2 * seen}", f"{41 + 2 * seen}"]
        answers = both(
            *(lambda value=value, seen=seen: operations.correct_value(**given, value=value, reason="salah", seen=seen)
              for value in values)
        )  # fmt: skip
        kinds = sorted(type(one).__name__ for one in answers)
        assert kinds == ["OutdatedValue", "Verdict"], answers
    assert [number for _day, number, _value in stored("desa-daring")] == [1, 2, 3, 4, 5, 6]


@pytest.mark.django_db(transaction=True)
def test_the_same_batch_sent_twice_at_once_is_stored_once(committed_world: World) -> None:
    world = committed_world
    rows = [
        ("izin-terbit", str(date(2026, 1, 1) + timedelta(days=day)), str(day), {"key": f"k{day}"}) for day in range(60)
    ]
    answers = both(lambda: world.report(*rows), lambda: world.report(*reversed(rows)))
    outcomes = sorted({one.outcome for one in verdicts} for verdicts in answers)
    assert outcomes == [{ACCEPTED}, {UNCHANGED}] or outcomes == [{UNCHANGED}, {ACCEPTED}]
    assert len(stored()) == 60
