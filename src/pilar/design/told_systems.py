"""Before another system is told no longer of what happens here: the same question in every room that tells one."""

from __future__ import annotations

from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pilar.design.final_acts import Check, Done


class Told(Protocol):
    """A system that is told, and how many messages wait for it."""

    @property
    def title(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def ended(self) -> bool: ...
    @property
    def waiting(self) -> int: ...


def ending(row: Told, trail: tuple[tuple[str, str], ...]) -> Check | Done:
    """Return the check before the end, with the messages that are lost; ``trail``: the pages above, the last that of
    the system."""
    if row.ended:
        return Done(_("The system is told no longer"), trail[-1][1])
    waits = ngettext(
        "%(count)s message that waits is given up: the system never gets it",
        "%(count)s messages that wait are given up: the system never gets them",
        row.waiting,
    ) % {"count": row.waiting}
    return Check(
        title=_("Check before you tell the system no longer"),
        act=_("Tell it no longer"),
        about=f"{row.title}, {row.address}",
        trail=trail,
        will=(
            _("From now on the system is told nothing more"),
            *((waits,) if row.waiting else ()),
            _("To notify it again, enter it again; it then has another secret, which its operator must set up"),
        ),
        counts=((_("Messages that wait"), str(row.waiting)),),
    )
