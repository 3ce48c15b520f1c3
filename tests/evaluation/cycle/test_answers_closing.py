"""The closing time binds: after it nothing of a self-assessment changes, though its phase is still open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import UUID

import pytest
from django.test import Client

from evaluation.cycle.test_answers_operations import GOOD, a_link, fill, save
from evaluation.cycle.test_answers_pages import SCRIPT, Visitor, words
from evaluation.cycle.world import CLOSES, CODE, NOW, OPENS, OWN, World
from kit.worlds import once
from pilar.evaluation import operations as do
from pilar.evaluation.models import Answer, AnswerEvidence, Assessment, Phase
from pilar.evaluation.queries.answers import form, judged
from pilar.evaluation.queries.assessment_lists import own_assessments
from pilar.evaluation.rules.answer_sheets import Outcome, SheetAnswer
from pilar.evaluation.rules.authority import Action, Case, SelfAssessmentOver, WrongState, may
from pilar.evaluation.rules.campaigns import Period
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.evidence.operations import Link
from pilar.people import operations as people
from pilar.people.rules import HeldRole, Role, Standing
from pilar.platform.actors import Actor

OVER = CLOSES
BEFORE = OVER - timedelta(seconds=1)


@once
def closed(opened: World) -> World:
    """By the real clock, which pages ask."""
    fill(opened)
    Phase.objects.filter(pk=opened.phases[1].pk).update(closes_at=datetime(2026, 3, 8, 8, tzinfo=UTC))
    return opened


def attached(world: World) -> UUID:
    key = a_link(world)
    do.attach(by=world.who("coordinator"), assessment=world.assessment().pk, node="policy", evidence=key, now=NOW)
    return key


DOORS: dict[str, tuple[str, Callable[..., object]]] = {
    "save": (
        "contributor",
        lambda p, m, **_: do.save_answer(**p, node="policy", given=GOOD["budget"], seen_version=1, **m),
    ),
    "save many": (
        "coordinator",
        lambda p, m, **_: do.save_answers(**p, answers=[SheetAnswer("budget", GOOD["policy"], 1)], **m),
    ),
    "attach": ("contributor", lambda p, m, loose, **_: do.attach(**p, node="policy", evidence=loose, **m)),
    "attach new": (
        "contributor",
        lambda p, m, **_: do.attach_new(**p, node="policy", title="SK", content=Link("https://contoh.invalid/sk"), **m),
    ),
    "detach": ("contributor", lambda p, m, piece, **_: do.detach(**p, node="policy", evidence=piece, **m)),
    "verify": (
        "verifier",
        lambda p, m, piece, **_: do.verify_attached(**p, node="policy", evidence=piece, number=1, **m),
    ),
    "return": (
        "verifier",
        lambda p, m, piece, **_: do.return_attached(**p, node="policy", evidence=piece, number=1, reason="Buram", **m),
    ),
    "submit": ("coordinator", lambda p, m, **_: do.submit(**p, **m)),
}


@pytest.mark.parametrize("door", DOORS)
def test_every_door_closes_at_the_closing_time_and_not_before(opened: World, door: str) -> None:
    fill(opened)
    named = {"piece": attached(opened), "loose": a_link(opened)}
    who, call = DOORS[door]
    place = {"by": opened.who(who), "assessment": opened.assessment().pk}
    before = list(Answer.objects.values()), list(AnswerEvidence.objects.values()), list(Assessment.objects.values())
    with pytest.raises(SelfAssessmentOver) as refused:
        call(place, {"now": OVER}, **named)
    assert refused.value.status == 409
    assert "8 Maret 2099 pukul 15.00 WIB" in refused.value.text()
    after = list(Answer.objects.values()), list(AnswerEvidence.objects.values()), list(Assessment.objects.values())
    assert after == before
    call(place, {"now": BEFORE}, **named)


def test_taking_over_the_phase_before_closes_too(opened: World) -> None:
    fill(opened)
    opened.set_phase(PhaseState.PUBLISHED)
    opened.set_phase(PhaseState.OPEN, 2)
    by, second = opened.who("coordinator"), opened.assessment(number=2)
    with pytest.raises(SelfAssessmentOver):
        do.take_over_answers(by=by, assessment=second.pk, now=second.phase.closes_at)
    assert do.take_over_answers(by=by, assessment=second.pk, now=second.phase.closes_at - timedelta(seconds=1)) == 5


def test_the_secretariat_prolongs_while_the_phase_is_open(opened: World) -> None:
    with pytest.raises(SelfAssessmentOver):
        save(opened, now=OVER)
    later = Period(OPENS, CLOSES + timedelta(days=1))
    do.set_dates(by=opened.who("secretariat"), campaign=CODE, phase=1, period=later, now=OVER)
    assert save(opened, now=OVER) == 1


def test_a_form_knows_that_its_time_is_over(opened: World) -> None:
    key, by = opened.assessment().pk, opened.who("coordinator")
    before, after = form(key, scope=by, now=BEFORE), form(key, scope=by, now=OVER)
    assert (before.is_over, after.is_over) == (False, True)
    assert before.may(Action.ANSWER, "policy")
    assert not any(row.mine for row in after.tree)
    assert "8 Maret 2099" in after.why_not(Action.SUBMIT)
    (verdict,) = judged(after, [SheetAnswer("policy", GOOD["policy"])])
    assert verdict.outcome is Outcome.REFUSED
    assert [(one.is_open, one.is_over) for one in own_assessments(scope=by, now=OVER)] == [(False, True)]
    opened.set_assessment(AssessmentState.SUBMITTED)
    assert not form(key, scope=by, now=OVER).is_over
    with pytest.raises(WrongState):
        save(opened, now=OVER)


def test_who_asks_without_the_moment_is_told_of_a_bug() -> None:
    case = Case(region=OWN, phase=PhaseState.OPEN, assessment=AssessmentState.PREPARING, closes_at=CLOSES)
    by = Standing(Actor("user", "1", ""), (HeldRole(Role.COORDINATOR, OWN),))
    assert may(by, Action.ALLOCATE, case)
    with pytest.raises(ValueError, match="moment"):
        may(by, Action.SUBMIT, case)


# Pages and API


def test_pages_say_that_time_is_over_instead_of_their_buttons(closed: World) -> None:
    visitor = Visitor(closed, "coordinator")
    said = visitor.said()
    assert "Time is over" in said
    assert "Closed on 8 March 2026 at 15:00 WIB" in said
    assert "To be submitted before" not in said
    assert "The self-assessment closed on 8 March 2026 at 15:00 WIB" in visitor.said("indikator/policy/")
    assert "It cannot be submitted now" in visitor.said("pengajuan/")
    assert "Time is over" in words(visitor.client.get("/en/kerja/penilaian/"))
    assert "Time is over" in words(visitor.client.get("/en/beranda/"))
    assert "<form" not in visitor.client.get(visitor.address("verifikasi/")).content.decode().split("<main", 1)[1]


def test_what_was_typed_too_late_stays_on_the_page(closed: World) -> None:
    typed = {"mark": "4", "explanation": "Perbup 8/2026, menyusul", "version": "1"}
    answer = Visitor(closed, "coordinator").post("indikator/policy/", 409, **typed)
    assert "Not saved: what you typed" in words(answer)
    assert "Perbup 8/2026, menyusul" in words(answer)
    assert Answer.objects.get(node="policy").explanation == "Perbup 7/2020"


def test_the_title_of_a_file_that_comes_too_late_stays_on_the_page(closed: World) -> None:
    visitor = Visitor(closed, "contributor")
    typed = {"title": "SK Tim", "note": "Halaman 3 & 4", "link": "https://contoh.invalid/sk"}
    answer = visitor.post("indikator/policy/bukti/", 409, **typed)
    said = words(answer)
    assert "closed on 8 March 2026" in said
    assert "What you typed" in said
    assert "SK Tim" in said
    assert "Halaman 3 &amp; 4" in answer.content.decode()


def test_the_script_is_told_so_that_it_keeps_the_text(closed: World) -> None:
    typed = {"mark": "4", "explanation": "Menyusul", "version": "1"}
    answer = Visitor(closed, "coordinator").post("indikator/policy/", 409, SCRIPT, **typed)
    assert answer["X-Autosave"] == "refused"
    assert "closed on 8 March 2026" in words(answer)


def test_a_file_that_comes_too_late_is_refused_row_by_row(closed: World) -> None:
    file = BytesIO(b"code,version,explanation\npolicy,1,Menyusul\n")
    file.name = "isian.csv"
    answer = Visitor(closed, "coordinator").post("impor/", 422, file=file)
    assert "closed on 8 March 2026" in words(answer)
    assert Answer.objects.get(node="policy").explanation == "Perbup 7/2020"


def test_the_api_says_when_it_closed(closed: World) -> None:
    now = datetime.now(UTC)
    token = people.create_token(by=closed.who("coordinator", now=now), name="Uji", days=1, now=now)
    answer = Client().post(
        f"/api/v1/assessments/{closed.assessment().pk}/submission", headers={"Authorization": f"Bearer {token.secret}"}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "self-assessment-over")
