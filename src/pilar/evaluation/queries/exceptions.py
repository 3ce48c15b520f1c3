"""One region of a phase as the secretariat decides on exceptions for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pilar.evaluation.queries.cases import assessment_for, campaign_for, case_of
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.rules import authority
from pilar.evaluation.rules.authority import Action, Case, may
from pilar.evaluation.rules.stages import PHASE_NAMES, AssessmentState, PhaseState, assessment_name
from pilar.people.rules import Standing, existing
from pilar.platform.language import translate


@dataclass(frozen=True, slots=True)
class Exceptional:
    """A region in a phase: its state, its exceptions with their reasons, and the possible acts now."""

    assessment: int
    campaign: str
    title: Bilingual
    number: int
    phases: int
    region_code: str
    region: str
    phase: PhaseState
    state: AssessmentState
    closes_at: datetime
    extended_until: datetime | None
    extension_reason: str
    set_aside_reason: str
    may_extend: bool
    may_set_aside: bool
    may_take_up: bool

    @property
    def state_name(self) -> str:
        """The state in the reader's language."""
        return assessment_name(self.state, self.phase, extended=self.extended_until is not None)

    @property
    def phase_name(self) -> str:
        """The state of the phase in the reader's language."""
        return translate(PHASE_NAMES[self.phase])


@dataclass(frozen=True, slots=True)
class Followed:
    """The campaign before another one, and how much of it there is."""

    title: Bilingual
    groups: int
    regions: int


def followed(code: str, *, scope: Standing) -> Followed:
    """The campaign before this one; raises :class:`NotFound`, also where it names none, and :class:`NotAllowed`."""
    campaign = campaign_for(scope, code)
    authority.require(scope, Action.SET_UP_CAMPAIGN, Case(), known=True)
    before = existing(campaign.previous)
    title = before.title
    return Followed(title, before.groups.count(), before.participations.count())


def exceptional(key: int, *, scope: Standing) -> Exceptional:
    """One region of a phase; raises :class:`NotFound`, and :class:`NotAllowed` for all but the secretariat."""
    assessment = assessment_for(scope, key)
    authority.require(scope, Action.SEE_PROGRESS, Case(), known=True)
    case, campaign = case_of(assessment), assessment.participation.campaign
    return Exceptional(
        assessment=assessment.pk,
        campaign=campaign.code,
        title=campaign.title,
        number=assessment.phase.number,
        phases=campaign.phase_count,
        region_code=assessment.participation.region_id,
        region=assessment.participation.region.name,
        phase=PhaseState(assessment.phase.state),
        state=AssessmentState(assessment.state),
        closes_at=assessment.phase.closes_at,
        extended_until=assessment.extended_until,
        extension_reason=assessment.extension_reason,
        set_aside_reason=assessment.set_aside_reason,
        may_extend=may(scope, Action.EXTEND, case),
        may_set_aside=may(scope, Action.SET_ASIDE, case),
        may_take_up=may(scope, Action.TAKE_UP_AGAIN, case),
    )
