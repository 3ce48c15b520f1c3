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
from pilar.villagefinance.operations.statements import (
    NothingNew,
    OtherAccount,
    accept_matches,
    choose_columns,
    keep_statement,
    release_match,
)

__all__ = [
    "Document",
    "NotOver",
    "NothingNew",
    "NothingToCarry",
    "OtherAccount",
    "Posted",
    "accept_matches",
    "ask_reopening",
    "begin_region",
    "choose_columns",
    "close_month",
    "close_year",
    "keep_statement",
    "make_years",
    "open_year",
    "release_match",
    "reopen_month",
    "reverse",
    "seal_books",
]
