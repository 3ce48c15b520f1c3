"""The router of every room: its views take who acts by name, as ``by``."""

from __future__ import annotations

from pilar.people.signin import standing_of
from pilar.platform import api


class Routes(api.Routes):
    """A router whose views may take ``by``, whom the request acts for, beside ``now`` and ``request``."""

    supplied = {**api.Routes.supplied, "by": standing_of}
