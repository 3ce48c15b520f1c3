"""What reading one file may cost. A file is refused in the middle as soon as it has cost more."""

from __future__ import annotations

from dataclasses import dataclass

from pilar.platform.errors import Fault, Faults
from pilar.platform.language import mark

MEGABYTE = 2**20


@dataclass(slots=True)
class Budget:
    """What is left for the file ``name``: bytes that are unpacked, XML elements, characters of text, cells.

    Cells are those of the rectangle under the header: a short row under a wide header costs its blanks too.
    """

    name: str
    cells: int
    elements: int = 0
    unpacked: int = 100 * MEGABYTE
    text: int = 20_000_000

    def __post_init__(self) -> None:
        # A number has two elements, a text of its own three; four leave room for blank cells that have a format.
        self.elements = self.elements or 4 * self.cells

    def unpack(self, size: int) -> None:
        """Raise Faults if more is unpacked than is left."""
        self.unpacked -= size
        if self.unpacked < 0:
            raise self.refused("workbook-too-large", mark("Unpacked, the workbook is too large."))

    def write(self, size: int) -> None:
        """As :meth:`unpack`, for characters of text."""
        self.text -= size
        if self.text < 0:
            raise self.refused("workbook-too-large", mark("The sheet holds too much text."))

    def fill(self, cells: int) -> None:
        """As :meth:`unpack`, for cells."""
        self.cells -= cells
        if self.cells < 0:
            raise self.refused("too-many-cells", mark("The table has too many cells. Send it in several parts."))

    def too_costly(self) -> Faults:
        """The refusal of a file that is built like no table."""
        sentence = mark(
            "Reading this file takes too much time or memory. Copy the table alone into a new file, as values, "
            "or save it as CSV UTF-8."
        )
        return self.refused("too-costly", sentence)

    def refused(self, code: str, sentence: str) -> Faults:
        """The whole file refused with one sentence."""
        return Faults([Fault(code, sentence, place=self.name)])
