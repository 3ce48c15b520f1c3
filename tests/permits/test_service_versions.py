"""Versions of a service: drafted, changed, proposed, published by somebody else, withdrawn; and what nobody can."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from areas.places import PLACES, load
from kit.races import together
from kit.worlds import once
from people.team import account
from permits.definitions import given
from pilar.people import queries as people
from pilar.people.models import User
from pilar.people.rules import OPERATOR, PUBLIC, NotAllowed, NotFound, Standing
from pilar.permits import operations
from pilar.permits.models import ServiceVersion
from pilar.permits.queries import services as queries
from pilar.permits.rules.roles import Role
from pilar.permits.rules.versions import WrongVersionState
from pilar.platform.errors import Faults
from pilar.platform.versions import Outdated

NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
TODAY = date(2026, 3, 2)
REGION = "36.03"


@dataclass
class Staff:
    keys: dict[str, int]

    def who(self, name: str) -> Standing:
        return people.standing(User.objects.get(pk=self.keys[name]), NOW)

    def begin(self, key: str = "sip-dokter", by: str = "editor", **named: Any) -> int:
        return operations.begin_version(by=self.who(by), region=REGION, key=key, now=NOW, **named)

    def change(self, version: int, by: str = "editor", seen: int = 1, **parts: Any) -> int:
        return operations.change_version(by=self.who(by), version=version, parts=parts, seen=seen, now=NOW)

    def proposed(self, **parts: Any) -> int:
        version = self.begin()
        if parts:
            self.change(version, **parts)
        operations.propose_version(by=self.who("editor"), version=version, now=NOW)
        return version

    def publish(self, version: int, by: str = "head", valid_from: date = TODAY) -> None:
        operations.publish_version(by=self.who(by), version=version, valid_from=valid_from, now=NOW)


@once
def staff() -> Staff:
    load(PLACES)
    operations.load_services(by=OPERATOR, now=NOW)
    return Staff({
        "editor": account("editor@contoh.invalid", Role.EDITOR, region=REGION),
        "other": account("editor2@contoh.invalid", Role.EDITOR, region=REGION),
        "head": account("kepala@contoh.invalid", Role.HEAD, region=REGION),
        "front": account("loket@contoh.invalid", Role.FRONT, region=REGION),
        "next": account("tetangga@contoh.invalid", Role.EDITOR, region="36.71"),
    })  # fmt: skip


def test_loading_a_second_time_changes_nothing(staff: Staff) -> None:
    before = [*ServiceVersion.objects.values()]

    assert len(before) == 28
    assert operations.load_services(by=OPERATOR, now=NOW + timedelta(days=9)) == ()
    assert [*ServiceVersion.objects.values()] == before


def test_the_demonstration_stays_what_it_is(staff: Staff) -> None:
    changed = operations.load_services(by=OPERATOR, now=NOW, demonstration=True)

    assert len(changed) == 6
    assert operations.load_services(by=OPERATOR, now=NOW, demonstration=True) == ()
    assert operations.load_services(by=OPERATOR, now=NOW) == ()
    assert queries.service(REGION, "sip-dokter", date(2024, 5, 5)).is_open
    assert queries.service(REGION, "sip-dokter", TODAY).service.synthetic


def test_what_the_region_has_touched_is_theirs(staff: Staff) -> None:
    staff.publish(staff.proposed(limit={"days": 9}))

    assert "sip-dokter" not in operations.load_services(by=OPERATOR, now=NOW, demonstration=True)
    assert queries.service(REGION, "sip-dokter", TODAY).service.limit.days == 9


def test_the_database_keeps_the_order_of_the_form(staff: Staff) -> None:
    version = staff.begin("baru", name="Layanan baru")
    staff.change(version, **{name: given()[name] for name in ("form", "requirements", "stages", "fee")})

    row = queries.version(version, scope=staff.who("editor"))
    assert [one.key for one in row.service.fields] == [*given()["form"]["properties"]]


def test_from_draft_to_what_everybody_reads(staff: Staff) -> None:
    version = staff.begin()
    assert staff.change(version, limit={"days": 9}, fee={"free": True}) == 2
    row = queries.version(version, scope=staff.who("editor"))
    assert (row.number, row.state_name != "", row.gaps) == (2, True, ("stages",))
    operations.propose_version(by=staff.who("editor"), version=version, now=NOW)
    staff.publish(version, valid_from=TODAY + timedelta(days=7))

    held = [queries.service(REGION, "sip-dokter", TODAY + timedelta(days=days)) for days in (0, 6, 7)]
    assert [one.number for one in held] == [1, 1, 2]
    assert held[0].valid_to == TODAY + timedelta(days=6)
    assert (held[2].proposer, held[2].publisher) == ("Editor", "Kepala")
    assert queries.service_in(held[0].pk) == held[0].service


def test_nobody_publishes_their_own_proposal(staff: Staff) -> None:
    version = staff.proposed()

    with pytest.raises(Faults) as refused:
        staff.publish(version, by="editor")
    assert [one.code for one in refused.value.faults] == ["own-proposal"]
    staff.publish(version, by="other")


def test_a_definition_with_faults_is_not_proposed(staff: Staff) -> None:
    version = staff.begin()
    staff.change(version, requirements=[{"key": "a", "name": {"id": "A"}, "when": "tinggi > 3"}])

    with pytest.raises(Faults) as refused:
        operations.propose_version(by=staff.who("editor"), version=version, now=NOW)
    assert [one.code for one in refused.value.faults] == ["service-faults"]


@pytest.mark.parametrize(("days", "code"), [(-1, "valid-from-past"), (0, "valid-from-taken")])
def test_days_that_are_taken_or_past(staff: Staff, days: int, code: str) -> None:
    staff.publish(staff.proposed(), valid_from=TODAY)
    version = staff.proposed()

    with pytest.raises(Faults) as refused:
        staff.publish(version, valid_from=TODAY + timedelta(days=days))
    assert refused.value.faults[0].code == code
    assert refused.value.faults[0].place == "valid_from"


def test_what_was_withdrawn_takes_no_applications_and_cases_keep_it(staff: Staff) -> None:
    version = staff.proposed()
    staff.publish(version)
    operations.withdraw_version(by=staff.who("head"), version=version, reason="Keliru", now=NOW)

    with pytest.raises(NotFound):
        queries.service(REGION, "sip-dokter", TODAY)
    assert queries.service_in(version).key == "sip-dokter"
    again = staff.begin()
    assert queries.version(again, scope=staff.who("editor")).number == 3


def test_a_proposal_goes_back_and_a_draft_is_thrown_away(staff: Staff) -> None:
    version = staff.proposed()
    with pytest.raises(WrongVersionState):
        staff.change(version, limit={"days": 1})
    operations.return_version(by=staff.who("head"), version=version, reason="Batas waktu?", now=NOW)
    assert queries.version(version, scope=staff.who("editor")).reason == "Batas waktu?"
    operations.drop_version(by=staff.who("editor"), version=version)
    assert not ServiceVersion.objects.filter(pk=version).exists()


def test_who_saw_an_older_edition_is_told(staff: Staff) -> None:
    version = staff.begin()
    staff.change(version, limit={"days": 9})

    with pytest.raises(Outdated):
        staff.change(version, limit={"days": 3})
    assert staff.change(version, seen=2, limit={"days": 3}) == 3


def test_one_version_at_work_and_one_service_a_key(staff: Staff) -> None:
    staff.begin()
    for named in ({}, {"name": "Lain"}):
        with pytest.raises(Faults):
            staff.begin(**named)
    with pytest.raises(Faults) as refused:
        staff.begin("toko-modern", name="Lain")
    assert refused.value.faults[0].place == "key"
    with pytest.raises(NotFound):
        staff.begin("tidak-ada")


def test_what_somebody_sets_is_no_sample_any_more(staff: Staff) -> None:
    operations.load_services(by=OPERATOR, now=NOW, demonstration=True)
    version = staff.begin()
    staff.change(version, limit={"days": 7}, key="lain", region="36.71")

    row = queries.version(version, scope=staff.who("editor"))
    assert (row.service.key, row.service.region) == ("sip-dokter", REGION)
    assert row.service.synthetic == ("document", "fee", "form", "limit_source", "stages")


@pytest.mark.parametrize(("name", "error"), [("front", NotFound), ("next", NotFound), ("head", NotAllowed)])
def test_who_may_not_write(staff: Staff, name: str, error: type[Exception]) -> None:
    version = staff.begin()

    for act in (
        lambda: staff.change(version, by=name, limit=None),
        lambda: operations.propose_version(by=staff.who(name), version=version, now=NOW),
        lambda: operations.drop_version(by=staff.who(name), version=version),
    ):
        with pytest.raises(error):
            act()
    with pytest.raises(NotAllowed):
        staff.begin("iplc", by=name)
    assert (name == "head") == bool(queries.at_work(REGION, scope=staff.who(name)))
    with pytest.raises(NotFound):
        queries.version(version, scope=PUBLIC)


@pytest.mark.parametrize("name", ["front", "next"])
def test_who_may_not_publish(staff: Staff, name: str) -> None:
    version = staff.proposed()

    with pytest.raises(NotFound):
        staff.publish(version, by=name)
    with pytest.raises(NotFound):
        operations.return_version(by=staff.who(name), version=version, reason="x", now=NOW)
    held = queries.service(REGION, "iplc", TODAY).pk
    with pytest.raises(NotAllowed):
        operations.withdraw_version(by=staff.who(name), version=held, reason="x", now=NOW)


PUBLISHED: dict[str, Any] = {
    "region_id": REGION, "key": "uji", "definition": {}, "hash": "0", "state": "published", "published_at": NOW,
    "valid_from": TODAY, "proposer": "user:1", "publisher": "user:2",
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("service_version_one_a_day", {"number": 2, "valid_from": date(2026, 5, 1)}),
        ("service_version_number_once", {"number": 1, "state": "draft"}),
        ("service_version_by_two", {"number": 2, "key": "lain", "proposer": "user:2"}),
        ("service_version_by_two", {"number": 2, "key": "lain", "proposer": ""}),
        ("service_version_published_whole", {"number": 2, "key": "lain", "valid_from": None}),
        ("service_version_published_whole", {"number": 2, "key": "lain", "publisher": ""}),
        ("service_version_days", {"number": 2, "key": "lain", "valid_to": date(2026, 3, 1)}),
        ("service_version_state_known", {"number": 2, "key": "lain", "state": "law"}),
    ],
)
def test_what_the_database_refuses(staff: Staff, name: str, changed: dict[str, Any]) -> None:
    ServiceVersion.objects.create(**PUBLISHED, number=1)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ServiceVersion.objects.create(**{**PUBLISHED, **changed})


def test_two_versions_at_work_are_refused(staff: Staff) -> None:
    draft = {**PUBLISHED, "state": "draft", "valid_from": None}
    ServiceVersion.objects.create(**draft, number=1)

    with pytest.raises(IntegrityError, match="service_one_version_at_work"), transaction.atomic():
        ServiceVersion.objects.create(**{**draft, "state": "proposed"}, number=2)


@pytest.mark.parametrize(
    "changed",
    [
        {"definition": {"key": "x"}}, {"valid_from": date(2026, 1, 1)}, {"publisher": "user:3"}, {"state": "draft"},
        {"shipped": True}, {"number": 7}, {"hash": "1"},
    ],
)  # fmt: skip
def test_what_was_published_never_changes(staff: Staff, changed: dict[str, Any]) -> None:
    row = ServiceVersion.objects.create(**PUBLISHED, number=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceVersion.objects.filter(pk=row.pk).update(**changed)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()
    ServiceVersion.objects.filter(pk=row.pk).update(valid_to=date(2026, 6, 30))
    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceVersion.objects.filter(pk=row.pk).update(valid_to=date(2026, 7, 1))


@pytest.fixture
def committed_staff(transactional_db: None) -> Staff:
    """For what happens between transactions."""
    return staff.once()  # type: ignore[attr-defined,no-any-return]


def test_two_begin_and_two_publish_at_once(committed_staff: Staff) -> None:
    world, editor, heads = committed_staff, committed_staff.who("editor"), ("head", "other")
    came = together(*[lambda: operations.begin_version(by=editor, region=REGION, key="sip-dokter", now=NOW)] * 2)
    assert sorted(type(one).__name__ for one in came) == ["Faults", "int"]
    version = next(one for one in came if isinstance(one, int))
    operations.propose_version(by=editor, version=version, now=NOW)
    standings = [world.who(name) for name in heads]
    came = together(*[
        lambda by=by: operations.publish_version(by=by, version=version, valid_from=TODAY, now=NOW)
        for by in standings
    ])  # fmt: skip
    assert sorted(type(one).__name__ for one in came) == ["NoneType", "WrongVersionState"]
    held = ServiceVersion.objects.filter(key="sip-dokter").values_list("number", "state", "valid_to").order_by("number")
    assert [*held] == [(1, "published", TODAY - timedelta(days=1)), (2, "published", None)]


def test_two_load_at_once_and_each_service_is_there_once(committed_staff: Staff) -> None:
    together(*[lambda: operations.load_services(by=OPERATOR, now=NOW, demonstration=True)] * 2)
    assert ServiceVersion.objects.filter(state="published").count() == 28
    assert ServiceVersion.objects.count() == 34
