"""Reasons why a sound file could not be stored."""

from __future__ import annotations

from pilar.platform.errors import RetryLater
from pilar.platform.language import N_


class NotKept(RetryLater):
    """The disk or the store did not take a file; nothing of it is left."""


class StoreFull(NotKept):
    """There is no room on the disk."""

    code = "store-full"
    status = 507
    sentence = N_(
        "The disk of this site for files is full, so the file was not kept. Tell the operator of the site, and send "
        "the file again once there is room"
    )


class StoreClosed(NotKept):
    """The disk may not be written to, or the store does not answer."""

    code = "store-closed"
    status = 503
    sentence = N_(
        "Files cannot be kept at this moment, so the file was not kept. Send it again in %(minutes)s minutes; if that "
        "does not help, tell the operator of the site"
    )
