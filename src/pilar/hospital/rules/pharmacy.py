"""Medicine after the consultation: its number and progress (antrean farmasi)."""

from __future__ import annotations

from enum import StrEnum

from pilar.platform.errors import PilarError
from pilar.platform.language import N_, translate
from pilar.platform.lifecycle import Lifecycle, Move


class Recipe(StrEnum):
    """The kind of a prescription, in the terms of BPJS."""

    COMPOUND = "racikan"
    READY_MADE = "non racikan"


class PharmacyState(StrEnum):
    WAITING = "waiting"
    MAKING = "making"
    READY = "ready"
    HANDED = "handed"


S = PharmacyState
RECIPE_NAMES = {Recipe.COMPOUND: N_("Compounded medicine"), Recipe.READY_MADE: N_("Ready-made medicine")}
PHARMACY_NAMES = {
    S.WAITING: N_("Waits for the pharmacy"),
    S.MAKING: N_("The pharmacy is making it"),
    S.READY: N_("Ready to be fetched"),
    S.HANDED: N_("Handed over"),
}
PHARMACY: Lifecycle[PharmacyState, None] = Lifecycle(
    lambda source, target: WrongPharmacyState(state=source),
    Move(S.WAITING, S.MAKING, N_("Begin")),
    Move(S.MAKING, S.READY, N_("Medicine is ready")),
    Move(S.READY, S.HANDED, N_("Handed over")),
)


class WrongPharmacyState(PilarError):
    code = "pharmacy-state"
    status = 409
    sentence = N_("This cannot be done while the medicine is “%(state)s”")

    def text(self) -> str:
        return translate(self.sentence, state=translate(PHARMACY_NAMES[PharmacyState(self.fields["state"])]))


class NotSeenYet(PilarError):
    code = "not-seen-yet"
    status = 409
    sentence = N_("Medicine is prescribed when the consultation has ended")
