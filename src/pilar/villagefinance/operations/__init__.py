"""What changes the books of villages."""

from pilar.villagefinance.operations.beginning import begin_region
from pilar.villagefinance.operations.closing import (
    NothingToCarry,
    NotOver,
    ask_reopening,
    close_month,
    close_year,
    open_year,
    reopen_month,
)
from pilar.villagefinance.operations.posting import Document, Posted, reverse
from pilar.villagefinance.operations.sealing import make_years, seal_books

__all__ = [
    "Document",
    "NotOver",
    "NothingToCarry",
    "Posted",
    "ask_reopening",
    "begin_region",
    "close_month",
    "close_year",
    "make_years",
    "open_year",
    "reopen_month",
    "reverse",
    "seal_books",
]
