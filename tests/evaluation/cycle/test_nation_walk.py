"""An evaluation as a ministry runs it, of 141 regions by an instrument of six dimensions: workbooks that come in at
once, two regions that get more time, one that never answers, a move back, an objection, four eyes, three phases, and
the one two years later, of one phase."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from typing import Any

import pytest
from django.utils import timezone, translation

from areas.places import every_region, load
from evaluation.cycle.foreign import ANSWERS, CODE, INSTRUMENT, VERSION
from evaluation.cycle.test_answers_sheets import edited
from evaluation.cycle.test_filling import Desk, packed
from kit.selection import QUICK
from people.team import account
from pilar import index
from pilar.areas import reference
from pilar.evaluation import operations
from pilar.evaluation.models import Assessment, FilledIn, SnapshotResult
from pilar.evaluation.operations.marking import NewMark
from pilar.evaluation.queries.answers import form
from pilar.evaluation.rules.campaigns import CampaignRules, GroupPlan, Period
from pilar.evaluation.rules.objections import Response, Stance
from pilar.evaluation.rules.publishing import ApprovesOwn, PublishesOwn
from pilar.evaluation.rules.stages import PhaseState
from pilar.evaluation.workbooks import answer_form
from pilar.evidence.operations import Link
from pilar.people import queries
from pilar.people.models import User
from pilar.people.rules import OPERATOR, Role, Standing
from pilar.platform.errors import Faults

pytestmark = pytest.mark.django_db

CAMPAIGN, NEXT = "nasional-2027", "nasional-2029"
REGIONS = 5 if QUICK else 141
"""All take ten minutes."""
PANELS = 12
S = PhaseState
NOW = timezone.now()
OPENS, CLOSES = NOW - timedelta(days=1), NOW + timedelta(days=20)
AFTER = CLOSES + timedelta(days=5)
"""When those with more time have sent theirs too."""
OPENS_AGAIN, CLOSES_AGAIN = CLOSES + timedelta(days=60), CLOSES + timedelta(days=80)
OPENS_LAST, CLOSES_LAST = CLOSES + timedelta(days=120), CLOSES + timedelta(days=140)
MUCH_LATER = NOW + timedelta(days=730)
"""In the year after next, of which the year before has no result."""
CELLS = {
    "vision_law": {"mark": 5, "explanation": "Peraturan bupati", "source": "JDIH"},
    "vision_team": {"mark": 4}, "vision_money": {"mark": 4},
    "citizens": {"mark": "4.25", "source": "Survei"},
    "services": {"realised": 7, "planned": 10, "source": "Laporan"},
    "openness": {"quantity": 40, "source": "Portal data"},
    "safety": {"mark": 5}, "reach": {"mark": 4},
}  # fmt: skip
STATED = {"citizens": Decimal("4.25"), "services": Decimal(4), "openness": Decimal(3)}
"""4 for 7 of 10 services, 3 for 40 data sets."""


class Nation:
    """The accounts by name, and the regions: the first two get more time, the last one never answers."""

    def __init__(self) -> None:
        self.regions = [one.code for one in islice(reference.directory(), REGIONS)]
        *others, self.straggler = self.regions
        self.late, self.prompt = others[:2], others[2:]
        self.keys = {
            name: account(f"{name}@contoh.invalid", Role.SECRETARIAT)
            for name in ("leading", "computing", "approving", "publishing")
        }
        for panel in range(PANELS):
            for place, role in enumerate((Role.PANEL_CHAIR, Role.ASSESSOR, Role.ASSESSOR)):
                self.keys[f"panel{panel}.{place}"] = account(f"panel{panel}.{place}@contoh.invalid", role)
        for region in self.regions:
            email = f"siti{region.replace('.', '')}@contoh.invalid"
            self.keys[region] = account(email, Role.COORDINATOR, region=region)

    def user(self, name: str) -> User:
        return User.objects.get(pk=self.keys[name])

    def who(self, name: str) -> Standing:
        return queries.standing(self.user(name), NOW)

    def panel(self, region: str) -> list[str]:
        number = self.regions.index(region) % PANELS
        return [f"panel{number}.{place}" for place in range(3)]

    def move(
        self, target: PhaseState, now: datetime, *, campaign: str = CAMPAIGN, phase: int = 1, reason: str = ""
    ) -> None:
        operations.move_phase(
            by=self.who("leading"), campaign=campaign, phase=phase, target=target, reason=reason, now=now
        )

    def refused(self, target: PhaseState, now: datetime) -> set[str]:
        with pytest.raises(Faults) as refused:
            self.move(target, now)
        return {fault.code for fault in refused.value.faults}

    def marks(self, region: str, phase: int) -> dict[str, Decimal]:
        """What the panel gives: of levels those of the region, one less or two less; in phase 2 reach is one less."""
        lower = self.regions.index(region) % 3
        given = {"vision_law": 5, "vision_team": 4, "vision_money": 4, "safety": 5, "reach": 3 if phase == 2 else 4}
        return {node: Decimal(level - lower) for node, level in given.items()} | STATED

    def final(self, region: str) -> Decimal:
        """Of the first 13/3 tenths of vision, 49/4 fifths of citizens, services and reach, and 8 x 0.15 of openness and
        safety; 0.1 + 0.15 + 0.2 less for each level."""
        return rounded(Fraction(49, 12) - Fraction(45, 100) * (self.regions.index(region) % 3))


def rounded(value: Fraction) -> Decimal:
    """To three decimals, half up."""
    return Decimal(int(value * 1000 + Fraction(1, 2))) / 1000


def key_of(region: str, phase: int = 1, campaign: str = CAMPAIGN) -> int:
    found = Assessment.objects.get(participation__region=region, phase__campaign__code=campaign, phase__number=phase)
    return found.pk


@pytest.mark.thorough
def test_an_evaluation_of_a_nation_and_the_one_after_next() -> None:
    load(every_region())
    operations.add_instrument(by=OPERATOR, instrument=index.parse_instrument(INSTRUMENT), document=INSTRUMENT)
    nation = Nation()
    set_up(nation)
    fill_in(nation)
    first_phase(nation)
    later_phases(nation)
    two_years_later(nation)


def set_up(nation: Nation) -> None:
    leading = nation.who("leading")
    operations.create_campaign(
        by=leading, code=CAMPAIGN, year=2027, instrument=(CODE, VERSION),
        periods=[Period(OPENS, CLOSES), Period(OPENS_AGAIN, CLOSES_AGAIN), Period(OPENS_LAST, CLOSES_LAST)],
        rules=CampaignRules("Evaluasi nasional 2027", "National evaluation 2027"),
        groups=[GroupPlan("utama", "Kelompok utama", "Main group")],
    )  # fmt: skip
    operations.invite_regions(by=leading, campaign=CAMPAIGN, group="utama", regions=nation.regions, now=OPENS)
    for region in nation.regions:
        for place, name in enumerate(nation.panel(region)):
            operations.seat(
                by=leading, campaign=CAMPAIGN, region=region, assessor=nation.keys[name], is_chair=place == 0,
                now=OPENS,
            )  # fmt: skip
    nation.move(S.OPEN, OPENS)


def fill_in(nation: Nation) -> None:
    """All but the straggler have sent their workbook, which the secretariat takes in together; most stand by it and
    submit, two get more time."""
    files = {}
    with translation.override("id"):
        for region in nation.regions:
            found = form(key_of(region), scope=nation.who(region), now=NOW)
            files[f"{region}.xlsx"] = edited(answer_form(found, only_own=False), CELLS)
    desk = Desk(user=nation.user("leading"), page=f"/en/kerja/periode/{CAMPAIGN}/formulir/1/")
    desk.send(packed({name: files[name] for name in files if name != f"{nation.straggler}.xlsx"}))
    assert {row.outcome.code for row in desk.report.rows} == {"filled"}
    desk.store()
    assert FilledIn.objects.count() == REGIONS - 1
    for region in nation.late:
        operations.extend(by=nation.who("leading"), assessment=key_of(region), until=AFTER, reason="Banjir", now=CLOSES)
    for region in nation.prompt:
        submit(nation, region, NOW)


def submit(nation: Nation, region: str, now: datetime) -> None:
    """Stand by what was filled in, and submit it."""
    by, key = nation.who(region), key_of(region)
    operations.confirm_filled(by=by, assessment=key, seen=dict.fromkeys(CELLS, 1), now=now)
    operations.submit(by=by, assessment=key, now=now)


def first_phase(nation: Nation) -> None:
    nation.move(S.CLOSED, CLOSES)
    nation.move(S.DESK_CHECK, CLOSES)
    for region in nation.late:
        submit(nation, region, CLOSES + timedelta(hours=1))
    assert nation.refused(S.REVIEW, AFTER) == {"marking-unfinished"}
    mark(nation)
    operations.set_aside(
        by=nation.who("leading"), assessment=key_of(nation.straggler), reason="Tidak menjawab", now=AFTER
    )
    nation.move(S.REVIEW, AFTER)
    nation.move(S.DESK_CHECK, AFTER, reason="Kunjungan lapangan ditunda")
    nation.move(S.REVIEW, AFTER)
    nation.move(S.AGREED, AFTER)
    compute(nation)
    nation.move(S.OBJECTION, AFTER)
    contest(nation, nation.late[0])
    compute(nation, 2, "Keberatan diterima")
    publish(nation, 2)
    finals = {row.region_id: row.final for row in SnapshotResult.objects.filter(snapshot__version=2) if row.final}
    expected = {region: nation.final(region) for region in (*nation.prompt, *nation.late)}
    # The first region is given a level more of reach, a fifth of the whole.
    assert finals == expected | {nation.late[0]: Decimal("4.283")}


def contest(nation: Nation, region: str) -> None:
    """The region objects with evidence, its panel advises, the secretariat grants it, and the region agrees."""
    coordinator = nation.who(region)
    key = operations.make_objection(
        by=coordinator, assessment=key_of(region), node="reach", text="Semua desa terjangkau",
        new=operations.NewPiece("Peta jangkauan", Link("https://contoh.example/peta")), now=AFTER,
    )  # fmt: skip
    for name in nation.panel(region):
        operations.advise_on_objection(
            by=nation.who(name), objection=key, stance=Stance.GRANT, text="Peta membuktikannya", now=AFTER
        )
    operations.decide_objection(
        by=nation.who("publishing"), objection=key, accepted=True, reason="Terbukti", value=Decimal(5), now=AFTER
    )
    operations.answer_decision(by=coordinator, objection=key, response=Response.ACCEPTED, now=AFTER)


def mark(nation: Nation, now: datetime = AFTER, *, campaign: str = CAMPAIGN, phase: int = 1) -> None:
    for region in (*nation.prompt, *nation.late):
        marks = [NewMark(code, value, "Bukti menunjukkan lain") for code, value in nation.marks(region, phase).items()]
        for name in nation.panel(region):
            where = {"by": nation.who(name), "assessment": key_of(region, phase, campaign), "now": now}
            operations.save_marks(**where, marks=marks)
            operations.finish_marking(**where)


def compute(nation: Nation, version: int = 1, reason: str = "", now: datetime = AFTER, **phase: Any) -> None:
    where = {"campaign": CAMPAIGN, "phase": 1, "now": now} | phase
    found = operations.compute_results(by=nation.who("computing"), reason=reason, **where)
    assert found.version == version
    with pytest.raises(ApprovesOwn):
        operations.approve_results(by=nation.who("computing"), version=version, **where)
    operations.approve_results(by=nation.who("approving"), version=version, **where)


def publish(nation: Nation, version: int = 1, now: datetime = AFTER, **phase: Any) -> None:
    """Ten days later, when nobody can object any more."""
    now += timedelta(days=10)
    nation.move(S.FINAL, now, **phase)
    where = {"campaign": CAMPAIGN, "phase": 1, "version": version, "now": now} | phase
    letter = {"letter_number": f"B-{where['phase']}/EVAL/{now.year}", "letter_date": now.date()}
    with pytest.raises(PublishesOwn):
        operations.publish_results(by=nation.who("approving"), **where, **letter)
    operations.publish_results(by=nation.who("publishing"), **where, **letter)


def to_publication(nation: Nation, now: datetime, **phase: Any) -> None:
    """From the last answers on, without anything out of the ordinary but the straggler."""
    of = key_of(nation.straggler, phase.get("phase", 1), phase.get("campaign", CAMPAIGN))
    operations.set_aside(by=nation.who("leading"), assessment=of, reason="Tidak menjawab", now=now)
    for target in (S.CLOSED, S.DESK_CHECK):
        nation.move(target, now, **phase)
    mark(nation, now, **phase)
    for target in (S.REVIEW, S.AGREED):
        nation.move(target, now, **phase)
    compute(nation, now=now, **phase)
    nation.move(S.OBJECTION, now, **phase)
    publish(nation, now=now, **phase)


def later_phases(nation: Nation) -> None:
    """What was answered is taken over from the phase before each time, and marked again."""
    for phase, opens, closes in ((2, OPENS_AGAIN, CLOSES_AGAIN), (3, OPENS_LAST, CLOSES_LAST)):
        answering = opens + timedelta(days=1)
        nation.move(S.OPEN, answering, phase=phase)
        for region in (*nation.late, *nation.prompt):
            by, key = nation.who(region), key_of(region, phase)
            assert operations.take_over_answers(by=by, assessment=key, now=answering) == len(CELLS)
            operations.submit(by=by, assessment=key, now=answering)
        to_publication(nation, closes, phase=phase)


def two_years_later(nation: Nation) -> None:
    """Regions and panels are taken over; every region is as good as it was in phase 3, the last of 2027."""
    leading = nation.who("leading")
    closes = MUCH_LATER + timedelta(days=20)
    operations.create_campaign(
        by=leading, code=NEXT, year=2029, instrument=(CODE, VERSION), previous=CAMPAIGN,
        periods=[Period(MUCH_LATER, closes)],
        rules=CampaignRules("Evaluasi nasional 2029", "National evaluation 2029"),
        groups=[GroupPlan("utama", "Kelompok utama", "Main group")],
    )  # fmt: skip
    rolled = operations.roll_over(by=leading, campaign=NEXT, now=MUCH_LATER)
    assert rolled == operations.RolledOver(groups=0, regions=REGIONS, indicators=0, seats=3 * REGIONS, left=0)
    nation.move(S.OPEN, MUCH_LATER, campaign=NEXT)
    for region in (*nation.late, *nation.prompt):
        by, key = nation.who(region), key_of(region, 1, NEXT)
        for node, given in ANSWERS.items():
            operations.save_answer(by=by, assessment=key, node=node, given=given, seen_version=0, now=MUCH_LATER)
        operations.submit(by=by, assessment=key, now=MUCH_LATER)
    to_publication(nation, closes, campaign=NEXT)
    rows = SnapshotResult.objects.filter(snapshot__phase__campaign__code=NEXT).exclude(final=None)
    told = {row.region_id: (row.previous_final, row.previous_year, row.improvement) for row in rows}
    assert told == {region: (nation.final(region), 2027, 0) for region in (*nation.prompt, *nation.late)}
