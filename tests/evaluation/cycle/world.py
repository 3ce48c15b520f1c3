"""A small campaign to test the cycle with: three regions of two offices each, their teams, a panel, two phases.

Everything is written straight into the tables, so that a test sets any state directly.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from areas.places import PLACES, load
from kit.neighbours import Neighbour
from people.team import account
from pilar import index
from pilar.areas import operations as areas
from pilar.evaluation import operations
from pilar.evaluation.models import (
    Allocation,
    Assessment,
    Campaign,
    CampaignGroup,
    Instrument,
    Participation,
    Phase,
    Seat,
)
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.people import queries
from pilar.people.models import User
from pilar.people.rules import OPERATOR, PUBLIC, SCHEDULE, Role, Standing

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
OPENS, CLOSES = NOW - timedelta(days=7), datetime(2099, 3, 8, 8, tzinfo=UTC)
OPENS_AGAIN, CLOSES_AGAIN = CLOSES + timedelta(days=60), CLOSES + timedelta(days=90)
"""Of phase 2. Pages ask the real clock, before which nothing here closes."""
CODE = "2026-uji"

OWN, NEIGHBOUR, FAR = "36.03", "36.71", "32.01"
REGIONS = (OWN, NEIGHBOUR, FAR)
LEAVES = ("policy", "budget", "programmes", "poverty", "survey")

INSTRUMENT = """\
format: 1
code: cycle-test
version: 1.0
title: {id: Instrumen uji, en: Test instrument}
year: 2026
status: inferred
source: assumption
scale: {minimum: 0, maximum: 4, minimum_source: assumption, maximum_source: https://example.org/scale}
decimals: 2
rounding: half-up
rounding_source: assumption
ties: shared
ties_source: assumption
marks:
  evidence_level:
    kind: level
    source: assumption
    levels:
      - {value: 0, title: {id: Tidak ada bukti, en: No evidence}}
      - {value: 1, title: {id: Kurang, en: Poor}}
      - {value: 2, title: {id: Cukup, en: Fair}}
      - {value: 3, title: {id: Baik, en: Good}}
      - {value: 4, title: {id: Sangat baik, en: Very good}}
tree:
  code: final
  title: {id: Nilai akhir, en: Final}
  source: assumption
  aggregation: weighted-mean
  missing: require
  weights_source: assumption
  children:
    - code: output
      title: {id: Output, en: Output}
      weight: 40
      source: assumption
      aggregation: weighted-mean
      missing: zero
      weights_source: assumption
      children:
        - code: policy
          title: {id: Kebijakan, en: Policy}
          source: assumption
          evidence: {id: Peraturan kepala daerah, en: Regulation of the head of region, source: assumption}
          mark: evidence_level
        - code: budget
          title: {id: Anggaran, en: Budget}
          source: assumption
          mark: evidence_level
    - code: outcome
      title: {id: Outcome, en: Outcome}
      weight: 60
      source: assumption
      aggregation: weighted-mean
      missing: reweight
      weights_source: assumption
      children:
        - code: programmes
          title: {id: Program terealisasi, en: Programmes realised}
          source: assumption
          mark:
            kind: ratio
            source: assumption
            bands:
              - {from: 0, to: 26, value: 1}
              - {from: 26, to: 51, value: 2}
              - {from: 51, to: 76, value: 3}
              - {from: 76, value: 4}
        - code: poverty
          title: {id: Kemiskinan, en: Poverty}
          source: assumption
          mark:
            kind: band
            source: assumption
            unit: {id: persen penduduk, en: per cent of the population}
            bands:
              - {from: 0, to: 5, value: 4}
              - {from: 5, to: 15, value: 2}
              - {from: 15, to: 100, value: 1}
        - code: survey
          title: {id: Survei, en: Survey}
          source: assumption
          not_applicable: true
          mark: {kind: survey, source: assumption, minimum: 1, maximum: 4}
"""


@dataclass
class World:
    """``who("coordinator")`` is a standing; region names are suffixes: ``who("coordinator", FAR)``. ``approver`` is the
    second of the secretariat, there as soon as a test asks for one.

    People: secretariat, assessor1 to assessor4, chair (all national); per region coordinator, verifier, contributor
    (first office) and colleague (second office). The panel of every region: chair, assessor1, assessor2.
    """

    campaign: Campaign
    group: CampaignGroup
    phases: dict[int, Phase]
    participations: dict[str, Participation]
    offices: dict[str, tuple[int, int]]
    keys: dict[str, int] = field(default_factory=dict)
    neighbour: Neighbour | None = None
    """In the planted world."""

    def key(self, name: str, region: str = OWN) -> int:
        """Key of an account."""
        if name == "approver" and name not in self.keys:
            self.keys[name] = account("budi@contoh.invalid", Role.SECRETARIAT)
        return self.keys.get(name) or self.keys[f"{name} {region}"]

    def user(self, name: str, region: str = OWN) -> User:
        return User.objects.get(pk=self.key(name, region))

    def who(self, name: str, region: str = OWN, now: datetime = NOW) -> Standing:
        named = {"public": PUBLIC, "operator": OPERATOR, "schedule": SCHEDULE}
        return named[name] if name in named else queries.standing(self.user(name, region), now)

    def assessment(self, region: str = OWN, number: int = 1) -> Assessment:
        """The assessment as it stands in the tables."""
        return Assessment.objects.select_related("phase", "participation__campaign").get(
            participation=self.participations[region], phase=self.phases[number]
        )

    def set_phase(self, state: PhaseState, number: int = 1) -> None:
        """Put a phase in a state, whatever must hold for a move there."""
        ended = state in (PhaseState.OBJECTION, PhaseState.FINAL, PhaseState.PUBLISHED)
        Phase.objects.filter(pk=self.phases[number].pk).update(
            state=state, objection_until=NOW + timedelta(days=7) if ended else None
        )

    def let_two_decide(self) -> None:
        """Let a panel of two be large enough."""
        Campaign.objects.filter(pk=self.campaign.pk).update(smallest_panel=2)

    def set_assessment(self, state: AssessmentState, region: str = OWN, number: int = 1) -> None:
        """Put an assessment in a state, whatever must hold for it."""
        submitted = state is not AssessmentState.PREPARING
        Assessment.objects.filter(participation=self.participations[region], phase=self.phases[number]).update(
            state=state,
            submitted_at=NOW if submitted else None,
            submitted_by=self.key("coordinator", region) if submitted else None,
            agreed_at=NOW if state is AssessmentState.AGREED else None,
            set_aside_reason="Mundur" if state is AssessmentState.SET_ASIDE else "",
        )


def make_world() -> World:
    """Build it: both phases in draft, every assessment being prepared, every indicator given to an office."""
    load(PLACES)
    offices = {
        code: (
            areas.add_office(by=OPERATOR, region=code, name="Dinas Komunikasi dan Informatika"),
            areas.add_office(by=OPERATOR, region=code, name="Dinas Kesehatan"),
        )
        for code in REGIONS
    }
    parsed = index.parse_instrument(INSTRUMENT, name="cycle-test")
    operations.add_instrument(by=OPERATOR, instrument=parsed, document=INSTRUMENT)
    campaign = Campaign.objects.create(
        code=CODE,
        year=2026,
        title_id="Evaluasi uji 2026",
        title_en="Test evaluation 2026",
        instrument=Instrument.objects.get(code="cycle-test"),
        synthetic=True,
    )
    group = CampaignGroup.objects.create(campaign=campaign, code="regular", title_id="Reguler", title_en="Regular")
    phases = {
        number: Phase.objects.create(campaign=campaign, number=number, opens_at=opens, closes_at=closes)
        for number, opens, closes in ((1, OPENS, CLOSES), (2, OPENS_AGAIN, CLOSES_AGAIN))
    }
    world = World(campaign, group, phases, {}, offices, _people(offices))
    for code in REGIONS:
        participation = Participation.objects.create(campaign=campaign, region_id=code, group=group)
        world.participations[code] = participation
        for phase in phases.values():
            Assessment.objects.create(participation=participation, phase=phase)
        for position, node in enumerate(LEAVES):
            Allocation.objects.create(participation=participation, node=node, office_id=offices[code][position % 2])
        for name in ("chair", "assessor1", "assessor2"):
            Seat.objects.create(participation=participation, assessor_id=world.keys[name], is_chair=name == "chair")
    return world


def _people(offices: dict[str, tuple[int, int]]) -> dict[str, int]:
    keys = {"secretariat": account("ani@contoh.invalid", Role.SECRETARIAT)}
    for number in range(1, 5):
        keys[f"assessor{number}"] = account(f"asesor{number}@contoh.invalid", Role.ASSESSOR)
    keys["chair"] = account("ketua@contoh.invalid", Role.PANEL_CHAIR)
    for code in REGIONS:
        first, second = offices[code]
        mark = code.replace(".", "")
        keys[f"coordinator {code}"] = account(f"siti{mark}@contoh.invalid", Role.COORDINATOR, region=code)
        keys[f"verifier {code}"] = account(f"edi{mark}@contoh.invalid", Role.VERIFIER, region=code)
        keys[f"contributor {code}"] = account(f"dewi{mark}@contoh.invalid", Role.CONTRIBUTOR, office=first)
        keys[f"colleague {code}"] = account(f"rina{mark}@contoh.invalid", Role.CONTRIBUTOR, office=second)
    return keys
