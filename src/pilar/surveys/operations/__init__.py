"""Operations on surveys and answers."""

from pilar.surveys.operations.answering import (
    Entered,
    Source,
    answer,
    enter_answers,
    erase_expired,
    invite,
    keep_unfinished,
)
from pilar.surveys.operations.dates import end_survey, move_dates
from pilar.surveys.operations.following import plan_follow_up
from pilar.surveys.operations.questionnaires import (
    drop_questionnaire_draft,
    release_questionnaire,
    send_questionnaire,
)
from pilar.surveys.operations.sheets import SheetsStored, enter_sheets
from pilar.surveys.operations.surveys import (
    NewSurvey,
    close_survey,
    create_survey,
    open_survey,
    set_cells,
    state_validity,
)
from pilar.surveys.operations.watching import close_due, remind_of_quotas
