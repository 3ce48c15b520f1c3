"""Documents that are kept: how long somebody waits for one that is being made, how many anybody fetches."""

from __future__ import annotations

from datetime import timedelta

from pilar.platform.errors import RetryLater
from pilar.platform.language import N_

FOLDER = "documents"
"""Where they lie in the store."""
AT_ONCE = 2
"""As many are made at the same time on the whole site (assumption: the cores of a small server)."""
WAIT_MILLISECONDS = 1_000
"""How long a request waits for its turn (assumption): it holds a thread of the server."""
AGAIN = 3
"""Seconds after which it is worth asking again (assumption)."""
USED_EVERY = timedelta(hours=1)
"""How exactly it is known when a document was last asked for: not every reader is a change of the database."""


class BeingMade(RetryLater):
    """Others are having documents made at this moment."""

    code = "document-being-made"
    status = 503
    sentence = N_("The document is being made at this moment. Try again in a few seconds")
