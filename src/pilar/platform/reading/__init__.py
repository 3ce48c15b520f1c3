"""Read numbers, money and days as written in Indonesia, exactly, or refuse with a way to write them.

Numbers (``1.250.000,5``), percentages (``60 %``), rupiah (``Rp. 1.250.000,-``, ``1,5 miliar``), days, months and
quarters (``TW I 2024``), lists (``APBD/CSR``), yes and no. Pure. A room says what a value means to it; how it is
written stands here, and what the pages print is read back. docs/writing.md lists what is understood.
"""

from pilar.platform.reading.numbers import (
    Notation,
    column_notation,
    in_unit,
    is_percent,
    read_figure,
    read_number,
    read_percentage,
    typed_notation,
    typed_text,
)
from pilar.platform.reading.periods import SPAN_EXAMPLES, Moment, Span, read_day, read_moment, read_span
from pilar.platform.reading.rupiah import read_amounts, read_rupiah, rupiah_text
from pilar.platform.reading.words import Words, is_none, is_phone, read_yes, several
