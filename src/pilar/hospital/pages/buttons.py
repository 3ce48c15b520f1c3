"""The buttons on a visit: what each does, who may press it, in which states."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from pilar.hospital import operations
from pilar.hospital.forms.day import ChosenForm
from pilar.hospital.queries.bookings import BookingRow
from pilar.hospital.rules.authority import Action
from pilar.hospital.rules.booking import PRIORITY_NAMES, BookingState
from pilar.hospital.rules.pharmacy import RECIPE_NAMES
from pilar.hospital.rules.queue import REASON_NAMES, REASONS, Kind, Reason
from pilar.people.rules import NotFound, Standing
from pilar.people.views import Shown
from pilar.platform.language import N_, translate

S = BookingState


@dataclass(frozen=True, slots=True)
class Button:
    """A button on a visit: its operation, who may press it, and in which states; ``names``: the choices offered with
    it, for the argument ``takes``. ``quick``: its name and default choice in the queue, where most presses mean the
    same."""

    does: Callable[..., object]
    name: str
    action: Action
    states: frozenset[BookingState]
    takes: str = ""
    names: Mapping[Any, str] | None = None
    kind: str = "secondary"
    quick: tuple[str, str] | None = None

    def read(self, text: str) -> Mapping[str, Any]:
        """The chosen arguments of the operation; raises :class:`NotFound` for a choice that is not in the list."""
        if self.names is None:
            return {}
        for value in self.names:
            if value == text:
                return {self.takes: value}
        raise NotFound


def _reasons(kind: Kind) -> Mapping[Reason, str]:
    return {reason: name for reason, name in REASON_NAMES.items() if reason in REASONS[kind]}


def _check_in(*, by: Standing, booking: str, now: datetime) -> int:
    return operations.check_in(by=by, booking=booking, key=uuid4(), now=now)


_WHY = "reason"
CHECK_IN, REGISTER, SKIP, BEGIN = "datang", "daftar", "lewati", "mulai"
REGISTERED = N_("Registered")
"""The second press of ``REGISTER``."""
BUTTONS: Mapping[str, Button] = {
    CHECK_IN: Button(_check_in, N_("Check in"), Action.BOOK, frozenset({S.BOOKED}), kind="primary"),
    "diberitahu": Button(operations.tell_by_phone, N_("Told by phone"), Action.BOOK, frozenset()),
    REGISTER: Button(operations.register_step, N_("Begin the registration"), Action.BOOK, frozenset({S.ARRIVED})),
    BEGIN: Button(operations.start, N_("Begin the consultation"), Action.SEE, frozenset({S.CALLED}), kind="primary"),
    "selesai": Button(operations.finish, N_("End the consultation"), Action.SEE, frozenset({S.SERVING}),
                    kind="primary"),
    "belum": Button(operations.take_back_start, N_("Not here: take the start back"), Action.SEE,
                    frozenset({S.SERVING})),
    "resep": Button(operations.prescribe, N_("Send to the pharmacy"), Action.SEE, frozenset({S.SERVED}), "recipe",
                  RECIPE_NAMES),
    "ulang": Button(operations.call_again, N_("Call again"), Action.CALL, frozenset({S.CALLED})),
    SKIP: Button(operations.skip, N_("Skip"), Action.CALL, frozenset({S.CALLED}), _WHY, _reasons(Kind.SKIP),
                 quick=(N_("Skip: not there"), Reason.NOT_THERE)),
    "panggil": Button(operations.call, N_("Call out of turn"), Action.CALL, frozenset({S.ARRIVED}), _WHY,
                    _reasons(Kind.CALL)),
    "prioritas": Button(operations.set_priority, N_("Set the priority"), Action.CALL, frozenset({S.ARRIVED}),
                      "priority", PRIORITY_NAMES),
    "pergi": Button(operations.leave, N_("Enter as absent"), Action.CALL, frozenset({S.ARRIVED, S.CALLED}), _WHY,
                  _reasons(Kind.LEAVE)),
    "kembali": Button(operations.recall, N_("Take back into the queue"), Action.CALL, frozenset({S.ABSENT}), _WHY,
                    _reasons(Kind.RECALL)),
}  # fmt: skip
"""By the names of their addresses."""


def buttons_of(
    row: BookingRow,
    acts: frozenset[Action],
    *,
    quick: bool = False,
    registering: bool | None = None,
    refused: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> list[Shown]:
    """The buttons of a visit that the reader may press now; ``quick``: only those without choices. A list of choices
    would be rendered again, losing the choice, whenever the queue moves. ``registering``: whether the desk
    has begun to register a new patient; None if there is nobody to register. ``refused``: by the names of addresses,
    why a press would be refused now; a page says it in place of the button."""
    shown = []
    for slug, button in BUTTONS.items():
        may = row.state in button.states and button.action in acts and (slug != REGISTER or registering is not None)
        if not may or (quick and button.names and not button.quick):
            continue
        name, chosen = button.quick if quick and button.quick else (button.name, "")
        name = REGISTERED if slug == REGISTER and registering else name
        form = ChosenForm(button.names, button.name) if button.names and not quick else None
        why_not = refused.get(slug, ())
        shown.append(
            {"slug": slug, "step": button, "name": translate(name), "chosen": chosen, "form": form, "why_not": why_not}
        )
    return shown
