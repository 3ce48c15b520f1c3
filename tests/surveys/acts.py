"""Every operation of the surveys, and what it leaves behind (kit/acts.py)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from kit.acts import Acts, Call
from kit.neighbours import rows_of
from pilar.surveys import operations as do
from pilar.surveys.models import Contact, Invitation, Trace
from pilar.surveys.operations import Entered, NewSurvey, Source
from pilar.surveys.rules.answers import Mode
from pilar.surveys.rules.paper import Sheet
from pilar.surveys.rules.surveys import GRACE, REMINDED_BEFORE, NewCell
from surveys.questionnaires import NEXT, plant_draft
from surveys.world import AFTER, CLOSES, NO_PLAN, NOW, OTHER, OWN, World, impact, make_survey, satisfied, steps_for

KEY = UUID(int=7)
BEGAN = NOW - timedelta(minutes=5)
EXPIRED = NOW + timedelta(days=200)


def _open(world: World) -> None:
    world.open()


def _closed(world: World) -> None:
    world.open()
    world.close()


def _satisfied(world: World) -> None:
    """A satisfaction survey that is open and has answers, which become measures."""
    world.survey = make_survey(world.cast, "ikm-2017")
    world.open()
    for _ in range(5):
        world.answer(satisfied(*[3] * 9))


def _measured(world: World) -> None:
    _satisfied(world)
    world.close()


def _sent(world: World) -> None:
    world.draft = plant_draft()


def _expired(world: World) -> None:
    """An answer, a contact and an unfinished answer whose days are over, while those of the neighbour go on."""
    world.open()
    world.answer(contact="warga@contoh.invalid")
    do.keep_unfinished(token=world.token(), key=KEY, body={}, now=NOW)
    for model in (Trace, Contact, Invitation):
        rows_of(model, OTHER).update(erase_on=date(2030, 1, 1))


CALLS: Mapping[str, Call] = {
    "send_questionnaire": lambda _w, by: do.send_questionnaire(by=by, document=NEXT, file="kuesioner.yaml", now=NOW),
    "release_questionnaire": lambda w, by: do.release_questionnaire(by=by, draft=w.draft, now=NOW),
    "drop_questionnaire_draft": lambda w, by: do.drop_questionnaire_draft(by=by, draft=w.draft),
    "create_survey": lambda _w, by: do.create_survey(
        by=by, region=OWN, given=NewSurvey("impact-2023", "Survei baru", 2026, NOW, CLOSES), now=NOW
    ),
    "set_cells": lambda w, by: do.set_cells(
        by=by, survey=w.survey,
        cells=[NewCell("Layanan izin", w.cast.office, 2, "governance", "governance_public_service")],
    ),
    "open_survey": lambda w, by: do.open_survey(by=by, survey=w.survey),
    "close_survey": lambda w, by: do.close_survey(by=by, survey=w.survey, now=AFTER),
    "close_survey:measured": lambda w, by: do.close_survey(by=by, survey=w.survey, now=AFTER),
    "state_validity": lambda w, by: do.state_validity(
        by=by, survey=w.survey, stated_by="Bupati", stated_on=AFTER.date(), file=None
    ),
    "move_dates": lambda w, by: do.move_dates(
        by=by, survey=w.survey, opens_at=NOW, closes_at=CLOSES + timedelta(days=7), reason="Banjir", now=NOW
    ),
    "end_survey": lambda w, by: do.end_survey(
        by=by, survey=w.survey, reason="Kuota tercapai", now=NOW + timedelta(days=3)
    ),
    "plan_follow_up": lambda w, by: do.plan_follow_up(
        by=by, survey=w.survey, steps=steps_for("requirements", "time", "cost"), seen=NO_PLAN
    ),
    "answer": lambda w, _by: do.answer(
        token=w.token(), key=KEY, given=impact(), began_at=BEGAN, source=Source("d" * 32, "192.0.2.7"),
        contact="warga@contoh.invalid", now=NOW,
    ),
    "invite": lambda w, by: do.invite(
        by=by, region=OWN, office=w.cast.office, programme="Layanan desa daring", subject="permits.case:7", now=NOW
    ),
    "enter_answers": lambda w, by: do.enter_answers(
        by=by, cell=w.cell(), mode=Mode.ENUMERATOR, entered=[Entered(KEY, impact(), BEGAN, NOW)], now=NOW
    ),
    "enter_sheets": lambda w, by: do.enter_sheets(
        by=by, survey=w.survey, mode=Mode.PAPER, sheets=[Sheet(w.cell(), 1, NOW.date(), impact())], now=NOW
    ),
    "keep_unfinished": lambda w, _by: do.keep_unfinished(token=w.token(), key=KEY, body={"easier": "2"}, now=NOW),
    "close_due": lambda _w, by: do.close_due(by=by, now=CLOSES + GRACE),
    "remind_of_quotas": lambda _w, by: do.remind_of_quotas(by=by, now=CLOSES - REMINDED_BEFORE),
    "erase_expired": lambda _w, by: do.erase_expired(by=by, now=EXPIRED),
}  # fmt: skip

LEFT = """
operation | who | audit | rows
send_questionnaire | secretariat | send surveys.form-draft @- | formdraft+1
release_questionnaire | secretariat | release surveys.form-draft @- | form+1 formdraft~1
drop_questionnaire_draft | secretariat | drop surveys.form-draft @- | formdraft-1
create_survey | coordinator | create surveys.survey | survey+1
set_cells | coordinator | set-up surveys.survey | cell-1~1
open_survey | coordinator | move surveys.survey | survey~1
close_survey | coordinator | move surveys.survey | survey~1
close_survey:measured | coordinator | move surveys.survey, add measures.source, 2 x define measures.measure, 2 x
    report measures.measure by another | measured+2 measures_definition+2 measures_measure+2 measures_sourcesystem+1
    measures_value+2 survey~1
state_validity | coordinator | state surveys.survey | survey~1
move_dates | coordinator | move-dates surveys.survey | datechange+1 survey~1
end_survey | coordinator | end surveys.survey | datechange+1 survey~1
plan_follow_up | coordinator | follow-up surveys.survey | followup+3
answer | coordinator | . | contact+1 response+1 trace+1
invite | schedule | . | invitation+1
enter_answers | coordinator | enter surveys.survey | response+1
enter_sheets | coordinator | enter surveys.survey | response+1
keep_unfinished | coordinator | . | unfinished+1
close_due | schedule | move surveys.survey | people_notice+2 survey~1
remind_of_quotas | schedule | . | people_notice+2
erase_expired | schedule | . | contact-1 trace-1 unfinished-1
"""

ACTS = Acts(
    "surveys", CALLS, LEFT,
    before={
        "close_survey": _open, "close_survey:measured": _satisfied, "state_validity": _closed, "answer": _open,
        "plan_follow_up": _measured, "move_dates": _open, "end_survey": _open,
        "invite": _satisfied, "release_questionnaire": _sent, "drop_questionnaire_draft": _sent,
        "enter_answers": _open, "enter_sheets": _open, "keep_unfinished": _open, "close_due": _open,
        "remind_of_quotas": _open, "erase_expired": _expired,
    },
    open_to_all="answer keep_unfinished close_due remind_of_quotas",
    repeated="set_cells state_validity",
    piecewise="close_due",
)  # fmt: skip
EXEMPT: dict[str, str] = {}
