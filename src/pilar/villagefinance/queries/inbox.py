"""What happens if nobody acts on what village finance tells; whose turn it is, is told by notices alone."""

from __future__ import annotations

from pilar.people.queries.inbox import InboxRoom
from pilar.platform.language import mark

INBOX = InboxRoom(
    "villagefinance",
    mark("Village finance"),
    otherwise={
        "villagefinance.budget-submitted": mark("Without an evaluation by then, the budget may be enacted as it is."),
        "villagefinance.flag": mark("Then the inspectorate sees it, too."),
    },
)
