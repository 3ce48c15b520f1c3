"""What changes the books of villages, and what they are asked to pay."""

from pilar.villagefinance.operations.accounts import (
    ChangeElsewhere,
    NewNumber,
    NewSupplier,
    OwnChange,
    TooEarly,
    ask_account,
    confirm_account,
    open_cash_box,
    save_supplier,
)
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
from pilar.villagefinance.operations.paying import account_for, pay_request, remit_tax, settle_advance, take_back
from pilar.villagefinance.operations.posting import Document, Posted, reverse
from pilar.villagefinance.operations.receiving import Received, move_cash, receive
from pilar.villagefinance.operations.requesting import (
    NewBill,
    NewProof,
    NewRequest,
    move_request,
    write_request,
)
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
    "ChangeElsewhere",
    "Document",
    "NewBill",
    "NewNumber",
    "NewProof",
    "NewRequest",
    "NewSupplier",
    "NotOver",
    "NothingNew",
    "NothingToCarry",
    "OtherAccount",
    "OwnChange",
    "Posted",
    "Received",
    "TooEarly",
    "accept_matches",
    "account_for",
    "ask_account",
    "ask_reopening",
    "begin_region",
    "choose_columns",
    "close_month",
    "close_year",
    "confirm_account",
    "keep_statement",
    "make_years",
    "move_cash",
    "move_request",
    "open_cash_box",
    "open_year",
    "pay_request",
    "receive",
    "release_match",
    "remit_tax",
    "reopen_month",
    "reverse",
    "save_supplier",
    "seal_books",
    "settle_advance",
    "take_back",
    "write_request",
]
