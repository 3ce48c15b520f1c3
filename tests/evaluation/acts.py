"""Every operation of the evaluation, and what it leaves behind (kit/acts.py); who may, and when, tell its doors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction

from evaluation.cycle.agreed import recommend
from evaluation.cycle.doors import CALLS as AT_DOORS
from evaluation.cycle.doors import SUCCEEDS_ELSEWHERE, doors, put_right
from evaluation.cycle.planted import Planted
from evaluation.cycle.world import CODE, NEIGHBOUR, NOW
from evaluation.samples import document, group, row
from kit.acts import Acts, Call
from pilar import index
from pilar.evaluation import operations as do
from pilar.evaluation.models import AgreedMark, FollowUp, MarkingDone, Snapshot
from pilar.evaluation.rules.stages import Settlement
from pilar.people.rules import OPERATOR, Standing

DOCUMENT = document()
PARSED = index.parse_instrument(DOCUMENT)
HASH = "0" * 64
NEXT_DOOR = (NEIGHBOUR, 2023, "", "https://contoh.invalid/2023")


def _hold(_planted: Planted, by: Standing) -> None:
    with transaction.atomic():
        do.hold_filling(by=by, campaign=CODE, phase=1)


CALLS: Mapping[str, Call] = {
    **{name: call for name, call in AT_DOORS.items() if name not in SUCCEEDS_ELSEWHERE and name != "make_sheets"},
    "hold_filling": _hold,
    "seal_published": lambda _p, by: do.seal_published(by=by, now=NOW + timedelta(days=90)),
    "panels_changed": lambda p, by: do.panels_changed(by=by, participations=[p.world.participations["36.03"]], now=NOW),
    "panels_changed:undone": lambda p, by: do.panels_changed(
        by=by, participations=[p.world.participations["36.03"]], now=NOW
    ),
    "add_instrument": lambda _p, by: do.add_instrument(by=by, instrument=PARSED, document=DOCUMENT),
    "choose_instrument": lambda _p, by: do.choose_instrument(by=by, year=2023, instrument=PARSED),
    "record_group": lambda _p, by: do.record_group(by=by, group=group()),
    "record_statement": lambda _p, by: do.record_statement(by=by, row=row()),
    "withdraw_others": lambda _p, by: do.withdraw_others(by=by, years=(), groups=(), statements=(NEXT_DOOR,)),
}


def _before(name: str) -> Callable[[Any], object]:
    door = doors()[name]

    def ready(planted: Planted) -> None:
        put_right(planted, door)
        if name.endswith("_results"):
            _other_phase(planted)

    return ready


def _other_phase(planted: Planted) -> None:
    """Phase 1 has versions of the same numbers, and each phase a recommendation that nobody follows up yet."""
    for version in (1, 2, 3):
        Snapshot.objects.create(
            phase=planted.world.phases[1], version=version, instrument_sha256=HASH, input_sha256=HASH,
            result_sha256=HASH, reason="Hitung ulang", computed_by_name="Ani",
        )  # fmt: skip
    for number in (1, 2):
        recommend(planted.world, "Lanjutkan", number=number)


def _loaded(_planted: Planted) -> None:
    do.add_instrument(by=OPERATOR, instrument=PARSED, document=DOCUMENT)


def _published(planted: Planted) -> None:
    _loaded(planted)
    do.choose_instrument(by=OPERATOR, year=2023, instrument=PARSED)
    do.record_group(by=OPERATOR, group=group())
    do.record_statement(by=OPERATOR, row=row())


def _soon_due(planted: Planted) -> None:
    FollowUp.objects.filter(pk=planted.key("follow_up")).update(due=NOW.date())


def _all_done(planted: Planted) -> None:
    """The last of a panel to finish has left it."""
    MarkingDone.objects.filter(assessment=planted.key("marked")).delete()
    for name in ("chair", "assessor1", "assessor2"):
        MarkingDone.objects.create(assessment_id=planted.key("marked"), assessor_id=planted.world.key(name))


def _agreed_before_all_had_finished(planted: Planted) -> None:
    """Marks by the rule stand while one of the panel has not finished."""
    for code in ("A1", "A2"):
        AgreedMark.objects.create(
            assessment_id=planted.key("marked"), node=code, value=3, how=Settlement.UNANIMOUS, settled_at=NOW
        )


LEFT = """
operation | who | audit | rows
create_campaign | secretariat | create evaluation.campaign @- | campaign+1 campaigngroup+1 phase+2
edit_campaign | secretariat | edit evaluation.campaign @- | campaign~1
set_dates | secretariat | set-dates evaluation.phase @- | phase~1
add_group | secretariat | add evaluation.group @- | campaigngroup+1
rename_group | secretariat | rename evaluation.group @- | campaigngroup~1
remove_group | secretariat | remove evaluation.group @- | campaigngroup-1
invite_regions | secretariat | invite evaluation.participation @32.01 | assessment+1 participation+1 people_notice+1
withdraw_region | secretariat | withdraw evaluation.participation @32.99 | participation-1
move_to_group | secretariat | move-to-group evaluation.participation @32.99 | participation~1
move_phase | secretariat | move evaluation.phase @- | people_notice+2 phasemove+1 phase~1
remind | secretariat | remind evaluation.phase @- | people_notice+2 reminder+2
declare_conflict | secretariat | declare evaluation.conflict @32.01 | conflict+1
remove_conflict | secretariat | remove evaluation.conflict | conflict-1
seat | secretariat | seat evaluation.panel | people_notice+1 seat+1
make_chair | secretariat | seat evaluation.panel | seat~2
unseat | secretariat | seat evaluation.panel | seat-1
allow_smaller_panel | secretariat | allow-smaller evaluation.panel | participation~1
roll_over | secretariat | roll-over evaluation.campaign @- | campaigngroup+1
extend | secretariat | extend evaluation.assessment | assessment~1 people_notice+1
set_aside | secretariat | set-aside evaluation.assessment | assessment~1 people_notice+1~1
take_up_again | secretariat | take-up-again evaluation.assessment | assessment~1 people_notice+1
apply_proposal | secretariat | seat evaluation.panel | people_notice+1 seat+1
return_assessment | secretariat | return evaluation.assessment | assessment~1 markingdone-1 people_notice+1
allocate | coordinator | allocate evaluation.assessment | allocation~1 people_notice+1
save_answer | coordinator | answer evaluation.answer | answer~1
save_answers | coordinator | answer evaluation.answer | answer~1
fill_in | secretariat | answer evaluation.answer, fill-in evaluation.assessment | answer~1 filledin+1 people_notice+1
hold_filling | secretariat | . | .
confirm_filled | coordinator | confirm-filled evaluation.assessment | filledin~1
take_over_answers | coordinator | 5 x answer evaluation.answer, attach evaluation.assessment | answer+5
    answerevidence+1
take_plan_figures | coordinator | answer evaluation.answer, take-plan-figures evaluation.answer-origin |
    answerorigin+1 answer~1
take_all_plan_figures | coordinator | answer evaluation.answer, take-plan-figures evaluation.answer-origin |
    answerorigin+1 answer~1
attach | coordinator | attach evaluation.assessment | answerevidence+1
attach_new | coordinator | add evidence.evidence, attach evaluation.assessment | answerevidence+1 evidence_evidence+1
    evidence_revision+1
detach | coordinator | detach evaluation.assessment | answerevidence-1
verify_attached | verifier | verify evidence.evidence | evidence_verification+1
return_attached | verifier | return evidence.evidence | evidence_verification+1 people_notice+1
attach_statement | coordinator | add evidence.evidence, attach-statement evaluation.assessment | assessment~1
    evidence_evidence+1 evidence_heldfile-1 evidence_revision+1
submit | coordinator | submit evaluation.assessment | answerevidence~1 assessment~1
request_evidence | secretariat | request evaluation.evidence-request | evidencerequest+1 people_notice+2
withdraw_request | chair | withdraw evaluation.evidence-request | evidencerequest~1 people_notice~1
answer_request | coordinator | answer evaluation.evidence-request | evidencerequest~1 people_notice+1~1
save_mark | chair | mark evaluation.mark | mark~1
save_marks | chair | mark evaluation.mark | mark~1
import_marks | chair | mark evaluation.mark | mark~1
finish_marking | chair | finish-marking evaluation.assessment | markingdone+1
reopen_marking | chair | reopen-marking evaluation.assessment | markingdone-1 people_notice+1
settle_mark | chair | settle evaluation.agreed-mark | agreedmark+1
write_finding | chair | write evaluation.finding | finding+1
edit_finding | assessor2 | edit evaluation.finding | finding~1
remove_finding | assessor2 | remove evaluation.finding | finding-1
plan_meeting | chair | plan evaluation.meeting | meeting+1 people_notice+3
move_meeting | chair | move evaluation.meeting | meeting~1 people_notice+3
record_meeting | chair | record evaluation.meeting | attendance+1 meeting~1
cancel_meeting | chair | cancel evaluation.meeting | meeting-1
compute_results | secretariat | compute evaluation.snapshot @- | snapshot+1 snapshotresult+2
approve_results | secretariat | approve evaluation.snapshot @- | approval+1
publish_results | secretariat | publish evaluation.snapshot @-, move evaluation.phase @- | followup+1 people_notice+2
    hookdelivery+1 phasemove+1 phase~1 platform_sealentry+1 platform_sealhead+1 publication+1
correct_results | secretariat | change evaluation.agreed-mark, compute evaluation.snapshot @- | agreedmark~1
    snapshot+1 snapshotresult+2
save_draft_instrument | secretariat | add evaluation.instrument @- | instrument+1
send_instrument | secretariat | send evaluation.instrument-draft @- | instrumentdraft+1
release_instrument | secretariat | add evaluation.instrument @-, release evaluation.instrument-draft @- | instrument+1
    instrumentdraft~1
drop_instrument_draft | secretariat | drop evaluation.instrument-draft @- | instrumentdraft-1
make_objection | coordinator | object evaluation.objection | objection+1 people_notice+5
accept_result | coordinator | accept evaluation.assessment | assessment~1
decide_objection | secretariat | decide evaluation.objection | objection~1 people_notice+1
advise_on_objection | chair | advise evaluation.objection | objectionadvice+1
answer_decision | coordinator | answer-decision evaluation.objection | objection~1 people_notice+2
save_follow_up | coordinator | change evaluation.follow-up | followup~1
attach_to_follow_up | coordinator | attach evaluation.follow-up | followupevidence+1
detach_from_follow_up | coordinator | detach evaluation.follow-up | followupevidence-1
propose_from_follow_up | coordinator | propose masterplan.proposal, propose evaluation.follow-up |
    masterplan_content+1 masterplan_proposal+1 people_notice+1
propose_target | coordinator | propose masterplan.proposal, propose evaluation.assessment |
    masterplan_content+1 masterplan_proposal+1 people_notice+1
order_sheets | secretariat | order evaluation.sheet-batch @- | procrastinate_events+1 procrastinate_jobs+1
    sheetbatch+1
subscribe | secretariat | subscribe evaluation.subscription @- | subscription+1
end_subscription | secretariat | end evaluation.subscription @- | subscription~1
deliver_again | secretariat | deliver evaluation.subscription @- | hookdelivery~1
remind_of_follow_ups | schedule | . | people_notice+2
seal_published | schedule | . | platform_sealentry+2 platform_sealhead+1
compare_published | schedule | . | .
forget_attendance | secretariat | forget people.retention @- | attendance-2
panels_changed | operator | agree-by-rule evaluation.assessment, agree evaluation.assessment | agreedmark+5
    assessment~1
panels_changed:undone | operator | take-back evaluation.assessment | agreedmark-2
add_instrument | operator | add evaluation.instrument @- | instrument+1
choose_instrument | operator | choose evaluation.scoring_year @- | scoringyear+1
record_group | operator | add evaluation.group @- | resultgroup+1
record_statement | operator | add evaluation.published_result | publishedresult+1 publishedscore+5
withdraw_others | operator | withdraw evaluation.published_result, withdraw evaluation.group @-, withdraw
    evaluation.scoring_year @- | publishedresult-1 publishedscore-5 resultgroup-1 scoringyear-1
"""

ACTS = Acts(
    "evaluation", CALLS, LEFT,
    before={
        **{name: _before(name) for name in CALLS if name in AT_DOORS},
        "remind_of_follow_ups": _soon_due, "choose_instrument": _loaded, "withdraw_others": _published,
        "panels_changed": _all_done, "panels_changed:undone": _agreed_before_all_had_finished,
    },
    strangers=(),
    repeated="attach_new request_evidence subscribe write_finding",
    everywhere="compute_results correct_results forget_attendance remind",
)  # fmt: skip
EXEMPT = {
    **SUCCEEDS_ELSEWHERE,
    "make_sheets": "makes files for seconds: tests/evaluation/cycle/test_reports_batches.py",
    "synthetic_address": "changes nothing",
}
