"""Reference data into the area tables; says what changed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from pilar.areas import operations, reference
from pilar.areas.operations import LevelChanges
from pilar.platform import reference_data
from pilar.platform.actors import Authority
from pilar.platform.language import N_, translate

LEVELS = {
    "province": N_("provinces"),
    "region": N_("regencies and cities"),
    "district": N_("districts"),
    "village": N_("villages and urban wards"),
}
CHANGES = {
    "added": N_("added"),
    "renamed": N_("renamed"),
    "returned": N_("back again"),
    "ended": N_("ended"),
}


def load(*, by: Authority, say: Callable[[str], None] | None = None) -> tuple[LevelChanges, ...]:
    """Load all areas unless this version already stands in the tables; prints a line a change, or gives it to ``say``.

    Returns the changes by level, nothing when unchanged.
    """
    if reference_data.is_loaded(operations.loading.NAME, reference.VERSION):
        return ()
    changes = operations.load_areas(by=by, entries=reference.areas(), version=reference.VERSION)
    for line in lines(changes):
        (say or _print)(line)
    return changes


def lines(changes: tuple[LevelChanges, ...]) -> Iterator[str]:
    """The changes as lines in the reader's language; a level that is new as a whole is told by its number only."""
    for level in changes:
        counts = {"added": level.added, "renamed": level.renamed, "returned": level.returned, "ended": level.ended}
        said = [f"{number} {translate(CHANGES[change])}" for change, number in counts.items() if number]
        if said:
            yield f"{translate(LEVELS[level.level])}: {', '.join(said)}"
        if level.added < level.total:
            yield from (f"  {translate(CHANGES[change])}: {text}" for change, text in level.examples)


def _print(line: str) -> None:
    sys.stdout.write(f"  {line}\n")
