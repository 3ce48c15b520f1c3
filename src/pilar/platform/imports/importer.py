"""Base class of imports; a class is known by its kind wherever its room's ``imports.py`` is loaded."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Self

from pilar.platform.actors import Actor
from pilar.platform.errors import Fault
from pilar.platform.imports.columns import Column
from pilar.platform.imports.rows import Reading, Row, headings_of, read_rows
from pilar.platform.imports.verdicts import CHANGED, NEW, REFUSED, UNCHANGED, Outcome, Value, Verdict
from pilar.platform.language import N_
from pilar.platform.tables import Table, inspect_content, inspect_sheets
from pilar.platform.tables.table import MAX_CELL

_known: dict[str, type[Importer]] = {}


class Importer(ABC):
    """One import of one person into one ``subject`` of a room: a region, a survey.

    ``kind``: stored with each file, and never changes. ``most_rows`` of a sheet. ``shared``: a file belongs to its
    subject rather than to the person who sent it, one at a time; ``lasting``: what became of it stays. ``by_worker``: a
    workbook, which the worker reads, whatever its size; ``at_once``: rows that are looked at and stored while the
    reader waits, where a row costs more than elsewhere; the worker takes more. ``recorded``: the name under which the
    audit log keeps who sent, confirmed, stored or dropped a file; empty where it keeps only what the room stores.
    """

    kind: ClassVar[str]
    most_rows: ClassVar[int] = 20_000
    longest_cell: ClassVar[int] = MAX_CELL
    outcomes: ClassVar[tuple[Outcome, ...]] = (NEW, CHANGED, UNCHANGED, REFUSED)
    shared: ClassVar[bool] = False
    lasting: ClassVar[bool] = False
    by_worker: ClassVar[bool] = False
    at_once: ClassVar[int | None] = None
    recorded: ClassVar[str] = ""
    no_file: ClassVar[Fault] = Fault("not-workbook", N_("This is not an Excel workbook (.xlsx)."))
    """Why a file is refused that the worker would not know how to open."""

    subject: str
    owner: int
    """The account of anyone who sends it."""
    actor: Actor
    now: datetime
    file: str = ""
    """The name of the file that is stored."""
    file_hash: str = ""
    """The SHA-256 of its content."""

    progress: Callable[[int], None] = staticmethod(lambda _rows: None)
    """Told how many rows are looked at, by a :meth:`judge` that takes long."""

    def __init_subclass__(cls, **named: Any) -> None:
        super().__init_subclass__(**named)
        if "kind" in vars(cls):
            _known[cls.kind] = cls

    @classmethod
    @abstractmethod
    def of(cls, owner: int, subject: str, now: datetime) -> Self:
        """The same for the worker, with what its owner may do now."""

    def columns(self) -> Sequence[Column]:
        """The columns of a file with one table."""
        raise NotImplementedError

    def sheets(self) -> Mapping[str, Sequence[Column]]:
        """The columns of each sheet of a workbook, by its name; a file with one table has one without a name."""
        return {"": self.columns()}

    def inspect(self, name: str, content: bytes, chosen: Mapping[str, str]) -> list[Table]:
        """The tables of a file that was sent, which are kept until it is stored; ``chosen``: see ``columns.placed``.

        Raises Faults. An import of another kind of file has its own way, and its own :meth:`reading`.
        """
        sheets = self.sheets()
        limits: dict[str, Any] = {"most_rows": self.most_rows, "longest_cell": self.longest_cell}
        limits["headings"] = headings_of(sheets, chosen)
        if "" in sheets:
            return [inspect_content(name, content, **limits)]
        return list(inspect_sheets(name, content, **limits).values())

    def reading(self, tables: Sequence[Table], chosen: Mapping[str, str]) -> Reading:
        """Return what the tables that :meth:`inspect` has found say."""
        sheets = self.sheets()
        return read_rows({"": tables[0]} if "" in sheets else {table.name: table for table in tables}, sheets, chosen)

    @abstractmethod
    def judge(self, rows: Sequence[Row]) -> Sequence[Verdict]:
        """Return what becomes of rows; nothing is stored. Raises Faults for what is wrong with the file as a whole."""

    @property
    def area(self) -> str:
        """The code of the area that the records in the audit log are about."""
        return ""

    def shown(self, verdict: Verdict) -> tuple[Value, ...]:
        """The values of a row that the preview has room for; who makes them here names in ``seen`` what they say."""
        return verdict.values

    def hold(self) -> None:  # noqa: B027 - most have nothing to keep
        """Keep what rows are judged against as it is until the transaction ends, before they are judged and stored."""

    @abstractmethod
    def store(self, verdicts: Sequence[Verdict]) -> None:
        """Store what verdicts say, in the open transaction. Raises Faults where something has changed since."""


def importer_of(kind: str) -> type[Importer]:
    """The import of a kind; raises KeyError for one that is not known."""
    return _known[kind]


def known_kinds() -> list[str]:
    """The kinds of all imports that are loaded."""
    return [kind for kind in _known if not kind.startswith("tests.")]
