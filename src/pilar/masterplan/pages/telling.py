"""Expected errors of operations, shown on the form from which they came."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pilar.evidence.forms import FaultsForm
from pilar.masterplan.forms.rows import Rows
from pilar.people.rules import NotAllowed, NotFound
from pilar.platform.errors import Faults, PilarError
from pilar.platform.language import translate
from pilar.platform.versions import Outdated


@contextmanager
def shown_on(form: FaultsForm, *rows: Rows[Any]) -> Iterator[None]:
    """Show an expected error on the form, each fault at its field or row; what closes the page passes."""
    with told(*rows) as left:
        yield
    for sentence, place in left:
        form.add_error(place if place in form.fields else None, sentence)


@contextmanager
def told(*rows: Rows[Any]) -> Iterator[list[tuple[str, str]]]:
    """Show an expected error at its row; gives the rest as sentence and place, once the block is left."""
    left: list[tuple[str, str]] = []
    try:
        yield left
    except (NotAllowed, NotFound, Outdated):
        raise
    except Faults as error:
        for fault in error.faults:
            if not any(one.tell(fault) for one in rows):
                left.append((translate(fault.sentence, **fault.fields), fault.place))
    except PilarError as error:
        left.append((error.text(), ""))
