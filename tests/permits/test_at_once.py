"""People who act on one case at the same moment: one of them does it, and nothing is done twice."""

from __future__ import annotations

from uuid import UUID, uuid4

from kit.races import together
from permits.around import subscribe
from permits.cases_acts import MEETING
from permits.world import DAY, NOW, World
from pilar.permits import operations as do
from pilar.permits.models import Appointment, Case, CaseEvent, CaseLetter, Objection, Subscription
from pilar.permits.queries import trail
from pilar.permits.rules.cases import EventKind, Outcome
from pilar.permits.rules.objections import About, ObjectionState
from pilar.platform.models import DocumentNumber


def count(world: World, kind: EventKind) -> int:
    return CaseEvent.objects.filter(case=world.case, kind=kind).count()


def test_two_officers_decide(committed_world: World) -> None:
    world = committed_world
    world.to_decide()
    by, case = world.who("back"), world.case

    def decide(outcome: Outcome) -> None:
        do.decide(by=by, case=case, stage="decide", outcome=outcome, reason="unmet", text="Ya", now=NOW + DAY)

    came = together(lambda: decide(Outcome.AGREED), lambda: decide(Outcome.REFUSED))
    assert sorted(type(one).__name__ for one in came) == ["CaseElsewhere", "NoneType"]
    assert (count(world, EventKind.DECIDED), world.open_stages()) == (1, {"sign"})


def test_a_system_named_by_two_presses_is_one(committed_world: World) -> None:
    address = "https://kedua.contoh.go.id/kait"
    first, second = together(*[lambda: subscribe(address=address)] * 2)
    assert first == second == Subscription.objects.get(address=address).pk


def test_sent_twice_it_is_sent_once(committed_world: World) -> None:
    world, key = committed_world, UUID(int=9)
    world.begin()
    world.fill()
    world.attach("ktp", "str")
    by, case = world.who("nurse"), world.case
    came = together(*[lambda: do.submit(by=by, case=case, key=key, now=NOW)] * 2)
    assert (came, count(world, EventKind.SUBMITTED)) == (["P3603-2026-00001", "P3603-2026-00001"], 1)


def test_two_applications_at_once_have_numbers_without_a_gap(committed_world: World) -> None:
    world, keys = committed_world, []
    for _ in range(2):
        keys.append(world.begin())
        world.fill()
        world.attach("ktp", "str")
    by = world.who("nurse")
    came = together(*[lambda key=key: do.submit(by=by, case=key, key=uuid4(), now=NOW) for key in keys])
    assert sorted(came) == ["P3603-2026-00001", "P3603-2026-00002"]
    assert DocumentNumber.objects.filter(kind="permits.case").count() == 2


def test_it_is_withdrawn_or_accepted_and_not_both(committed_world: World) -> None:
    world = committed_world
    world.submit()
    nurse, front, case = world.who("nurse"), world.who("front"), world.case
    together(
        lambda: do.withdraw_case(by=nurse, case=case, now=NOW), lambda: do.pass_check(by=front, case=case, now=NOW)
    )
    row = Case.objects.get(pk=case)
    assert (row.state, world.open_stages()) in (("withdrawn", set()), ("running", {"health"}))


def test_days_off_change_while_a_case_moves(committed_world: World) -> None:
    world = committed_world
    world.submit()
    world.accept(NOW)
    Case.objects.filter(pk=world.case).update(due_at=NOW)  # as an older calendar said
    technical, schedule, case = world.who("technical"), world.who("schedule"), world.case
    together(
        lambda: do.recalculate(by=schedule, region="36.03", cause={"added": [], "dropped": []}, now=NOW + DAY),
        lambda: do.recommend(by=technical, case=case, stage="health", outcome=Outcome.AGREED, text="Ya", now=NOW + DAY),
    )
    row = Case.objects.get(pk=case)
    numbers = list(CaseEvent.objects.filter(case=case).order_by("number").values_list("number", flat=True))
    assert (numbers, row.events_count) == ([*range(1, len(numbers) + 1)], len(numbers))
    assert world.open_stages() == {"decide"}
    assert row.due_at == trail.end_of(trail.reading(row, trail.service_of(row), now=NOW + DAY).due, "36.03")


def test_an_objection_is_filed_and_answered_once(committed_world: World) -> None:
    world = committed_world
    world.to_sign(Outcome.REFUSED, reason="unmet")
    world.sign()
    nurse, other, case, now = world.who("nurse"), world.who("back 2"), world.case, NOW + 2 * DAY
    filed = [lambda: do.file_objection(by=nurse, case=case, about=About.REFUSAL, text="Lengkap", now=now)] * 2
    assert sorted(type(one).__name__ for one in together(*filed)) == ["Faults", "int"]
    key = Objection.objects.get().pk

    def answer(outcome: ObjectionState) -> None:
        do.answer_objection(by=other, objection=key, outcome=outcome, answer="Ya", now=now)

    came = together(lambda: answer(ObjectionState.UPHELD), lambda: answer(ObjectionState.REJECTED))
    assert sorted(type(one).__name__ for one in came) == ["NoneType", "ObjectionElsewhere"]
    assert count(world, EventKind.OBJECTION_ENDED) == CaseLetter.objects.filter(kind__in=["upheld", "rejected"]).count()


def test_both_sides_propose_at_once_and_there_is_one_appointment(committed_world: World) -> None:
    world = committed_world
    world.submit()
    by = [world.who("nurse"), world.who("front")]
    case = world.case
    together(*[lambda one=one: do.arrange_appointment(by=one, case=case, now=NOW, **MEETING) for one in by])
    assert (Appointment.objects.count(), count(world, EventKind.APPOINTMENT)) == (1, 2)
