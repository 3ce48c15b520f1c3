"""Read the evaluation tasks that wait for a user."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse

from pilar.areas.reference import midnight_in
from pilar.evaluation.queries.assessment_lists import OwnAssessment, own_assessments
from pilar.evaluation.queries.drafts import drafts
from pilar.evaluation.queries.work import evidence_waiting, open_follow_ups, panel_work, requests_to_answer
from pilar.evaluation.rules.authority import TABLE, Action
from pilar.evaluation.rules.campaigns import numbered
from pilar.people.queries.inbox import InboxRoom, Waiting
from pilar.people.rules import Standing
from pilar.platform.language import N_, translate

CLOSES = N_("Then nothing can be answered or handed in any more.")
REQUEST_CLOSES = N_("Then it can no longer be answered.")
SUBMITTING = TABLE[Action.SUBMIT].roles
ANSWERING = frozenset(
    f"evaluation.{name}" for name in ("answer", "opened", "returned", "reminder", "extended", "statement")
)


def waiting(scope: Standing, now: datetime) -> Iterator[Waiting]:
    """Self-assessments to answer and check, requests of a panel, regions to mark, recommendations to follow,
    instruments to release."""
    own = own_assessments(scope=scope, now=now) if any(held.region for held in scope.memberships) else ()
    for own_assessment in own:
        if own_assessment.is_open:
            yield from _answering(own_assessment, scope)
    checks = evidence_waiting([assessment.header.key for assessment in own if assessment.is_open], scope=scope)
    asked = requests_to_answer(
        [assessment.header.key for assessment in own if assessment.header.handed_in], scope=scope, now=now
    )
    for assessment in own:
        head = assessment.header
        if count := checks.get(head.key):
            yield Waiting(
                translate(N_("%(region)s: check %(count)s pieces of evidence"), region=head.region, count=count),
                reverse("evaluation:verification", args=[head.key]),
                head.region_code,
                head.closes_at,
                translate(N_("Then it can no longer be checked.")),
            )
        if requests := asked.get(head.key):
            yield Waiting(
                translate(
                    N_("%(region)s: answer %(count)s requests for evidence"), region=head.region, count=requests.count
                ),
                reverse("evaluation:requests", args=[head.key]),
                head.region_code,
                requests.deadline,
                translate(REQUEST_CLOSES),
                frozenset({"evaluation.evidence-request"}),
            )
    yield from _marking(scope)
    for draft in drafts(scope=scope):
        if not draft.own:
            yield Waiting(
                translate(
                    N_("Release %(instrument)s, sent by %(person)s"), instrument=draft.title, person=draft.sent_by
                ),
                reverse("evaluation:instrument-draft", args=[draft.key]),
            )
    for row in open_follow_ups(scope=scope):
        yield Waiting(
            translate(N_("%(region)s: follow %(count)s recommendations"), region=row.region, count=row.count),
            reverse("evaluation:follow-ups", args=[row.assessment]),
            row.region_code,
            None if row.due is None else midnight_in(row.region_code, row.due + timedelta(days=1)),
            instead_of=frozenset({"evaluation.follow-up-due"}),
        )


def _answering(assessment: OwnAssessment, scope: Standing) -> Iterator[Waiting]:
    head = assessment.header
    if any(held.role in SUBMITTING and held.region == head.region_code for held in scope.memberships):
        yield Waiting(
            translate(
                N_("%(region)s: hand in the self-assessment (%(answered)s of %(total)s answered)"),
                region=head.region,
                answered=assessment.total.answered,
                total=assessment.total.total,
            ),
            reverse("evaluation:submission", args=[head.key]),
            head.region_code,
            head.closes_at,
            translate(CLOSES),
            ANSWERING,
        )
    elif left := assessment.own_progress.total - assessment.own_progress.answered:
        yield Waiting(
            translate(N_("%(region)s: answer %(count)s indicators of your office"), region=head.region, count=left),
            reverse("evaluation:assessment", args=[head.key]),
            head.region_code,
            head.closes_at,
            translate(CLOSES),
            ANSWERING,
        )


def _marking(scope: Standing) -> Iterator[Waiting]:
    for panel in panel_work(scope=scope):
        said = numbered(panel.head.number, panel.head.phase_count)
        for region in panel.regions:
            if region.to_mark:
                yield Waiting(
                    translate(N_("Mark %(region)s, phase %(number)s"), region=region.name, number=said),
                    reverse("evaluation:marking", args=[region.assessment]),
                    region.code,
                    instead_of=frozenset({"evaluation.seated", "evaluation.desk-check"}),
                )


INBOX = InboxRoom(
    "evaluation",
    N_("Evaluation"),
    waiting,
    {
        "evaluation.objection-period": N_("Then no objection can be made any more."),
        "evaluation.evidence-request": REQUEST_CLOSES,
    },
)
