"""Operations on master plans."""

from pilar.masterplan.operations.bodies import save_body
from pilar.masterplan.operations.deciding import decide, sign_off
from pilar.masterplan.operations.deciding_rest import accept_rest
from pilar.masterplan.operations.importing import hold_proposals, store_programmes
from pilar.masterplan.operations.lists import say_list_words
from pilar.masterplan.operations.meetings import (
    Attendee,
    MeetingNotRunning,
    NewMeeting,
    begin_meeting,
    plan_meeting,
    save_attendance,
    save_meeting,
)
from pilar.masterplan.operations.papers import make_papers, order_papers
from pilar.masterplan.operations.past_reports import Past, report_past
from pilar.masterplan.operations.plans import NewPlan, PlanUnderWay, start_plan, start_revision, write_part
from pilar.masterplan.operations.proposals import (
    Proposed,
    ask_back,
    end_calls,
    merge_proposals,
    open_call,
    propose,
    save_proposal,
    submit_proposal,
    withdraw_proposal,
)
from pilar.masterplan.operations.reports import remind_of_reports, report
from pilar.masterplan.operations.taking_over import begin_reporting
from pilar.masterplan.operations.versions import (
    PlanOverlap,
    bring_into_force,
    enter_decree,
    move_version,
    return_to_meeting,
)
from pilar.masterplan.rules.bodies import Member, NewBody
from pilar.masterplan.rules.list_words import SaidWord, WordKind
