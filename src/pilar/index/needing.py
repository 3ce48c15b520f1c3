"""Optional packages besides NumPy, and the sentence where one is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

MISSING = "This needs SciPy, which is not installed: pip install '.[scipy]' in the folder of Pilar"


@contextmanager
def scipy_needed() -> Iterator[None]:
    """Return how to install SciPy where an import inside finds none, by a ``ModuleNotFoundError``."""
    try:
        yield
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] != "scipy":
            raise
        raise ModuleNotFoundError(MISSING, name="scipy") from None
