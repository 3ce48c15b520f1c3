"""What changes measures and their sources: every door that is open, and those that are closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import pytest
from django.utils import timezone

from kit.neighbours import own
from measures.world import DAILY, NOW, OTHER, OWN, PERMITS, World, measure, stored
from pilar.areas import operations as areas
from pilar.areas.models import Region
from pilar.areas.operations import UnknownOffice
from pilar.areas.rules import UnknownRegion
from pilar.measures import operations
from pilar.measures.models import Definition, Measure, SourceSystem, SourceToken
from pilar.measures.operations import AlreadyClosed, BadSourceToken, SourceOff, use_source_token
from pilar.measures.rules.definitions import MAX_DELAY, Wording
from pilar.measures.rules.periods import PeriodKind
from pilar.measures.rules.reports import Outcome
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
    """But for those of the neighbour."""
    found = AuditEvent.objects.filter(target__startswith="measures.", action=action)
    return list(found.exclude(area=OTHER).order_by("pk"))


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
    assert own(Measure).count() == 3


def test_offices_and_regions_that_are_not_there(world: World) -> None:
    given = replace(DAILY, code="baru", office=world.cast.team.other_office)
    with pytest.raises(UnknownOffice):
        operations.define_measure(by=world.who("coordinator"), region=OWN, given=given, now=NOW)
    with pytest.raises(UnknownRegion):
        operations.define_measure(by=OPERATOR, region="99.99", given=given, now=NOW)
    areas.close_office(by=OPERATOR, office=world.cast.colleagues_office, now=timezone.now())
    with pytest.raises(UnknownOffice):
        operations.define_measure(
            by=OPERATOR, region=OWN, given=replace(DAILY, code="baru", office=world.cast.colleagues_office), now=NOW
        )


def test_no_measure_gets_the_source_of_another_region(world: World) -> None:
    there = SourceSystem.objects.exclude(region=OWN).get()
    with pytest.raises(Faults) as error:
        world.define("baru", source=there.pk)
    assert told(error.value) == [("unknown-source", "source")]


def test_a_region_that_has_ended_gets_nothing_new(world: World) -> None:
    Region.objects.filter(code=OWN).update(ended_at=NOW)
    with pytest.raises(UnknownRegion):
        operations.add_source(by=OPERATOR, region=OWN, code="sikd", title="SIKD", now=NOW)


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
    spans = own(Definition).filter(measure=measure()).values_list("number", "since", "until")
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


def test_a_measure_is_marked_with_indicators_that_are_known(world: World) -> None:
    by = world.who("coordinator")
    kept = {"office": world.row().office, "source": world.row().source, "due_days": 3, "public": True}
    given = kept | {"by": by, "region": OWN, "measure": "izin-terbit"}
    operations.assign_measure(**given, standards=["sdg-11:11.6.1", "iso-37120-2014:5.1", "sdg-11:11.6.1"])
    assert [(one.code, one.name.en) for one in world.row().indicators] == [
        ("11.6.1", "Solid waste managed"), ("5.1", "Unemployment rate"),
    ]  # fmt: skip
    operations.assign_measure(**given)
    (marked,) = Measure.objects.filter(region=OWN, code="izin-terbit").values_list("standards", flat=True)
    assert marked == ["iso-37120-2014:5.1", "sdg-11:11.6.1"], "left as they are, each once"
    with pytest.raises(Faults) as error:
        operations.assign_measure(**given, standards=["sdg-11:99", "x" * 900])
    assert told(error.value) == [("unknown-standard", "standards"), ("unknown-standard", "standards")]
    operations.assign_measure(**given, standards=[])
    assert world.row().indicators == ()


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
    key = operations.add_source(by=by, region=OWN, code="sikd", title="SIKD", now=NOW)
    operations.assign_measure(by=by, region=OWN, measure="izin-terbit", **given | {"source": key})
    assert world.row().source == key
    with pytest.raises(UnknownOffice):
        operations.assign_measure(by=by, region=OWN, measure="izin-terbit", **given | {"office": 999})
    with pytest.raises(Faults) as error:
        operations.assign_measure(by=by, region=OWN, measure="izin-terbit", **given | {"source": 999, "due_days": -1})
    assert told(error.value) == [("due-days", "due_days"), ("unknown-source", "source")]


@pytest.mark.parametrize(("days", "fits"), [(-1, False), (0, True), (MAX_DELAY, True), (MAX_DELAY + 1, False)])
def test_values_are_due_at_once_or_within_a_year(world: World, days: int, fits: bool) -> None:
    if fits:
        world.define("baru", due_days=days)
        assert measure("baru").due_days == days
    else:
        with pytest.raises(Faults) as error:
            world.define("baru", due_days=days)
        assert told(error.value) == [("due-days", "due_days")]


def test_a_measure_ends_no_earlier_than_its_newest_value(world: World) -> None:
    world.report(("izin-terbit", "2026-03-05", "5"), ("izin-terbit", "2026-03-01", "5"))
    by = world.who("coordinator")
    with pytest.raises(Faults):
        operations.close_measure(by=by, region=OWN, measure="izin-terbit", ends_on=date(2026, 3, 4))
    operations.close_measure(by=by, region=OWN, measure="izin-terbit", ends_on=date(2026, 3, 5))
    assert measure().ends_on == date(2026, 3, 5)


def test_a_measure_ends_once(world: World) -> None:
    by = world.who("coordinator")
    world.report(("izin-terbit", "2026-03-01", "5"))
    with pytest.raises(Faults):
        operations.close_measure(by=by, region=OWN, measure="izin-terbit", ends_on=date(2026, 2, 28))
    operations.close_measure(by=by, region=OWN, measure="izin-terbit", ends_on=date(2026, 3, 5))
    verdicts = world.report(("izin-terbit", "2026-03-05", "5"), ("izin-terbit", "2026-03-06", "5"))
    assert [one.outcome for one in verdicts] == [ACCEPTED, REFUSED]
    with pytest.raises(AlreadyClosed, match="2026-03-05") as refused:
        operations.close_measure(by=by, region=OWN, measure="izin-terbit", ends_on=date(2026, 3, 6))
    assert refused.value.status == HTTPStatus.CONFLICT
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
        by=world.who(who), region=region, source="sipinter", token=own(SourceToken).get().pk, now=NOW
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
        source=own(SourceSystem).get().pk, due_days=1, public=False,
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
    assert world.source.source == own(SourceSystem).get().pk
    own_events = AuditEvent.objects.filter(target="measures.source", area=OWN)
    assert [event.action for event in own_events.order_by("pk")] == [
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
        assert own(SourceToken).get().last_used_at == now + timedelta(minutes=noted)


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
        operations.revoke_source_token(by=by, region=OWN, source="sikd", token=own(SourceToken).get().pk, now=NOW)


def test_faults_of_a_source(world: World) -> None:
    with pytest.raises(Faults) as error:
        operations.add_source(by=world.who("coordinator"), region=OWN, code="Sikd", title=" ", now=NOW)
    assert told(error.value) == [("unfit-code", "code"), ("blank", "title")]
    with pytest.raises(Faults) as error:
        operations.add_source(by=world.who("coordinator"), region=OWN, code="sipinter", title="x" * 201, now=NOW)
    assert told(error.value) == [("too-long", "title"), ("code-taken", "code")]
