"""An evaluation by an instrument that has nothing in common with those of the data folder, run from setting up to
publication through the operations: six dimensions, scores from 1 to 5 with three decimals, the year 2027.

Each act has an account of its own, so that nobody does two of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from people.team import account
from pilar import index
from pilar.evaluation import operations
from pilar.evaluation.models import Assessment
from pilar.evaluation.operations.marking import NewMark
from pilar.evaluation.rules.answers import Given
from pilar.evaluation.rules.campaigns import CampaignRules, GroupPlan, Period
from pilar.evaluation.rules.published import PublishedRow
from pilar.evaluation.rules.stages import PhaseState
from pilar.people import queries
from pilar.people.models import User
from pilar.people.rules import OPERATOR, Role, Standing

CODE, VERSION, CAMPAIGN = "daya-digital", "2.0", "daya-digital-2027"
TANGERANG, BOGOR, SERANG, CILEGON = REGIONS = ("36.03", "32.01", "36.04", "36.72")
LETTER = "B-77/EVAL/2027"
OPENS = datetime(2027, 3, 1, 2, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=20)
PUBLISHED = CLOSES + timedelta(days=30)

DIMENSIONS = {
    "vision": ("Arah", "Direction"),
    "citizens": ("Warga", "Citizens"),
    "services": ("Layanan", "Services"),
    "openness": ("Keterbukaan", "Openness"),
    "safety": ("Keamanan", "Safety"),
    "reach": ("Jangkauan", "Reach"),
}

INSTRUMENT = """\
format: 1
code: daya-digital
version: "2.0"
title: {id: Indeks Daya Digital, en: Digital Capacity Index}
year: 2027
status: inferred
source: https://example.org/daya
scale: {minimum: 1, maximum: 5, minimum_source: https://example.org/daya, maximum_source: assumption}
decimals: 3
rounding: half-up
rounding_source: assumption
ties: shared
ties_source: assumption
predicates:
  - {code: capable, title: {id: Berdaya, en: Capable}, title_source: assumption, from: 4, from_source: assumption}
marks:
  steps:
    kind: level
    source: assumption
    levels:
      - {value: 1, title: {id: Belum mulai, en: Not begun}}
      - {value: 2, title: {id: Disiapkan, en: Prepared}}
      - {value: 3, title: {id: Berjalan, en: Under way}}
      - {value: 4, title: {id: Mapan, en: Settled}}
      - {value: 5, title: {id: Teladan, en: Exemplary}}
tree:
  code: final
  title: {id: Nilai akhir, en: Final}
  source: https://example.org/daya
  aggregation: weighted-mean
  missing: require
  weights_source: https://example.org/bobot
  children:
    - code: vision
      title: {id: Arah, en: Direction}
      weight: 10
      source: https://example.org/daya
      meaning: {id: Ke mana daerah menuju, en: Where the region is heading, source: assumption}
      aggregation: weighted-mean
      missing: require
      weights_source: assumption
      children:
        - {code: vision_law, title: {id: Dasar hukum, en: Legal basis}, source: assumption, mark: steps}
        - {code: vision_team, title: {id: Tim, en: Team}, source: assumption, mark: steps}
        - {code: vision_money, title: {id: Uang, en: Money}, source: assumption, mark: steps}
    - {code: citizens, title: {id: Warga, en: Citizens}, weight: 20, source: https://example.org/daya,
       mark: {kind: survey, source: https://example.org/survei, minimum: 1, maximum: 5}}
    - code: services
      title: {id: Layanan, en: Services}
      weight: 20
      source: https://example.org/daya
      mark:
        kind: ratio
        source: assumption
        bands:
          - {from: 0, to: 17, value: 1}
          - {from: 17, to: 44, value: 2}
          - {from: 44, to: 63, value: 3}
          - {from: 63, to: 88, value: 4}
          - {from: 88, value: 5}
    - code: openness
      title: {id: Keterbukaan, en: Openness}
      weight: 15
      source: https://example.org/daya
      mark:
        kind: band
        source: https://example.org/ambang
        unit: {id: himpunan data, en: data sets}
        bands:
          - {from: 0, to: 12, value: 1}
          - {from: 12, to: 90, value: 3}
          - {from: 90, to: 5000, value: 5}
    - {code: safety, title: {id: Keamanan, en: Safety}, weight: 15, source: https://example.org/daya, mark: steps}
    - {code: reach, title: {id: Jangkauan, en: Reach}, weight: 20, source: https://example.org/daya, mark: steps}
"""

ANSWERS = {
    "vision_law": Given(mark=Decimal(5), explanation="Peraturan bupati", source="JDIH"),
    "vision_team": Given(mark=Decimal(4)),
    "vision_money": Given(mark=Decimal(4)),
    "citizens": Given(mark=Decimal("4.25"), source="Survei"),
    "services": Given(realised=Decimal(7), planned=Decimal(10), source="Laporan"),
    "openness": Given(quantity=Decimal(40), source="Portal data"),
    "safety": Given(mark=Decimal(5)),
    "reach": Given(mark=Decimal(4)),
}
"""Of the first region: 4 for 7 of 10 services, 3 for 40 data sets."""
MARKS = {"vision_law": "5", "vision_team": "4", "vision_money": "4", "citizens": "4.25", "services": "4",
         "openness": "3", "safety": "5", "reach": "4"}  # fmt: skip
LOWER = {"36.03": 0, "32.01": 1, "36.04": 2, "36.72": 3}
"""By how much the marks of a region lie below those of the first."""
FINALS = {"36.03": "4.083", "32.01": "2.933", "36.04": "2.083", "36.72": "1.233"}
"""0.1 × 13/3 + 0.2 × (4.25 + 4 + 4) + 0.15 × (3 + 5) = 49/12; of the last, where marks end at the scale's 1:
0.1 × 4/3 + 0.2 × (1.25 + 1 + 1) + 0.15 × (1 + 2) = 37/30."""


@dataclass
class Foreign:
    """The accounts of the evaluation by name."""

    keys: dict[str, int]

    def who(self, name: str, now: datetime = OPENS) -> Standing:
        return queries.standing(User.objects.get(pk=self.keys[name]), now)


def begin_cycle() -> Foreign:
    """From the file of the instrument to the desk check; regions are in the tables already.

    The last region is still being prepared.
    """
    parsed = index.parse_instrument(INSTRUMENT)
    operations.add_instrument(by=OPERATOR, instrument=parsed, document=INSTRUMENT)
    run = Foreign(_people())
    _state_last_year()
    _set_up(run)
    for region in REGIONS[:-1]:
        _assess(run, region)
    return run


def hand_in(run: Foreign) -> None:
    """The last region too, so that the desk check begins."""
    _assess(run, REGIONS[-1])
    _move(run, PhaseState.CLOSED, CLOSES)
    _move(run, PhaseState.DESK_CHECK, CLOSES)


def run_cycle() -> Foreign:
    """From the file of the instrument to published results of four regions; regions are in the tables already."""
    run = begin_cycle()
    hand_in(run)
    finish(run)
    return run


def finish(run: Foreign) -> None:
    """From the desk check to publication."""
    for region in REGIONS:
        _mark(run, region)
    for state in (PhaseState.REVIEW, PhaseState.AGREED):
        _move(run, state, CLOSES + timedelta(days=1))
    where = {"campaign": CAMPAIGN, "phase": 1}
    later = CLOSES + timedelta(days=2)
    operations.compute_results(by=run.who("computing"), **where, now=later)
    operations.approve_results(by=run.who("approving"), **where, version=1, now=later)
    _move(run, PhaseState.OBJECTION, later)
    _move(run, PhaseState.FINAL, PUBLISHED)
    operations.publish_results(
        by=run.who("publishing"), **where, version=1, letter_number=LETTER, letter_date=date(2027, 4, 19), now=PUBLISHED
    )


def marks_of(region: str) -> dict[str, Decimal]:
    """What the panel gives: openness knows 1, 3 and 5 alone."""
    found = {code: max(Decimal(value) - LOWER[region], Decimal(1)) for code, value in MARKS.items()}
    found["openness"] = Decimal(3 if region == TANGERANG else 1)
    found["citizens"] = Decimal("4.25") - LOWER[region]
    return found


def _people() -> dict[str, int]:
    keys = {
        name: account(f"{name}@contoh.invalid", Role.SECRETARIAT)
        for name in ("leading", "computing", "approving", "publishing")
    }
    keys["chair"] = account("ketua@contoh.invalid", Role.PANEL_CHAIR)
    for number in (1, 2):
        keys[f"assessor{number}"] = account(f"asesor{number}@contoh.invalid", Role.ASSESSOR)
    for region in REGIONS:
        keys[region] = account(f"siti{region.replace('.', '')}@contoh.invalid", Role.COORDINATOR, region=region)
    return keys


def _state_last_year() -> None:
    """What a source states of the first region's year before, on the scale that was known until then."""
    stated = PublishedRow(
        region_code=TANGERANG, region="Kabupaten Tangerang", year=2026, phase="", group="", scores={},
        final=Decimal("3.62"), improvement=None, improvement_origin="", rank=None, rank_scope="", letter="",
        source_url="https://example.org/2026", note_en="", note_id="",
    )  # fmt: skip
    operations.record_statement(by=OPERATOR, row=stated)


def _set_up(run: Foreign) -> None:
    leading = run.who("leading")
    periods = [Period(OPENS, CLOSES), Period(PUBLISHED + timedelta(days=30), PUBLISHED + timedelta(days=60))]
    operations.create_campaign(
        by=leading, code=CAMPAIGN, year=2027, instrument=(CODE, VERSION), periods=periods,
        rules=CampaignRules("Evaluasi Daya Digital 2027", "Digital Capacity Evaluation 2027"),
        groups=[GroupPlan("utama", "Kelompok utama", "Main group")],
    )  # fmt: skip
    operations.invite_regions(by=leading, campaign=CAMPAIGN, group="utama", regions=REGIONS, now=OPENS)
    for region in REGIONS:
        for name in ("chair", "assessor1", "assessor2"):
            operations.seat(
                by=leading, campaign=CAMPAIGN, region=region, assessor=run.keys[name], is_chair=name == "chair",
                now=OPENS,
            )  # fmt: skip
    _move(run, PhaseState.OPEN, OPENS)


def _move(run: Foreign, target: PhaseState, now: datetime) -> None:
    operations.move_phase(by=run.who("leading"), campaign=CAMPAIGN, phase=1, target=target, now=now)


def key_of(region: str) -> int:
    """The assessment of a region in the first phase."""
    return Assessment.objects.get(participation__region=region, phase__number=1).pk


def _assess(run: Foreign, region: str) -> None:
    by = run.who(region)
    for node, given in ANSWERS.items():
        operations.save_answer(by=by, assessment=key_of(region), node=node, given=given, seen_version=0, now=OPENS)
    operations.submit(by=by, assessment=key_of(region), now=OPENS)


def _mark(run: Foreign, region: str) -> None:
    marks = [NewMark(code, value, "Bukti menunjukkan lain") for code, value in marks_of(region).items()]
    for name in ("assessor1", "assessor2", "chair"):
        where = {"by": run.who(name), "assessment": key_of(region), "now": CLOSES}
        operations.save_marks(**where, marks=marks)
        operations.finish_marking(**where)


def tagged(page: str, before: str) -> str:
    """The first mark of an assumption, or the host of the first source, behind some words of a page."""
    rest = page[page.index(before) :]
    found = re.search(r'class="tag caution">\s*(asumsi|assumption)\s*<|class="host">([^<]+)<', rest)
    assert found is not None
    return found[1] or found[2]
