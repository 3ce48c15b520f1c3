"""The folder that holds everything a run makes: database, secret of the demo, collected static files."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]


def state_folder() -> Path:
    """``PILAR_STATE`` if set, otherwise ``.pilar`` in the checkout. Created on first use, for its owner only."""
    folder = Path(os.environ.get("PILAR_STATE") or CHECKOUT / ".pilar")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def kept_secret(path: Path) -> str:
    """A random secret, made once and kept in a file that only its owner reads."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="utf-8")
    secret = secrets.token_urlsafe(48)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(secret)
    return secret
