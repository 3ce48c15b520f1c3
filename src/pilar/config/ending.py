"""Exit of a command: an expected error is a sentence and exit status 2, Ctrl-C is 130, a bug is its traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib.util import find_spec

from pilar.platform.errors import PilarError
from pilar.platform.language import N_

EXPECTED_ERROR = 2
INTERRUPTED = 130


class NotInstalled(PilarError):
    """The command needs a package that the index alone does without."""

    code = "not-installed"
    sentence = N_(
        "This command needs the package %(package)s, which is not installed: the index was installed alone. Install "
        "the rest with pip install '.[site]' in the folder of Pilar, or call ./pilar there."
    )


def not_there(*packages: str) -> tuple[str, ...]:
    """Return which of the packages cannot be loaded."""
    return tuple(package for package in packages if find_spec(package) is None)


def status_of(run: Callable[[], int | None]) -> int:
    """The exit status of a command that is run here; what nobody expected is raised."""
    try:
        return int(run() or 0)
    except PilarError as error:
        sys.stderr.write(error.text() + "\n")
        return EXPECTED_ERROR
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output (head, less) is gone: nothing to tell and nobody to tell it to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package in ("", "pilar") or not not_there(package):
            raise
        sys.stderr.write(NotInstalled(package=package).text() + "\n")
        return EXPECTED_ERROR
    except Exception as error:
        if "psycopg" not in sys.modules or not _database_is_away(error):
            raise
        from pilar.config.database import DatabaseUnreachable

        sys.stderr.write(DatabaseUnreachable(said=str(error).strip().splitlines()[0]).text() + "\n")
        return EXPECTED_ERROR


def _database_is_away(error: Exception) -> bool:
    """Loaded only by commands that need a database."""
    from pilar.platform.outage import database_is_away

    return database_is_away(error)
