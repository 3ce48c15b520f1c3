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

__all__ = [
    "answer_letter",
    "deliver",
    "deliver_again",
    "end_subscription",
    "enter_realised",
    "escalate_late_letters",
    "escalate_letter",
    "forget_letters",
    "judge_realised",
    "mirror_oss",
    "note_quarter",
    "renew_kept",
    "save_potentials",
    "subscribe",
    "withdraw_potential",
    "write_letter",
]
