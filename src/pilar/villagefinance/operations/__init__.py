"""Operations on the books of villages and on their payment requests."""

from pilar.villagefinance.operations.accounts import (
    ChangeElsewhere,
    NewNumber,
    NewSupplier,
    OwnChange,
    TooEarly,
    ask_account,
    confirm_account,
    drop_account,
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
from pilar.villagefinance.operations.correcting import correct_report, correct_step, correct_verdict
from pilar.villagefinance.operations.deciding import (
    agree_budget,
    approve_execution,
    check_execution,
    deem_budgets,
    drop_budget,
    enact_budget,
    evaluate_budget,
    retract_evaluation,
    return_execution,
    submit_budget,
    take_back_budget,
    tell_council,
)
from pilar.villagefinance.operations.drafting import (
    ChangeUnderWay,
    Given,
    NothingToChange,
    begin_budget,
    begin_change,
    set_cash_plan,
    set_lines,
    set_posts,
    take_over,
)
from pilar.villagefinance.operations.flags import answer_flag, draw_sample, judge_flag, raise_flags, watch_books
from pilar.villagefinance.operations.granting import Granted, Standard, set_ceilings, set_prices
from pilar.villagefinance.operations.measuring import define_measures, report_measures
from pilar.villagefinance.operations.naming import name_executors
from pilar.villagefinance.operations.paying import account_for, pay_request, remit_tax, settle_advance, take_back
from pilar.villagefinance.operations.planning import AccountAgreed, Planned, Programme, set_plan, set_programmes
from pilar.villagefinance.operations.posting import Document, Posted
from pilar.villagefinance.operations.public import (
    answer_question,
    ask_question,
    decide_question,
    forget_questions,
    renew_questions,
    show_photo,
)
from pilar.villagefinance.operations.receiving import Received, move_cash, receive
from pilar.villagefinance.operations.renumbering import ask_ntpn, confirm_ntpn, drop_ntpn
from pilar.villagefinance.operations.reporting import record_report
from pilar.villagefinance.operations.requesting import (
    NewBill,
    NewProof,
    NewRequest,
    NotTheirs,
    cancel_request,
    move_request,
    write_request,
)
from pilar.villagefinance.operations.reversing import TaxRemitted, reverse
from pilar.villagefinance.operations.sealing import make_years, recount_books, seal_books
from pilar.villagefinance.operations.statements import (
    NothingNew,
    OtherAccount,
    accept_matches,
    choose_columns,
    keep_statement,
    release_match,
)
