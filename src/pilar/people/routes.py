"""The API router of every room: its views can take the acting user as ``by``."""

from __future__ import annotations

from pilar.people.signin import standing_of
from pilar.platform import api


class Routes(api.Routes):
    """A router whose views may take ``by``, the user the request acts for, in addition to ``now`` and
    ``request``."""

    supplied = {**api.Routes.supplied, "by": standing_of}
