"""Every cell of the permission table, against a table written here by hand: who, what, where and in which states."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kit.tables import HERE, OFFICE, Person, Table, outcome, person, table_test
from pilar.evaluation.rules.authority import AUTHORITY, Action, Case, in_time, may_know
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.people.rules import Role, Standing
from pilar.platform.actors import Actor

# A role's column says where the role must be held: everywhere, in the region, in the office that answers the
# indicator, by a seat on the region's panel, by the chair of it; a dot is never. A letter stands for a state in which
# the action is done: Draft, Open, Closed, desK check, Review, Agreed, obJection, Final, Published; and of the
# region's assessment: Preparing, Submitted, Agreed, set aside (X).
EXPECTED = """
action             secretariat coordinator verifier contributor assessor panel_chair signatory auditor    provincial phase     assessment
create-campaign    everywhere  .           .        .           .        .           .         .          .          DOCKRAJFP PSAX
set-up-campaign    everywhere  .           .        .           .        .           .         .          .          DO....... PSAX
move-phase         everywhere  .           .        .           .        .           .         .          .          DOCKRAJFP PSAX
form-panels        everywhere  .           .        .           .        .           .         .          .          DOCKR.... PSAX
return-assessment  everywhere  .           .        .           .        .           .         .          .          .O....... .S..
extend             everywhere  .           .        .           .        .           .         .          .          .OCK..... P...
set-aside          everywhere  .           .        .           .        .           .         .          .          .OCKR.... PSA.
take-up-again      everywhere  .           .        .           .        .           .         .          .          .OCKR.... ...X
fill-in            everywhere  .           .        .           .        .           .         .          .          .O....... P...
see-progress       everywhere  .           .        .           .        .           .         everywhere .          DOCKRAJFP PSAX
remind             everywhere  .           .        .           .        .           .         .          .          .O.KR.... PSAX
request-evidence   everywhere  .           .        .           seat     seat        .         .          .          ...KR.... .SA.
compute-results    everywhere  .           .        .           .        .           .         .          .          ...KRAJFP PSAX
approve-results    everywhere  .           .        .           .        .           .         .          .          .....AJFP PSAX
publish-results    everywhere  .           .        .           .        .           .         .          .          .......F. PSAX
correct-results    everywhere  .           .        .           .        .           .         .          .          ........P PSAX
decide-objection   everywhere  .           .        .           .        .           .         .          .          ......J.. ..A.
see-province       .           .           .        .           .        .           .         .          province   DOCKRAJFP PSAX
see-published      .           .           .        .           .        .           .         .          province   ........P PSAX
see-results        everywhere  .           .        .           .        .           .         everywhere .          DOCKRAJFP PSAX
see-agreement      everywhere  .           .        .           .        .           .         everywhere .          DOCKRAJFP PSAX
try-weights        everywhere  .           .        .           .        .           .         .          .          DOCKRAJFP PSAX
send-instrument    everywhere  .           .        .           .        .           .         .          .          DOCKRAJFP PSAX
release-instrument everywhere  .           .        .           .        .           .         .          .          DOCKRAJFP PSAX
see-drafts         everywhere  .           .        .           .        .           .         everywhere .          DOCKRAJFP PSAX
keep-systems       everywhere  .           .        .           .        .           .         .          .          DOCKRAJFP PSAX
see-systems        everywhere  .           .        .           .        .           .         everywhere .          DOCKRAJFP PSAX
read-assessment    everywhere  region      region   region      .        .           region    everywhere .          DOCKRAJFP PSAX
allocate           .           region      .        .           .        .           .         .          .          DO....... P...
answer             .           region      .        office      .        .           .         .          .          .O....... P...
confirm-filled     .           region      .        .           .        .           .         .          .          .O....... P...
verify             .           .           region   .           .        .           .         .          .          .O....... P...
submit             .           region      .        .           .        .           region    .          .          .O....... P...
answer-request     .           region      .        office      .        .           .         .          .          ...KR.... .SA.
see-agreed-marks   everywhere  region      region   region      .        .           region    everywhere .          ......JFP PSAX
object             .           region      .        .           .        .           .         .          .          ......J.. ..A.
answer-decision    .           region      .        .           .        .           .         .          .          ......JFP ..A.
accept-result      .           region      .        .           .        .           .         .          .          ......J.. ..A.
follow-up          .           region      .        office      .        .           .         .          .          ........P ..A.
plan-steps         everywhere  region      region   region      .        .           region    everywhere .          DOCKRAJFP PSAX
read-for-marking   .           .           .        .           seat     seat        .         .          .          ..CKRAJFP .SA.
mark               .           .           .        .           seat     seat        .         .          .          ...KR.... .S..
finish-marking     .           .           .        .           seat     seat        .         .          .          ...KR.... .S..
write-findings     .           .           .        .           seat     seat        .         .          .          ...KR.... .SA.
hold-meetings      .           .           .        .           seat     seat        .         .          .          ...KR.... .SA.
settle             .           .           .        .           chair    chair       .         .          .          ...KR.... .SA.
advise             .           .           .        .           seat     seat        .         .          .          ......J.. ..A.
"""  # noqa: E501

CHAIR, SEATED = 1, 2
INDICATOR = Case(region=HERE, office=OFFICE, panel=(CHAIR, SEATED), chair=CHAIR)
PHASES = dict(zip("DOCKRAJFP", PhaseState, strict=True))
ASSESSMENTS = dict(zip("PSAX", AssessmentState, strict=True))
TABLE = Table(
    AUTHORITY,
    EXPECTED,
    about={
        "an indicator of the office": INDICATOR,
        "an indicator of no office": replace(INDICATOR, office=None),
        "a region without a panel": replace(INDICATOR, panel=(), chair=None),
        "a campaign as a whole": Case(),
    },
    states={"phase": PHASES, "assessment": ASSESSMENTS},
    more=(
        Person("somebody on the panel whose role has ended", Standing(Actor("user", str(CHAIR), ""))),
        person("an assessor of the panel", Role.ASSESSOR, key=SEATED),
        person("an assessor who chairs the panel", Role.ASSESSOR, key=CHAIR),
        person("a panel chair on the panel, not chairing it", Role.PANEL_CHAIR, key=SEATED),
        person("the chair of the panel", Role.PANEL_CHAIR, key=CHAIR),
        # The key of a region's account is on no panel, even if an account of the same number sits there by mistake.
        person("the coordinator, seated by mistake", Role.COORDINATOR, HERE, key=CHAIR),
    ),
    places={
        "seat": lambda by, case: by.account in case.panel,
        "chair": lambda by, case: case.chair is not None and by.account == case.chair,
    },
)


def test_every_cell() -> None:
    assert table_test(TABLE) >= 37 * 22 * 4 * 9 * 4


@pytest.mark.parametrize("action", Action)
def test_a_case_without_a_state_is_not_held_up_by_it(action: Action) -> None:
    """A campaign as a whole has no assessment; what is created first has no phase either."""
    line = TABLE.lines[action]
    assert in_time(action, Case())
    for letter, phase in PHASES.items():
        assert in_time(action, Case(phase=phase)) == (letter in line["phase"]), phase
    for letter, assessment in ASSESSMENTS.items():
        assert in_time(action, Case(assessment=assessment)) == (letter in line["assessment"])


MAY_KNOW = {
    "secretariat",
    "coordinator",
    "verifier",
    "contributor of the office",
    "contributor of another office",
    "signatory",
    "auditor",
    "an assessor of the panel",
    "an assessor who chairs the panel",
    "a panel chair on the panel, not chairing it",
    "the chair of the panel",
    "the coordinator, seated by mistake",
}


def test_who_may_know_of_an_assessment() -> None:
    assert {who.name for who in TABLE.people if may_know(who.by, INDICATOR)} == MAY_KNOW


UNBIASED = {"request-evidence", "mark", "finish-marking", "write-findings", "hold-meetings", "settle", "advise"}


@pytest.mark.parametrize("action", Action)
def test_a_conflict_bars_the_seat_from_the_panels_work_and_from_nothing_else(action: Action) -> None:
    case = next(case for _name, case in TABLE.cases() if TABLE.in_time(action, case))
    case = replace(case, conflicting={SEATED})
    for who in TABLE.people:
        expected = "allowed" if TABLE.held(who, action, case) else "NotAllowed"
        if expected == "allowed" and action in UNBIASED and who.by.account == SEATED:
            expected = "SeatInConflict"
        assert outcome(AUTHORITY, who.by, action, case, known=True) == expected, who.name
