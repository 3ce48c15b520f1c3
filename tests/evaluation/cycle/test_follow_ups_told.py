"""A recommendation that is due: the notice names it, and the inbox tells it once."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from evaluation.cycle.agreed import LATER, published, recommend
from evaluation.cycle.world import OWN, World
from pilar.evaluation import operations
from pilar.evaluation.models import FollowUp
from pilar.evaluation.rules.follow_up import Plan
from pilar.people.models import Notice
from pilar.people.queries.inbox import inbox
from pilar.people.queries.notices import row_of
from pilar.people.rules import SCHEDULE


def test_a_notice_names_the_recommendation_and_the_inbox_tells_it_once(world: World) -> None:
    recommend(world)
    published(world)
    key = FollowUp.objects.get().pk
    plan = Plan(world.offices[OWN][0], timezone.localdate(LATER) + timedelta(days=3), "open", "")
    operations.save_follow_up(by=world.who("coordinator"), follow_up=key, plan=plan, seen_version=1, now=LATER)
    assert operations.remind_of_follow_ups(by=SCHEDULE, now=LATER) == 2
    notice = Notice.objects.filter(kind="evaluation.follow-up-due", user=world.key("coordinator")).get()
    assert FollowUp.objects.get().finding.text in row_of(notice).text
    (row,) = [one for one in inbox(scope=world.who("coordinator"), now=LATER) if "rekomendasi" in one.text.lower()]
    assert row.due == notice.deadline
