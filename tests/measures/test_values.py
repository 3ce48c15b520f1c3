"""Values reported and corrected: row by row, all or nothing, sent again, and by two at once."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from kit.neighbours import own
from kit.races import together
from measures.world import NOW, OTHER, OWN, World, measure, stored
from pilar.measures import operations, queries
from pilar.measures.models import Value
from pilar.measures.operations import TooManyRows
from pilar.measures.rules.reports import Outcome, OutdatedValue, Report
from pilar.people.rules import NotAllowed, NotFound
from pilar.platform.errors import Faults
from pilar.platform.models import AuditEvent

pytestmark = pytest.mark.django_db

ACCEPTED, UNCHANGED, CORRECTED, REFUSED = Outcome


def told(error: Faults) -> list[tuple[str, str]]:
    return [(fault.code, fault.place) for fault in error.faults]


def events(action: str) -> list[AuditEvent]:
    """But for those of the neighbour."""
    found = AuditEvent.objects.filter(target__startswith="measures.", action=action)
    return list(found.exclude(area=OTHER).order_by("pk"))


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
    row = own(Value).get(measure=measure("desa-daring"))
    assert (row.value, row.account_id, row.source_id) == (Decimal("40.5"), world.cast.keys["contributor"], None)


def test_one_value_by_hand_with_evidence(world: World) -> None:
    piece = world.cast.add(link="https://contoh.invalid/")
    by = world.who("contributor")
    given = {"by": by, "region": OWN, "measure": "desa-daring", "now": NOW}
    assert operations.report_value(**given, period="2026-02", value="40", evidence=piece).outcome is ACCEPTED
    assert own(Value).get().evidence_id == piece
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


@pytest.mark.django_db(transaction=True)
def test_of_two_corrections_at_once_one_wins_and_the_other_is_told(committed_world: World) -> None:
    world = committed_world
    by = world.who("contributor")
    given = {"by": by, "region": OWN, "measure": "desa-daring", "period": "2026-02", "now": NOW}
    operations.report_value(**given, value="40")
    first, second = together(
        lambda: operations.correct_value(**given, value="42", reason="salah", seen=1),
        lambda: operations.correct_value(**given, value="43", reason="salah", seen=1),
    )
    assert first.outcome is CORRECTED
    assert isinstance(second, OutdatedValue)
    assert [(number, value) for _day, number, value in stored("desa-daring")] == [(1, 40), (2, 42)]


@pytest.mark.django_db(transaction=True)
def test_the_same_batch_sent_twice_at_once_is_stored_once(committed_world: World) -> None:
    world = committed_world
    rows = [
        ("izin-terbit", str(date(2026, 1, 1) + timedelta(days=day)), str(day), {"key": f"k{day}"}) for day in range(60)
    ]
    answers = together(lambda: world.report(*rows), lambda: world.report(*reversed(rows)))
    assert [{one.outcome for one in verdicts} for verdicts in answers] == [{ACCEPTED}, {UNCHANGED}]
    assert len(stored()) == 60
