"""What changes permits."""

from __future__ import annotations

from pilar.permits.operations.desk import (
    answer_letter,
    escalate_late_letters,
    escalate_letter,
    forget_letters,
    note_quarter,
    write_letter,
)
from pilar.permits.operations.hooks import deliver, deliver_again, end_subscription, renew_kept, subscribe
from pilar.permits.operations.investment import (
    enter_realised,
    judge_realised,
    mirror_oss,
    save_potentials,
    withdraw_potential,
)
from pilar.permits.operations.services import (
    begin_version,
    change_version,
    drop_version,
    load_services,
    propose_version,
    publish_version,
    return_version,
    withdraw_version,
)

__all__ = [
    "answer_letter",
    "begin_version",
    "change_version",
    "deliver",
    "deliver_again",
    "drop_version",
    "end_subscription",
    "enter_realised",
    "escalate_late_letters",
    "escalate_letter",
    "forget_letters",
    "judge_realised",
    "load_services",
    "mirror_oss",
    "note_quarter",
    "propose_version",
    "publish_version",
    "renew_kept",
    "return_version",
    "save_potentials",
    "subscribe",
    "withdraw_potential",
    "withdraw_version",
    "write_letter",
]
