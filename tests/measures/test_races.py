"""Two who change one measure or one source at the same moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.db import transaction
from django.utils import timezone

from kit.elsewhere import elsewhere
from kit.races import together
from measures.world import NOW, OTHER, OWN, PERMITS, World, measure, measure_next_door, stored
from pilar.measures import operations
from pilar.measures.models import Measure, SourceToken
from pilar.measures.operations import AlreadyClosed, SourceOff
from pilar.platform import audit

APRIL = date(2026, 4, 1)


def test_two_definitions_stand_one_after_the_other(committed_world: World) -> None:
    by = committed_world.who("coordinator")

    def revise(decimals: int) -> int:
        given = replace(PERMITS, decimals=decimals)
        return operations.revise_measure(
            by=by, region=OWN, measure="izin-terbit", definition=given, since=APRIL, now=NOW
        )

    assert together(lambda: revise(1), lambda: revise(2)) == [2, 3]
    found = measure().definitions.order_by("number").values_list("number", "decimals", "until")
    assert [*found] == [(1, 0, APRIL), (2, 1, APRIL), (3, 2, None)]


def test_a_measure_that_ends_takes_no_later_value_and_ends_once(committed_world: World) -> None:
    by = committed_world.who("coordinator")

    def close(day: int) -> None:
        operations.close_measure(by=by, region=OWN, measure="izin-terbit", ends_on=date(2026, 3, day))

    first, (verdict,), second = together(
        lambda: close(5), lambda: committed_world.report(("izin-terbit", "2026-03-06", "5")), lambda: close(7)
    )
    assert first is None
    assert verdict.faults
    assert isinstance(second, AlreadyClosed)
    assert (measure().ends_on, stored()) == (date(2026, 3, 5), [])


def test_two_assignments_are_told_one_after_the_other(committed_world: World) -> None:
    world = committed_world
    by, colleagues = world.who("coordinator"), world.cast.colleagues_office

    def assign(office: int, days: int) -> None:
        source = measure("desa-daring").source_id
        operations.assign_measure(
            by=by, region=OWN, measure="desa-daring", office=office, source=source, due_days=days, public=False
        )

    together(lambda: assign(colleagues, 10), lambda: assign(world.cast.office, 12))
    latest, earlier = audit.events(target="measures.measure", key=measure("desa-daring").pk)[:2]
    assert earlier.after == {"office_id": colleagues}
    assert latest.before == {"office_id": colleagues, "due_days": 10}


def test_a_source_that_is_shut_off_gets_no_token(committed_world: World) -> None:
    by = committed_world.who("coordinator")
    found = together(
        lambda: operations.switch_source(by=by, region=OWN, source="sipinter", active=False),
        lambda: operations.issue_token(by=by, region=OWN, source="sipinter", name="cadangan", days=9, now=NOW),
    )
    assert [type(one) for one in found] == [type(None), SourceOff]
    assert not SourceToken.objects.filter(name="cadangan").exists()


def test_a_token_of_a_source_is_revoked_once(committed_world: World) -> None:
    by, token = committed_world.who("coordinator"), SourceToken.objects.get()

    def revoke() -> None:
        operations.revoke_source_token(by=by, region=OWN, source="sipinter", token=token.pk, now=timezone.now())

    assert together(revoke, revoke) == [None, None]
    events = audit.events(target="measures.source", key=token.source_id)
    assert [one.action for one in events].count("revoke-token") == 1


def test_who_reports_waits_for_nobody_who_changes_another_measure(committed_world: World) -> None:
    world = committed_world
    measure_next_door(world.cast)
    Measure.objects.filter(code="desa-daring").update(public=True)

    def report() -> None:
        world.report(("desa-daring", "2026-02", "91"), by="contributor")

    for others, outcome in (({"region": OWN, "code": "izin-terbit"}, "done"), ({"region": OTHER}, "done"),
                            ({"region": OWN, "code": "desa-daring"}, "waits")):  # fmt: skip
        with transaction.atomic():
            assert list(Measure.objects.select_for_update().filter(**others))
            assert elsewhere(report) == outcome, others
