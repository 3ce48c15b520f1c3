"""What comes back, stops, is sent back and is handed on, and what is refused with a sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from people.citizens import entered
from permits.world import ANSWERS, DAY, HOUR, NOW, NURSE, OTHER, OWN, World, definition, publish
from pilar.people.models import Membership
from pilar.people.rules import PUBLIC, NotAllowed, NotFound
from pilar.permits import operations as do
from pilar.permits.models import CaseEvent, CaseFile, OwnDocument, ServiceVersion, Task
from pilar.permits.operations import Person
from pilar.permits.queries import cases
from pilar.permits.queries.tracking import track
from pilar.permits.rules.authority import NotYourStage, Taken
from pilar.permits.rules.cases import CaseElsewhere, CaseState, EventKind, Finding, Outcome
from pilar.permits.rules.roles import Role
from pilar.platform.errors import Faults
from pilar.platform.versions import Outdated

UNTIL = date(2026, 3, 20)


def codes(refused: pytest.ExceptionInfo[Faults]) -> set[tuple[str, str]]:
    return {(one.code, one.place) for one in refused.value.faults}


def test_everything_that_is_open_is_told_at_once(world: World) -> None:
    world.begin()
    with pytest.raises(Faults) as refused:
        do.submit(by=world.who("nurse"), case=world.case, key=uuid4(), now=NOW)
    places = {place for _code, place in codes(refused)}
    assert {"str_number", "str_until", "place", "name", "identity", "phone", "address"} <= places
    world.fill(person=Person("Fatimah", "123", "081234567890", "Balaraja"))
    with pytest.raises(Faults) as refused:
        do.submit(by=world.who("nurse"), case=world.case, key=uuid4(), now=NOW)
    assert codes(refused) == {("unfit-identity", "identity")}
    world.fill()
    with pytest.raises(Faults) as refused:
        do.submit(by=world.who("nurse"), case=world.case, key=uuid4(), now=NOW)
    assert codes(refused) == {("documents-missing", "")}
    assert (world.row().state, world.row().number) == (CaseState.DRAFT, "")


def test_who_saved_over_a_newer_version_is_told(world: World) -> None:
    world.begin()
    world.fill()
    with pytest.raises(Outdated):
        do.save_answers(by=world.who("nurse"), case=world.case, seen=0, answers=ANSWERS, now=NOW)
    given = {**ANSWERS, "unknown": "x", "kind": "renewal"}
    do.save_answers(by=world.who("nurse"), case=world.case, seen=1, answers=given, now=NOW)
    assert world.row().answers == {**ANSWERS, "kind": "new", "applicant": "person", "proxy": False}


def test_one_list_of_everything_comes_back_and_the_check_goes_on(world: World) -> None:
    world.submit()
    world.refuse_file("str")
    with pytest.raises(Faults):
        world.accept()
    listed = [Finding("answer", field="place", text="Sebut alamatnya")]
    do.return_case(by=world.who("front"), case=world.case, findings=listed, now=NOW + HOUR)
    detail = cases.own_case(world.case, scope=world.who("nurse"), now=NOW + HOUR)
    assert detail.asked == ("Tempat praktik: Isian formulir keliru atau belum jelas: Sebut alamatnya",
                            "STR: Dokumen tidak terbaca")  # fmt: skip
    assert (detail.turn, world.row().returns) == ("applicant", 1)
    with pytest.raises(Faults) as refused:
        do.submit(by=world.who("nurse"), case=world.case, key=uuid4(), now=NOW + DAY)
    assert codes(refused) == {("documents-unfit", "")}
    world.attach("str", now=NOW + DAY)
    number = world.row().number
    assert do.submit(by=world.who("nurse"), case=world.case, key=uuid4(), now=NOW + DAY) == number
    world.accept(NOW + DAY)
    assert Task.objects.filter(case=world.case, stage="check").count() == 1


def test_a_return_lists_something(world: World) -> None:
    world.submit()
    with pytest.raises(Faults) as refused:
        do.return_case(by=world.who("front"), case=world.case, findings=[], now=NOW)
    assert codes(refused) == {("no-findings", "")}
    with pytest.raises(Faults) as refused:
        do.return_case(by=world.who("front"), case=world.case, findings=[Finding("lain")], now=NOW)
    assert codes(refused) == {("unknown-reason", "0.code")}


def test_sent_back_it_is_done_anew_from_there(world: World) -> None:
    world.submit(beds=12)
    world.accept()
    world.visit()
    world.recommend()
    do.send_back(
        by=world.who("back"), case=world.case, stage="decide", to="health", reason="unclear", now=NOW + 2 * DAY
    )
    assert world.open_stages() == {"health"}
    world.recommend(Outcome.CONDITIONS.AGREED, now=NOW + 2 * DAY)
    assert world.open_stages() == {"decide"}
    rounds = Task.objects.filter(case=world.case).order_by("opened_at", "pk").values_list("stage", "round", "outcome")
    assert [*rounds] == [
        ("check", 1, "done"), ("health", 1, "agreed"), ("visit", 1, "done"), ("decide", 1, "sent-back"),
        ("health", 2, "agreed"), ("decide", 2, ""),
    ]  # fmt: skip
    with pytest.raises(Faults):
        do.send_back(by=world.who("back"), case=world.case, stage="decide", to="visit", reason="unclear", now=NOW)


def test_back_to_the_check_drops_what_is_open_beside_it(world: World) -> None:
    world.submit(beds=12)
    world.accept()
    do.send_back(
        by=world.who("technical"), case=world.case, stage="health", to="check", reason="recheck", now=NOW + DAY
    )
    assert world.open_stages() == {"check"}
    assert Task.objects.get(case=world.case, stage="visit").outcome == Outcome.DROPPED
    with pytest.raises(CaseElsewhere):  # its day 0 stays
        world.accept(NOW + DAY)
    do.check_again(by=world.who("front"), case=world.case, stage="check", text="Lengkap", now=NOW + DAY)
    assert world.open_stages() == {"health", "visit"}
    assert CaseEvent.objects.filter(case=world.case, kind=EventKind.ACCEPTED).count() == 1


def test_a_stage_is_taken_by_one(world: World) -> None:
    world.submit()
    do.take_stage(by=world.who("front 2"), case=world.case, stage="check", now=NOW)
    with pytest.raises(Taken):
        world.accept()
    with pytest.raises(NotYourStage):
        do.take_stage(by=world.who("back"), case=world.case, stage="check", now=NOW)
    do.take_stage(by=world.who("front 2"), case=world.case, stage="check", now=NOW)
    world.accept()


def test_taking_for_many_gives_nothing_back(world: World) -> None:
    world.submit()
    world.accept()
    for _time in range(2):
        do.take_stage(by=world.who("technical"), case=world.case, stage="health", only_take=True, now=NOW)
    with pytest.raises(Taken):
        do.take_stage(by=world.who("head"), case=world.case, stage="health", only_take=True, now=NOW)
    assert Task.objects.get(case=world.case, stage="health").taken_by_id == world.keys["technical"]


def test_what_somebody_away_has_taken_is_done_by_their_deputy_and_given_back_by_the_head(world: World) -> None:
    world.submit()
    take = {"case": world.case, "stage": "check"}
    do.take_stage(by=world.who("front 2"), now=NOW, **take)
    do.enter_absence(
        by=world.who("head"), region=OWN, user=world.keys["front 2"], role=Role.FRONT, deputy=world.keys["back"],
        since=NOW.date(), until=NOW.date(), now=NOW,
    )  # fmt: skip
    row = cases.officers_case(world.case, scope=world.who("front"), now=NOW).stages[0]
    assert (row.take, row.give_back) == (False, False), "no button that would be refused"
    assert cases.officers_case(world.case, scope=world.who("back"), now=NOW).stages[0].give_back
    do.pass_check(by=world.who("back"), case=world.case, now=NOW)
    health = {"case": world.case, "stage": "health"}
    do.take_stage(by=world.who("technical"), now=NOW, **health)
    assert cases.officers_case(world.case, scope=world.who("head"), now=NOW).stages[1].give_back
    do.take_stage(by=world.who("head"), now=NOW, **health)
    assert Task.objects.get(case=world.case, stage="health").taken_by_id is None
    with pytest.raises(NotYourStage):
        do.take_stage(by=world.who("head"), now=NOW, **health)


def test_what_somebody_has_taken_whose_role_is_over_is_free(world: World) -> None:
    world.submit()
    do.take_stage(by=world.who("front 2"), case=world.case, stage="check", now=NOW)
    Membership.objects.filter(user=world.keys["front 2"]).update(until=NOW + HOUR)
    with pytest.raises(Taken):
        world.accept(NOW)
    world.accept(NOW + 2 * HOUR)


@pytest.mark.parametrize(
    ("changed", "place"),
    [({"reason": "lain"}, "reason"), ({"until": NOW.date()}, "until"),
     ({"until": NOW.date() + timedelta(days=400)}, "until"), ({"findings": []}, "")],
)  # fmt: skip
def test_a_stop_has_a_reason_a_list_and_an_end(world: World, changed: dict[str, object], place: str) -> None:
    world.submit()
    world.accept(NOW)
    given = {"reason": "documents", "until": UNTIL, "findings": [Finding("missing", requirement="str")], **changed}
    with pytest.raises(Faults) as refused:
        do.stop_clock(by=world.who("technical"), case=world.case, now=NOW, **given)
    assert {one.place for one in refused.value.faults} == {place}
    assert world.row().state == CaseState.RUNNING


def test_own_documents_are_used_again_until_they_expire(world: World) -> None:
    world.begin()
    world.attach("str", valid_until=date(2026, 3, 10))
    first, own = world.file("str"), OwnDocument.objects.get(account=world.who("nurse").citizen)
    world.begin()
    do.reuse_document(by=world.who("nurse"), case=world.case, requirement="str", now=NOW)
    again = world.file("str")
    assert (again.sha256, again.reused_id, again.storage_key) == (first.sha256, own.pk, first.storage_key)
    with pytest.raises(Faults) as refused:
        do.reuse_document(by=world.who("nurse"), case=world.case, requirement="str", now=NOW + 20 * DAY)
    assert codes(refused) == {("document-expired", "requirement")}
    with pytest.raises(NotFound):
        do.reuse_document(by=world.who("nurse"), case=world.case, requirement="ktp", now=NOW)


def test_a_renewal_takes_over_what_was_answered(world: World) -> None:
    world.submit()
    before = world.case
    key = do.begin_case(
        by=world.who("nurse"), region="36.03", service="sip-perawat", kind="renewal", renews=before, now=NOW
    )
    detail = cases.own_case(key, scope=world.who("nurse"), now=NOW)
    assert (detail.person["identity"], detail.given["place"], detail.given["kind"]) == (
        NURSE.identity, ANSWERS["place"], "renewal"
    )  # fmt: skip
    assert [one.requirement for one in detail.files] == ["ktp", "str", "sip-lama"]


def test_a_walk_in_is_filed_at_the_counter_of_the_region(world: World) -> None:
    with pytest.raises(NotAllowed):
        do.begin_at_counter(by=world.who("back"), region="36.03", service="sip-perawat", kind="new", now=NOW)
    with pytest.raises(NotAllowed):
        do.begin_at_counter(by=world.who("front"), region=OTHER, service="sip-perawat", kind="new", now=NOW)
    world.case = do.begin_at_counter(by=world.who("front"), region="36.03", service="sip-perawat", kind="new", now=NOW)
    world.submit("front")
    assert (world.row().applicant, world.row().at_counter) == (None, True)
    with pytest.raises(NotFound):
        cases.own_case(world.case, scope=world.who("nurse"), now=NOW)


def test_a_service_that_is_not_set_takes_no_applications(world: World) -> None:
    publish(given=definition(key="sip-bidan", limit=None))
    with pytest.raises(Faults) as refused:
        do.begin_case(by=world.who("nurse"), region="36.03", service="sip-bidan", kind="new", now=NOW)
    assert codes(refused) == {("service-not-set", "")}
    with pytest.raises(NotFound):
        do.begin_case(by=world.who("nurse"), region="36.03", service="sip-dokter", kind="new", now=NOW)


def test_a_draft_of_a_service_that_was_closed_meanwhile_is_not_sent(world: World) -> None:
    world.begin()
    world.fill()
    world.attach("ktp", "str")
    ServiceVersion.objects.filter(region=OWN, key="sip-perawat").update(valid_to=NOW.date())
    with pytest.raises(Faults) as refused:
        do.submit(by=world.who("nurse"), case=world.case, key=uuid4(), now=NOW + DAY)
    assert codes(refused) == {("service-closed", "")}
    do.submit(by=world.who("nurse"), case=world.case, key=uuid4(), now=NOW)


def test_a_case_keeps_the_version_it_began_with(world: World) -> None:
    world.begin()
    old = world.row().version_id
    assert ServiceVersion.objects.filter(pk=old).exists()
    world.submit()
    assert world.row().version_id == old


def test_an_office_that_the_region_lacks_is_named(world: World) -> None:
    given = definition(key="sip-bidan")
    given["stages"][1]["office"] = "disnaker"
    publish(given=given)
    world.begin(service="sip-bidan")
    world.submit()
    with pytest.raises(Faults, match="disnaker"):
        world.accept()
    assert world.row().state == CaseState.SUBMITTED


def test_duplicates_are_shown(world: World) -> None:
    world.submit()
    first, world.case = world.case, 0
    world.submit()
    detail = cases.officers_case(world.case, scope=world.who("front"), now=NOW)
    assert [one.key for one in detail.alike] == [first]


def test_a_hostile_document_is_refused_with_a_sentence(world: World) -> None:
    world.begin()
    with pytest.raises(Faults):
        world.hold(content=b"MZ\x90\x00 not a document")
    assert not CaseFile.objects.filter(case=world.case).exists()


def test_what_is_mended_after_a_return_is_what_is_tracked_and_compared(world: World) -> None:
    number = world.submit(str_number="STR-1")
    before = world.row().marks
    do.return_case(
        by=world.who("front"), case=world.case, findings=[Finding("answer", field="place", text="Alamat")], now=NOW
    )
    world.fill(person=replace(NURSE, identity="3603014501909999"), str_number="STR-2")
    do.submit(by=world.who("nurse"), case=world.case, key=uuid4(), now=NOW + DAY)
    assert track(number, "9999", scope=PUBLIC, now=NOW)
    assert track(number, NURSE.identity[-4:], scope=PUBLIC, now=NOW) is None
    row = world.row()
    assert (row.marks != before, row.submitted_at, row.number) == (True, NOW, number)


def test_an_answer_that_is_asked_for_while_the_clock_stands_is_given_on_the_page(world: World) -> None:
    world.submit()
    world.accept(NOW)
    stop = {"by": world.who("back"), "case": world.case, "reason": "clarification", "until": UNTIL, "now": NOW}
    client, page = entered(Client(), "fatimah@contoh.invalid"), reverse("permits:own-case", args=[world.case])
    do.stop_clock(findings=[Finding("missing", requirement="str")], **stop)
    assert 'name="beds"' not in client.get(page).content.decode()
    do.resume_clock(by=world.who("back"), case=world.case, now=NOW)
    do.stop_clock(findings=[Finding("answer", text="Berapa tempat tidur?")], **stop)
    form = client.get(page).content.decode()
    assert 'name="beds"' in form
    assert 'name="identity"' not in form, "who applies has been checked"
    given = {**ANSWERS, "str_until": "31/01/2030", "version": world.row().edition}
    assert client.post(page, {**given, "beds": 12}).status_code == 302
    assert world.row().answers["beds"] == 12
    do.hand_in(by=world.who("nurse"), case=world.case, now=NOW + DAY)
    assert world.open_stages() == {"health", "visit"}, "by the new answer there is a visit"


def test_an_answer_that_cannot_be_lets_the_clock_stand(world: World) -> None:
    world.submit()
    world.accept(NOW)
    do.stop_clock(
        by=world.who("back"), case=world.case, reason="clarification", findings=[Finding("answer", text="Tempat?")],
        until=UNTIL, now=NOW,
    )  # fmt: skip
    do.save_answers(
        by=world.who("nurse"), case=world.case, seen=world.row().edition, answers={**ANSWERS, "place": ""}, now=NOW
    )
    with pytest.raises(Faults):
        do.hand_in(by=world.who("nurse"), case=world.case, now=NOW + DAY)
    assert world.row().state == CaseState.WAITING


def test_the_same_licence_number_is_told_to_who_may_open_the_other(world: World) -> None:
    world.submit()
    other, world.case = world.case, 0
    world.submit("other citizen")
    assert [one.key for one in cases.officers_case(world.case, scope=world.who("front"), now=NOW).alike] == [other]
    world.accept(NOW)
    assert cases.officers_case(world.case, scope=world.who("technical"), now=NOW).alike == ()


def apply_as(world: World, number: int, /, service: str = "sip-perawat", **answers: str) -> list[int]:
    """Somebody else applies: the cases that the front office is told to look at, too."""
    world.case = 0
    world.begin("other citizen", service=service)
    world.fill("other citizen", person=replace(NURSE, name="Rahmat", identity=f"360301450190010{number}"), **answers)
    world.attach("ktp", "str", who="other citizen")
    do.submit(by=world.who("other citizen"), case=world.case, key=uuid4(), now=NOW)
    return [one.key for one in cases.officers_case(world.case, scope=world.who("front"), now=NOW).alike]


def test_a_licence_number_is_the_same_however_it_is_parted(world: World) -> None:
    world.submit()
    first, marks = world.case, set(world.row().marks)
    alike = []
    for place, number in enumerate(("str 0099/2025", "STR-0098-2025")):
        alike.append(apply_as(world, place, str_number=number))
        assert bool(marks & set(world.row().marks)) is bool(alike[-1])
    assert alike == [[first], []]


def test_a_second_case_for_the_same_parcel_is_told(world: World) -> None:
    form = definition()["form"]
    form["properties"] |= {
        "str_number": {"type": "string", "title": "Nomor STR"},
        "place": {"type": "string", "title": "Persil", "x-place": True, "x-once": True},
    }
    publish(given=definition(key="sip-persil", form=form))
    assert apply_as(world, 0, "sip-persil", place="Persil 28.05 No. 123") == []
    first = world.case
    assert apply_as(world, 1, "sip-persil", place="persil 28.05  no. 123") == [first]
    assert apply_as(world, 2, "sip-persil", place="Persil 28.05 No. 124") == []
