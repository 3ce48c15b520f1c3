"""The folder that holds everything a run makes: database, secret of the demo, collected static files."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]


def state_folder() -> Path:
    """``PILAR_STATE`` if set, otherwise ``.pilar`` in the checkout, or in the home of anyone who installed Pilar
    without one.

    Created on first use, for its owner only.
    """
    home = CHECKOUT if (CHECKOUT / "pyproject.toml").is_file() else Path.home()
    folder = Path(os.environ.get("PILAR_STATE") or home / ".pilar")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def kept_secret(path: Path) -> str:
    """A random secret, made once and kept in a file that only its owner reads."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if not path.exists():
        # Linked only when whole, and only by the first of two processes that begin together.
        with tempfile.NamedTemporaryFile("w", dir=path.parent, encoding="utf-8") as making:
            making.write(secrets.token_urlsafe(48))
            making.flush()
            with suppress(FileExistsError):
                os.link(making.name, path)
    return path.read_text(encoding="utf-8")
