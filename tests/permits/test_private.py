"""What is personal stays with the applicant and those who work on it, and every reading by others is logged."""

from __future__ import annotations

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from permits.world import DAY, HOUR, NIK, NOW, NURSE, World
from pilar.people.models import User
from pilar.people.operations import grant_membership
from pilar.people.rules import OPERATOR, PUBLIC, NotAllowed, NotFound
from pilar.permits import operations as do
from pilar.permits.models import Case, DrawnSignature
from pilar.permits.queries import cases
from pilar.permits.queries.letters import readings
from pilar.permits.queries.tracking import track
from pilar.permits.rules.authority import OwnCase, SameEyes
from pilar.permits.rules.cases import Outcome
from pilar.permits.rules.roles import Role
from pilar.platform.models import AuditEvent


def test_the_database_holds_nothing_that_names_a_person(world: World) -> None:
    world.submit()
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(one)::text FROM permits_case one WHERE id = %s", [world.case])
        (stored,) = cursor.fetchone()
    assert not [one for one in (NIK, NURSE.name, NURSE.phone, NURSE.address) if one in stored]


def test_another_citizen_finds_nothing_by_guessing(world: World) -> None:
    world.submit()
    other, key = world.who("other citizen"), world.case
    for look in (
        lambda: cases.own_case(key, scope=other, now=NOW),
        lambda: cases.officers_case(key, scope=other, now=NOW),
        lambda: cases.file_for(key, world.file("ktp").pk, scope=other, now=NOW),
        lambda: do.save_answers(by=other, case=key, seen=1, answers={}, now=NOW),
        lambda: do.write_message(by=other, case=key, text="Halo", now=NOW),
        lambda: do.withdraw_case(by=other, case=key, now=NOW),
        lambda: cases.own_case(key + 999, scope=other, now=NOW),
    ):
        with pytest.raises(NotFound):
            look()
    assert [one.key for one in cases.own_cases(scope=other, now=NOW)] != [key]
    with pytest.raises(NotAllowed):
        do.begin_case(
            by=other, region="36.03", service="sip-perawat", kind="new", account=world.who("nurse").citizen, now=NOW
        )


def test_officers_read_their_cases_and_each_reading_is_logged(world: World) -> None:
    world.submit()
    world.accept(NOW)
    for name in ("front", "technical", "inspectorate"):
        assert cases.officers_case(world.case, scope=world.who(name), now=NOW).person["identity"] == NIK
    for name in ("neighbour", "elsewhere", "next technical", "editor", "public"):
        with pytest.raises(NotFound):
            cases.officers_case(world.case, scope=world.who(name), now=NOW)
    seen = readings(world.case, scope=world.who("nurse"), now=NOW)[2]
    assert [count for _day, _name, count in seen] == [1, 1, 1]
    assert readings(world.case, scope=world.who("inspectorate"), now=NOW)[2] == seen
    for name in ("other citizen", "neighbour", "elsewhere", "public"):
        with pytest.raises(NotFound):
            readings(world.case, scope=world.who(name), now=NOW)
    read = AuditEvent.objects.filter(action="read", target="permits.case.person", key=str(world.case))
    assert read.count() == 3


def test_anybody_tracks_by_number_and_last_digits_and_a_wrong_one_tells_nothing(world: World) -> None:
    number = world.submit()
    found = track(number.lower(), NIK[-4:], scope=PUBLIC, now=NOW)
    assert found is not None
    assert (found.number, found.service, found.open_stages) == (
        number,
        "Surat izin praktik perawat",
        ("Pemeriksaan kelengkapan",),
    )
    for wrong, digits in ((number, "9999"), ("P3603-2026-99999", NIK[-4:])):
        assert track(wrong, digits, scope=PUBLIC, now=NOW) is None


def test_nobody_does_a_stage_of_a_relative(world: World) -> None:
    world.submit()
    do.declare_relative(by=world.who("front"), identity=NIK, relation="spouse", now=NOW)
    with pytest.raises(OwnCase):
        do.pass_check(by=world.who("front"), case=world.case, now=NOW)
    assert cases.officers_case(world.case, scope=world.who("front"), now=NOW).own
    do.pass_check(by=world.who("front 2"), case=world.case, now=NOW)


def test_four_eyes_where_the_service_says_so(world: World) -> None:
    world.submit()
    grant_membership(by=OPERATOR, user=world.keys["front"], role=Role.BACK, region="36.03", now=NOW - HOUR)
    world.accept(NOW)
    world.recommend(now=NOW)
    given = {"case": world.case, "stage": "decide", "outcome": Outcome.AGREED, "text": "Layak", "now": NOW}
    with pytest.raises(SameEyes, match="Pemeriksaan kelengkapan"):
        do.decide(by=world.who("front"), **given)
    do.decide(by=world.who("back"), **given)


def test_a_deputy_acts_for_the_head_on_these_days_alone(world: World) -> None:
    world.to_sign()
    with pytest.raises(NotAllowed):
        do.sign_case(by=world.who("front 2"), case=world.case, stage="sign", now=NOW)
    do.enter_absence(
        by=world.who("head"), region="36.03", user=world.keys["head"], role=Role.HEAD,
        deputy=world.keys["front 2"], since=NOW.date(), until=NOW.date() + 2 * DAY, now=NOW,
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        do.sign_case(by=world.who("front 2"), case=world.case, stage="sign", now=NOW + 3 * DAY)
    do.sign_case(by=world.who("front 2"), case=world.case, stage="sign", now=NOW + 2 * DAY)
    assert world.row().state == "signing"


def test_a_relative_is_known_before_the_new_key_has_renewed_what_is_hashed(world: World, settings: Settings) -> None:
    world.submit()
    settings.PILAR_FIELD_KEYS = "kunci yang baru"
    do.declare_relative(by=world.who("front"), identity=NIK, relation="spouse", now=NOW)
    assert cases.officers_case(world.case, scope=world.who("front"), now=NOW).own
    with pytest.raises(OwnCase):
        world.accept(NOW)


def test_a_new_key_renews_what_is_encrypted_and_hashed(world: World, settings: Settings) -> None:
    number = world.submit()
    do.write_message(by=world.who("nurse"), case=world.case, text="Halo", now=NOW)
    DrawnSignature.objects.create(case_id=world.case, number=1, capacity="proxy", strokes="0,0 300,200")
    before, drawn = Case.objects.get(pk=world.case), DrawnSignature.objects.get(case=world.case).strokes.text
    settings.PILAR_FIELD_KEYS = "kunci yang baru"
    assert track(number, NIK[-4:], scope=PUBLIC, now=NOW) is not None
    assert do.renew_cases(by=world.who("operator")) > 0
    after = Case.objects.get(pk=world.case)
    assert {before.identity_hash, before.tracking_hash}.isdisjoint({after.identity_hash, after.tracking_hash})
    assert track(number, NIK[-4:], scope=PUBLIC, now=NOW) is not None
    assert DrawnSignature.objects.get(case=world.case).strokes.text != drawn
    assert do.renew_cases(by=world.who("operator")) == 0


def test_an_officer_who_applies_by_their_own_address_does_not_handle_it(world: World) -> None:
    world.submit()
    front = User.objects.get(pk=world.keys["front"])
    front.email = "fatimah@contoh.invalid"
    front.save(update_fields=["email"])
    with pytest.raises(OwnCase):
        world.accept()
    assert cases.officers_case(world.case, scope=world.who("front"), now=NOW).own
    assert not cases.officers_case(world.case, scope=world.who("front 2"), now=NOW).own
    assert not cases.has_declared(world.who("front"))
    do.declare_relative(by=world.who("front"), identity=NIK, relation="self", now=NOW)
    assert cases.has_declared(world.who("front"))
