"""Contents of an objection: request, advice, decision, answer. Pure."""

from __future__ import annotations

from enum import StrEnum

from pilar import index
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.language import N_

MAX_PIECES = 20


class Wish(StrEnum):
    """The request of a region: another mark, or that the indicator is left out because it does not apply to it."""

    MARK = "mark"
    NOT_APPLICABLE = "not_applicable"


class Stance(StrEnum):
    """The advice of an assessor of the panel."""

    GRANT = "grant"
    REFUSE = "refuse"


class Response(StrEnum):
    """The response of a region to the decision, which it does not change."""

    ACCEPTED = "accepted"
    CONTESTED = "contested"


WISH_NAMES = {
    Wish.MARK: N_("Another mark"),
    Wish.NOT_APPLICABLE: N_("Left out: it does not apply to the region"),
}
STANCE_NAMES = {
    Stance.GRANT: N_("Accept the objection"),
    Stance.REFUSE: N_("Refuse the objection"),
}
RESPONSE_NAMES = {
    Response.ACCEPTED: N_("The region accepts the decision"),
    Response.CONTESTED: N_("The region does not agree with the decision"),
}


class ObjectionUndecidedYet(PilarError):
    code = "objection-undecided-yet"
    status = 409
    sentence = N_("This objection is not decided yet: answer the decision when it is there")


class DecisionAnswered(PilarError):
    code = "decision-answered"
    status = 409
    sentence = N_("Your region has answered this decision already")


class AdvisesOwn(PilarError):
    """The author of an objection may not advise on it."""

    code = "advises-own"
    status = 403
    sentence = N_("You made this objection: somebody else of the panel advises on it")


def checked_wish(node: index.Node, wish: Wish, *, applies: bool) -> Wish:
    """Return what may be asked for: an indicator that applies can be left out where the instrument allows it, one
    that is left out can get a mark. Raises Faults at ``wish``."""
    if wish is Wish.NOT_APPLICABLE:
        if not applies:
            sentence = N_("This indicator is left out already: ask for a mark, or do not object")
            raise Faults([Fault("left-out-already", sentence, {}, "wish")])
        require_may_be_left_out(node, "wish")
    return wish


def require_may_be_left_out(node: index.Node, place: str) -> None:
    """Raise Faults at ``place`` unless the instrument lets this indicator be “not applicable”."""
    if not node.not_applicable:
        sentence = N_("The instrument does not let this indicator be “not applicable”")
        raise Faults([Fault("must-apply", sentence, {}, place)])
