"""Every cell of the permission table, against a table written here by hand: who, what, where, and in which states."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kit.tables import ELSEWHERE, HERE, OFFICE, OFFICE_ELSEWHERE, OTHER_OFFICE, Table, table_test
from pilar.surveys.rules.authority import AUTHORITY, Action, Case, SurveyState, WrongSurveyState, may, may_somewhere

# A role's column says where the role must be held: everywhere, in the region, in the office of the programme; a dot is
# never. The last column has the states of the survey: D being drawn up, O open, C closed, or “any”.
EXPECTED = """
action         secretariat coordinator verifier contributor assessor panel_chair signatory auditor    state
send-questionnaire    everywhere . . . . . . . any
release-questionnaire everywhere . . . . . . . any
create         .           region      .        .           .        .           .         .          any
set-up         .           region      .        .           .        .           .         .          D
open           .           region      .        .           .        .           .         .          D
close          .           region      .        .           .        .           .         .          O
move-dates     .           region      .        .           .        .           .         .          DO
end            .           region      .        .           .        .           .         .          O
enter          .           region      .        office      .        .           .         .          O
state-validity .           region      .        .           .        .           .         .          C
follow-up      .           region      .        .           .        .           .         .          C
see-progress   everywhere  region      region   office      .        .           region    everywhere any
see-scores     everywhere  region      region   office      .        .           region    everywhere C
see-answers    everywhere  region      .        .           .        .           .         everywhere C
see-words      .           region      .        .           .        .           .         .          C
see-contacts   .           region      .        .           .        .           .         .          C
"""

TABLE = Table(
    AUTHORITY,
    EXPECTED,
    about={
        "a programme of the office": Case(HERE, OFFICE),
        "a programme of another office": Case(HERE, OTHER_OFFICE),
        "the survey as a whole": Case(HERE),
        "a programme elsewhere": Case(ELSEWHERE, OFFICE_ELSEWHERE),
    },
    states={"state": {"D": SurveyState.DRAFT, "O": SurveyState.OPEN, "C": SurveyState.CLOSED}},
)


def test_every_cell() -> None:
    assert table_test(TABLE) >= 11 * 11 * 4 * 3


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("state", SurveyState)
def test_somewhere_in_a_region(action: Action, state: SurveyState) -> None:
    case = Case(HERE, None, state)
    places = [replace(one, state=state) for one in TABLE.about.values() if one.region == HERE]
    for who in TABLE.people:
        assert may_somewhere(who.by, action, case) == any(may(who.by, action, one) for one in places), who.name


def test_a_wrong_state_is_told_by_its_name() -> None:
    assert "“Ditutup”" in WrongSurveyState(state=SurveyState.CLOSED).text()
