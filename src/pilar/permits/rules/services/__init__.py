"""Services as data: definitions, reading, checking, comparing and evaluating answers. Pure."""

# ruff: noqa: I001 - the door of the package
# fmt: off
from pilar.permits.rules.services.answers import (
    Levy, NotSet, exact, fee_of, in_text, judge, known_answers, recomputed, required, shown, valid_until,
)
from pilar.permits.rules.services.checking import check
from pilar.permits.rules.services.comparing import (
    NAMED, Difference, differences, fee_text, limit_text, role_text, texts, validity_text,
)
from pilar.permits.rules.services.definition import (
    APPLICANT_NAMES, CONTEXT, GAP_NAMES, KIND_NAMES, LEAVE_NAMES, STAGE_KINDS, STATUS_NAMES, Applicant,
    ApplicationKind, Fee, Field, Gap, Limit, Requirement, Service, Stage, StageKind, Status, Tariff, Validity, Wording,
    gaps, is_open,
)
from pilar.permits.rules.services.reading import read, written
from pilar.permits.rules.services.wording import FACTS, filled

# fmt: on
