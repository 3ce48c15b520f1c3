"""Objections: to what, until when, who answers them, and what silence does."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evidence import samples
from people.citizens import entered
from permits.register_acts import taxed
from permits.test_case_pages import act, apply, checked, nurse, officer, with_letter  # noqa: F401 - nurse is a fixture
from permits.world import DAY, HOUR, NOW, OTHER, OWN, World, publish
from pilar.areas.queries import working_days
from pilar.areas.reference import today_in
from pilar.people.models import Notice
from pilar.people.rules import SCHEDULE, NotAllowed, NotFound
from pilar.permits import operations as do
from pilar.permits.models import Case, Levy, Objection, Task
from pilar.permits.queries import cases
from pilar.permits.queries.objections import objection, objections
from pilar.permits.reference.deadlines import objection_terms
from pilar.permits.rules.authority import WrongState
from pilar.permits.rules.cases import CaseState, EventKind, Outcome
from pilar.permits.rules.objections import About, ObjectionElsewhere, ObjectionState, OwnDecision, Span
from pilar.permits.rules.register import PermitState
from pilar.platform.errors import Faults
from pilar.platform.models import AuditEvent

pytestmark = pytest.mark.django_db
SIGNED = NOW + DAY + 2 * HOUR
"""Tuesday, 3 March 2026: the day of the refusal."""
UPHELD, REJECTED = ObjectionState.UPHELD, ObjectionState.REJECTED


def refuse(world: World) -> None:
    world.to_sign(Outcome.REFUSED, reason="unmet")
    world.sign()


def object_to(world: World, about: About = About.REFUSAL, now: object = SIGNED, who: str = "nurse") -> int:
    return do.file_objection(by=world.who(who), case=world.case, about=about, text="Sudah lengkap", now=now)


def answer(world: World, key: int, outcome: ObjectionState, who: str = "back 2", now: object = SIGNED) -> None:
    do.answer_objection(by=world.who(who), objection=key, outcome=outcome, answer="Syarat terpenuhi", now=now)


@pytest.mark.parametrize(
    ("about", "within", "answered", "law"),
    [
        (About.REFUSAL, Span(days=21), Span(days=10), "UU 30/2014"),
        (About.REVOCATION, Span(days=21), Span(days=10), "UU 30/2014"),
        (About.LEVY, Span(months=3), Span(months=6), "retribusi"),
    ],
)
def test_each_has_a_time_of_its_own_by_law(about: About, within: Span, answered: Span, law: str) -> None:
    terms = objection_terms(about, date(2026, 3, 3))
    assert (terms.within, terms.answer, law in terms.law) == (within, answered, True)
    assert (terms.source == "assumption") is (about is About.LEVY)


def test_days_are_working_days_and_months_end_within_the_month(world: World) -> None:
    days = working_days(OWN)
    assert Span(days=10).after(date(2026, 3, 3), days) == days.after(date(2026, 3, 3), 10)
    assert Span(months=3).after(date(2025, 11, 30), days) == date(2026, 2, 28)
    assert Span(months=6).after(date(2026, 7, 15), days) == date(2027, 1, 15)


def test_somebody_who_did_not_decide_answers(world: World) -> None:
    refuse(world)
    assert [one.about for one in cases.own_case(world.case, scope=world.who("nurse"), now=SIGNED).grounds] == [
        About.REFUSAL
    ]
    key = object_to(world)
    row = objection(key, scope=world.who("inspectorate"), now=SIGNED)
    assert (row.text, row.due, row.late) == ("Sudah lengkap", working_days(OWN).after(date(2026, 3, 3), 10), False)
    assert AuditEvent.objects.filter(action="read", target="permits.objection.text").exists()
    for who in ("back", "head"):
        with pytest.raises(OwnDecision):
            answer(world, key, UPHELD, who)
    for who, error in (("front", NotAllowed), ("inspectorate", NotAllowed), ("neighbour", NotFound)):
        with pytest.raises(error):
            answer(world, key, UPHELD, who)
    answer(world, key, UPHELD)
    with pytest.raises(ObjectionElsewhere):
        answer(world, key, REJECTED)
    detail = cases.own_case(world.case, scope=world.who("nurse"), now=SIGNED)
    assert [(one.state, one.answer) for one in detail.objections] == [(UPHELD, "Syarat terpenuhi")]
    assert (detail.grounds, detail.row.state) == ((), CaseState.RUNNING)
    told = Notice.objects.filter(kind="permits.objection-upheld", user=world.keys["back"])
    assert told.get().done_at is None


def test_a_refusal_whose_objection_is_upheld_is_decided_anew_by_a_clock_of_its_own(world: World) -> None:
    refuse(world)
    with pytest.raises(DatabaseError, match="case_is_over"), transaction.atomic():
        Case.objects.filter(pk=world.case).update(state=CaseState.RUNNING, closed_at=None)
    later = SIGNED + 9 * DAY  # Thursday, 12 March
    answer(world, object_to(world), UPHELD, now=later)
    row = world.row()
    assert (row.state, row.closed_at, world.open_stages()) == (CaseState.RUNNING, None, {"decide"})
    due = working_days(OWN).after(date(2026, 3, 12), 5)
    assert today_in(OWN, row.due_at - HOUR) == due
    task = Task.objects.get(case=row, done_at=None)
    assert (task.round, today_in(OWN, task.due_at - HOUR)) == (2, working_days(OWN).after(date(2026, 3, 12), 2))
    seen = cases.own_case(world.case, scope=world.who("nurse"), now=later)
    assert "Keberatan atas penolakan dikabulkan; hari 0 adalah 12 Maret 2026" in seen.why
    assert seen.events[-1].kind is EventKind.REOPENED
    page = officer(world, "back").get(reverse("permits:act", args=[world.case, "putuskan", "decide"]))
    offered = [key for key, _name in page.context["form"].fields["outcome"].choices]
    assert offered == ["", Outcome.AGREED, Outcome.CONDITIONS], "a refusal is not offered"
    with pytest.raises(Faults) as refused:
        world.decide(Outcome.REFUSED, now=later + HOUR, reason="unmet")
    assert [one.code for one in refused.value.faults] == ["objection-upheld"]
    world.decide(now=later + HOUR)
    world.sign(now=later + 2 * HOUR)
    assert world.row().state == CaseState.SIGNING
    do.mark_issued(by=SCHEDULE, case=world.case, now=later + 3 * HOUR)
    assert world.row().state == CaseState.ISSUED
    assert not Notice.objects.filter(kind="permits.objection-upheld", done_at=None).exists()


def test_who_was_refused_may_apply_anew_with_what_they_wrote(world: World) -> None:
    refuse(world)
    again = do.begin_case(
        by=world.who("nurse"), region=OWN, service="sip-perawat", kind="new", renews=world.case, now=SIGNED
    )
    assert cases.own_case(again, scope=world.who("nurse"), now=SIGNED).given["str_number"] == "STR-0099-2025"


def test_it_is_objected_once_and_in_time(world: World) -> None:
    refuse(world)
    last = working_days(OWN).after(date(2026, 3, 3), 21)
    late = SIGNED + (last - date(2026, 3, 3)) + DAY
    with pytest.raises(Faults) as refused:
        object_to(world, now=late)
    assert [one.code for one in refused.value.faults] == ["too-late"]
    assert cases.own_case(world.case, scope=world.who("nurse"), now=late).grounds == ()
    object_to(world, now=late - DAY)
    for about in (About.REFUSAL, About.LEVY, About.REVOCATION):
        with pytest.raises(Faults) as refused:
            object_to(world, about, now=late - DAY)
        assert [one.code for one in refused.value.faults] == ["no-ground"]


def test_nothing_is_objected_to_before_it_is_decided_or_by_others(world: World) -> None:
    world.submit()
    with pytest.raises(WrongState):
        object_to(world)
    world.accept()
    with pytest.raises(Faults):
        object_to(world)
    with pytest.raises(NotFound):
        object_to(world, who="other citizen")


def test_the_levy_is_set_anew_by_the_treasury(world: World) -> None:
    publish(given=taxed())
    world.case = 0
    world.begin(service="sip-berbayar")
    world.submit()
    world.accept()
    do.set_levy(by=world.who("treasury"), case=world.case, stage="levy", now=SIGNED)
    key = object_to(world, About.LEVY)
    row = objection(key, scope=world.who("head"), now=SIGNED)
    assert (row.thing, row.due) == ("SKRD-00001-36.03-2026", date(2026, 9, 3))
    answer(world, key, UPHELD, "back")
    assert Notice.objects.filter(kind="permits.objection-upheld", user=world.keys["treasury"]).exists()
    assert world.row().state == CaseState.PAYING


def test_who_revoked_a_permit_does_not_answer(issued: World) -> None:
    permit = issued.row().permit
    now = NOW + 5 * DAY
    do.decide_permit(by=issued.who("head"), permit=permit.pk, to=PermitState.REVOKED, reason="Pelanggaran", now=now)
    key = object_to(issued, About.REVOCATION, now=now)
    for who in ("head", "back"):
        with pytest.raises(OwnDecision):
            answer(issued, key, REJECTED, who, now=now)
    answer(issued, key, REJECTED, now=now)
    assert own_objection().answer == "Syarat terpenuhi"


def test_a_revocation_is_taken_back_when_the_objection_is_upheld(issued: World) -> None:
    permit, now = issued.row().permit, NOW + 5 * DAY
    by = issued.who("head")

    def decide(to: PermitState, later: timedelta = timedelta()) -> None:
        do.decide_permit(by=by, permit=permit.pk, to=to, reason="Keliru", now=now + later)

    decide(PermitState.REVOKED)
    page, back = (
        reverse("permits:permit", args=[permit.number]),
        reverse("permits:permit-act", args=[permit.pk, "pulihkan"]),
    )
    assert back not in officer(issued, "head").get(page).content.decode()
    with pytest.raises(Faults) as refused:
        decide(PermitState.VALID)
    assert [one.code for one in refused.value.faults] == ["not-upheld"]
    answer(issued, object_to(issued, About.REVOCATION, now=now), UPHELD, now=now + HOUR)
    told = Notice.objects.filter(kind="permits.objection-upheld")
    assert set(told.values_list("user", flat=True)) == {issued.keys["head"]}
    assert back in officer(issued, "head").get(page).content.decode()
    decide(PermitState.VALID, 2 * HOUR)
    permit.refresh_from_db()
    assert permit.state == PermitState.VALID
    decide(PermitState.REVOKED, 3 * HOUR)
    with pytest.raises(Faults):
        decide(PermitState.VALID, 4 * HOUR)
    again = object_to(issued, About.REVOCATION, now=now + 4 * HOUR)
    with pytest.raises(Faults):
        object_to(issued, About.REVOCATION, now=now + 4 * HOUR)
    answer(issued, again, UPHELD, now=now + 5 * HOUR)
    decide(PermitState.VALID, 6 * HOUR)


def own_objection() -> Objection:
    return Objection.objects.get(case__region=OWN)


def test_silence_counts_as_granted_and_issues_nothing(world: World) -> None:
    refuse(world)
    key = object_to(world)
    due = own_objection().due
    on_the_day = SIGNED + (due - date(2026, 3, 3))
    do.watch_clocks(by=SCHEDULE, now=on_the_day)
    assert own_objection().silent_at is None
    for late in (on_the_day + DAY, on_the_day + DAY + HOUR):
        do.watch_clocks(by=SCHEDULE, now=late)
    kinds = [one.reason for one in world.row().events.filter(kind=EventKind.OBJECTION_ENDED)]
    assert kinds == ["silent"]
    assert {one.user_id for one in Notice.objects.filter(kind="permits.objection-silent")} == {
        world.keys["head"], world.keys["inspectorate"]
    }  # fmt: skip
    with pytest.raises(Faults):
        answer(world, key, REJECTED, now=on_the_day + 2 * DAY)
    with pytest.raises(DatabaseError), transaction.atomic():
        Objection.objects.filter(pk=key).update(state="rejected", answer="Tidak", answered_at=on_the_day)
    answer(world, key, UPHELD, now=on_the_day + 2 * DAY)
    assert (world.row().state, own_objection().state) == (CaseState.RUNNING, UPHELD)


def test_late_it_can_only_be_upheld_before_the_clock_was_looked_at(world: World) -> None:
    refuse(world)
    key = object_to(world)
    late = SIGNED + (own_objection().due - date(2026, 3, 3)) + DAY
    with pytest.raises(Faults) as refused:
        answer(world, key, REJECTED, now=late)
    assert [one.code for one in refused.value.faults] == ["answered-late"]
    answer(world, key, UPHELD, now=late)
    kinds = [one.reason for one in world.row().events.filter(kind=EventKind.OBJECTION_ENDED).order_by("number")]
    assert (kinds, own_objection().silent_at) == (["silent", "upheld"], late)
    assert not Notice.objects.filter(kind="permits.objection-silent", done_at=None).exists()


def test_each_objection_of_a_case_has_notices_of_its_own(levied: World) -> None:
    first = object_to(levied, About.LEVY)
    row = Levy.objects.get(case=levied.case)
    do.void_levy(by=levied.who("treasury"), levy=row.pk, reason="Salah hitung", now=SIGNED)
    do.set_levy(by=levied.who("treasury"), case=levied.case, stage="levy", now=SIGNED)
    object_to(levied, About.LEVY)
    told = Notice.objects.filter(kind="permits.objection", user=levied.keys["head"], done_at=None)
    assert told.count() == 2
    answer(levied, first, REJECTED, "back")
    assert told.count() == 1


def test_the_list_is_of_the_region_with_what_waits_first(world: World) -> None:
    refuse(world)
    key = object_to(world)
    (row,) = objections(OWN, scope=world.who("head"), now=SIGNED + timedelta(days=60))
    assert (row.key, row.late, row.text) == (key, True, "")
    assert [one.key for one in objections(OWN, scope=world.who("technical"), now=SIGNED)] == [key]
    assert not objections(OWN, scope=world.who("elsewhere"), now=SIGNED)
    with pytest.raises(NotFound):
        objections(OWN, scope=world.who("neighbour"), now=SIGNED)
    for who in ("elsewhere", "editor", "neighbour"):
        with pytest.raises(NotFound):
            objection(key, scope=world.who(who), now=SIGNED)
    assert [one.region for one in objections(OTHER, scope=world.who("neighbour"), now=NOW)] == [OTHER]


def test_by_the_pages(world: World, nurse: Client) -> None:  # noqa: F811
    row = apply(nurse)
    front = officer(world, "front")
    act(front, row, "terima", "check")
    act(officer(world, "technical"), row, "rekomendasi", "health", outcome="refused", text="Belum layak")
    act(officer(world, "back"), row, "putuskan", "decide", outcome="refused", text="Belum layak", reason="unmet")
    act(officer(world, "head"), row, "tanda-tangan", "sign")
    page = reverse("permits:own-case", args=[row.pk])
    assert "Ajukan kembali dengan jawaban yang sama" in nurse.get(page).content.decode()
    sent = checked(nurse, reverse("permits:file-objection", args=[row.pk]), about="refusal", text="Sudah lengkap")
    assert sent.headers["Location"] == page  # type: ignore[attr-defined]
    made = Objection.objects.get(case=row)
    assert made.due == working_days(OWN).after(timezone.localdate(), 10)
    assert row.number in officer(world, "head").get(reverse("permits:objections", args=[OWN])).content.decode()
    other = officer(world, "back 2")
    at = reverse("permits:objection", args=[made.pk])
    assert "Sudah lengkap" in other.get(at).content.decode()
    sent = with_letter(other, reverse("permits:answer-objection", args=[made.pk]), outcome="upheld", answer="Benar")
    assert sent.headers["Location"] == at  # type: ignore[attr-defined]
    assert "Keberatan dikabulkan" in nurse.get(page).content.decode()
    assert officer(world, "neighbour").get(at).status_code == 404


def test_a_document_comes_with_an_objection_and_is_read_by_who_answers(world: World) -> None:
    refuse(world)
    client = entered(Client(), "fatimah@contoh.invalid")
    address = reverse("permits:file-objection", args=[world.case])
    Case.objects.filter(pk=world.case).update(closed_at=timezone.now())  # the days of the law run now
    file = io.BytesIO(samples.pdf())
    file.name = "bukti.pdf"
    sent = checked(client, address, about=About.REFUSAL.value, text="Sudah lengkap", file=file)
    assert sent.status_code == 302
    made = Objection.objects.get(case=world.case)
    page = officer(world, "back 2").get(reverse("permits:objection", args=[made.pk]))
    assert "bukti.pdf" in page.content.decode()
    found = objection(made.pk, scope=world.who("back 2"), now=SIGNED)
    assert found.file
    given = officer(world, "back 2").get(reverse("permits:file", args=[world.case, found.file[0]]))
    assert given.status_code == 200
    row = cases.own_case(world.case, scope=world.who("nurse"), now=SIGNED)
    assert "Dokumen pendukung keberatan" in [one.name for one in row.files]
