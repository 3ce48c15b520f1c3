"""Instruments, groups and published statements from the data folder into the tables; says what changed."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db import transaction

from pilar.evaluation import operations, reference
from pilar.platform import locks, reference_data
from pilar.platform.actors import Authority
from pilar.platform.language import N_, translate

NAME = "evaluation"
SAID = {"added": N_("added"), "changed": N_("changed"), "withdrawn": N_("withdrawn")}
KINDS = {
    "instrument": N_("instruments"),
    "year": N_("years and their instruments"),
    "group": N_("groups"),
    "statement": N_("published statements"),
}
LISTED = 10
KEPT = N_(
    "Attention: instrument %(instrument)s version %(version)s was released here by page, and the file that comes with "
    "Pilar says something else. The released one stays; the file is not loaded. To use the file, send it by page with "
    "another version"
)


@dataclass
class Changes:
    """The result of a load: the things added, changed and withdrawn, by kind; empty if nothing."""

    made: list[tuple[str, str, str]] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)
    """Code and version of instruments that were released here by page and stay, though a file says something else."""

    def note(self, kind: str, outcome: str, name: str) -> None:
        """Keep one outcome; ``unchanged`` and ``kept`` are none."""
        if outcome not in ("unchanged", "kept"):
            self.made.append((kind, outcome, name))

    def count(self, kind: str, outcome: str) -> int:
        """Count how many things of a kind were added, changed or withdrawn."""
        return sum(1 for made in self.made if made[:2] == (kind, outcome))

    def lines(self) -> Iterator[str]:
        """The changes as lines in the reader's language; a kind that is new as a whole is told by its number only."""
        for code, version in self.kept:
            yield translate(KEPT, instrument=code, version=version)
        for kind, title in KINDS.items():
            counts = {outcome: self.count(kind, outcome) for outcome in SAID}
            said = [f"{number} {translate(SAID[outcome])}" for outcome, number in counts.items() if number]
            if not said:
                continue
            yield f"{translate(title)}: {', '.join(said)}"
            if len(said) > 1 or not counts["added"]:
                named = [
                    f"  {translate(SAID[outcome])}: {name}"
                    for made_kind, outcome, name in self.made
                    if made_kind == kind
                ]
                yield from named[:LISTED]


def load(*, by: Authority, say: Callable[[str], None] | None = None) -> Changes:
    """Bring the tables in line with the data folder unless they are; prints what changed, or gives it to ``say``.

    All or nothing. Raises Faults if a file is not in order, InstrumentChanged if a loaded version has other content.
    """
    changes = Changes()
    version = fingerprint()
    if reference_data.is_loaded(NAME, version):
        return changes
    with transaction.atomic():
        locks.take("evaluation.load")
        years = _instruments(by, changes)
        groups, rows = reference.groups(), reference.published_results()
        for group in groups:
            changes.note("group", operations.record_group(by=by, group=group), f"{group.year} {group.code}")
        for row in rows:
            outcome = operations.record_statement(by=by, row=row)
            changes.note("statement", outcome, f"{row.region_code} {row.region} {row.year} {row.phase}".strip())
        withdrawn = operations.withdraw_others(
            by=by,
            years=years,
            groups={(group.code, group.year) for group in groups},
            statements={(row.region_code, row.year, row.phase, row.source_url) for row in rows},
        )
        for kind, name in withdrawn:
            changes.note(kind, "withdrawn", name)
        reference_data.mark_loaded(NAME, version, rows=len(rows))
    for line in changes.lines():
        (say or _print)(line)
    return changes


def fingerprint() -> str:
    """Hash of every file that this loader reads."""
    folder = reference.data_folder()
    content = hashlib.sha256()
    for path in sorted([*folder.glob("instruments/*.yaml"), *folder.glob("published/*.csv")]):
        content.update(f"{path.name}\0{path.stat().st_size}\0".encode())
        content.update(path.read_bytes())
    return content.hexdigest()


def _instruments(by: Authority, changes: Changes) -> set[int]:
    """Load every instrument; returns the years that have one."""
    known = reference.instruments()
    scoring = reference.scoring(known)
    for instrument in known:
        name = f"{instrument.code} {instrument.version}"
        document = (reference.data_folder() / "instruments" / f"{instrument.code}.yaml").read_text(encoding="utf-8")
        outcome = operations.add_instrument(by=by, instrument=instrument, document=document)
        if outcome == "kept":
            changes.kept.append((instrument.code, instrument.version))
        changes.note("instrument", outcome, name)
        if instrument.year is not None:
            chosen = operations.choose_instrument(by=by, year=instrument.year, instrument=instrument)
            changes.note("year", chosen, f"{instrument.year}: {name}")
    return set(scoring)


def _print(line: str) -> None:
    sys.stdout.write(f"  {line}\n")
