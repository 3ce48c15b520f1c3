"""Consequence of each village finance task left undone; whose turn it is, notices alone tell."""

from __future__ import annotations

from pilar.people.queries.inbox import InboxRoom
from pilar.platform.language import N_

INBOX = InboxRoom(
    "villagefinance",
    N_("Village finance"),
    otherwise={
        "villagefinance.budget-submitted": N_("Without an evaluation by then, the budget may be enacted as it is."),
        "villagefinance.flag": N_("Then the inspectorate sees it, too."),
    },
)
