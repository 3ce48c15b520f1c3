"""Budget of reading one file. A file is refused in the middle as soon as it exceeds it."""

from __future__ import annotations

from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_

MEGABYTE = 2**20
UNPACKED = 5 * MEGABYTE, 100 * MEGABYTE
TIMES_UNPACKED = 100
"""A file may unpack to the first, or to so many times its own size, and never to more than the second. Sheets of real
tables are 5 to 50 times smaller when packed."""
ELEMENTS = 500_000
EARNED = 4
"""XML elements for nothing (blank cells that have a format, say), and those that a filled cell or a text earns."""
TEXT = 20_000_000


class Budget:
    """The rest of a file's allowance: unpacked bytes, XML elements, characters of text, cells.

    Cells are those of the rectangle under the header: a short row under a wide header costs its blanks too.
    """

    def __init__(self, name: str, *, size: int, cells: int) -> None:
        self.name, self.cells = name, cells
        least, most = UNPACKED
        self._unpacked = min(max(least, TIMES_UNPACKED * size), most)
        self._elements, self._text = ELEMENTS, TEXT
        # Each cell may have a text of its own.
        self._earning = 2 * cells

    def meet(self, *_: object) -> None:
        """Count an element. Raises Faults if there were too many, as all of these do."""
        self._elements -= 1
        if self._elements < 0:
            raise self.too_costly()

    def earn(self) -> None:
        """Something was found that a table is made of."""
        self._elements += EARNED
        self._earning -= 1
        if self._earning < 0:
            raise self.too_costly()

    def unpack(self, size: int) -> None:
        """Count unpacked bytes."""
        self._unpacked -= size
        if self._unpacked < 0:
            raise self.refused("workbook-too-large", N_("Unpacked, the workbook is too large."))

    def write(self, size: int) -> None:
        """Count characters of text."""
        self._text -= size
        if self._text < 0:
            raise self.refused("workbook-too-large", N_("The sheet holds too much text."))

    def fill(self, cells: int) -> None:
        """Count cells."""
        self.cells -= cells
        if self.cells < 0:
            raise self.refused("too-many-cells", N_("The table has too many cells. Send it in several parts."))

    def too_costly(self) -> Faults:
        """The refusal of a file that is built like no table."""
        sentence = N_(
            "Reading this file takes too much time or memory. Copy the table alone into a new file, as values, "
            "or save it as CSV UTF-8."
        )
        return self.refused("too-costly", sentence)

    def refused(self, code: str, sentence: str) -> Faults:
        """The whole file refused with one sentence."""
        return Faults([Fault(code, sentence, place=self.name)])
