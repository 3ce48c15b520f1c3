"""Every operation of village finance, and what it leaves behind (kit/acts.py)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from kit.acts import Acts, Call
from pilar.areas.models import Office
from pilar.villagefinance import operations as do
from pilar.villagefinance.models import BudgetAmount
from pilar.villagefinance.operations.drafting import spread
from pilar.villagefinance.rules.auditing import FlagState
from pilar.villagefinance.rules.budgets import BudgetKind
from pilar.villagefinance.rules.evaluation import Posts
from pilar.villagefinance.rules.reports import ReportAct
from pilar.villagefinance.rules.statements.matching import Match
from pilar.villagefinance.rules.taxes import PaymentKind
from villagefinance import corrected, ntpn, questions
from villagefinance import payments as paid
from villagefinance.bank import FEBRUARY, banked, matched, statement
from villagefinance.drafting import AT as DRAFT
from villagefinance.drafting import DAY, DRAWN, agree, check, draft, evaluate, given, plan_cash, submit
from villagefinance.drafts import POSTS, row
from villagefinance.flagged import answered, flagged, late
from villagefinance.payments import MARCH, MILLION
from villagefinance.reporting import ended, half, made, record
from villagefinance.world import ACCOUNT, ADD_IN, BOX, NOW, YEAR, World, budget

FAR = "32.01"
LATER = DRAWN + timedelta(days=60)
AT = {"year": YEAR, "number": 1}
APRIL = date(YEAR, 4, 10)


def _rich(world: World) -> None:
    paid.rich(world)
    world.held = paid.proofs(world)


def _written(world: World) -> None:
    paid.rich(world)
    paid.write(world, paid.bill(10 * MILLION, kind=PaymentKind.GOODS))


def _approved(world: World) -> None:
    paid.rich(world)
    paid.approved(world, paid.bill(10 * MILLION, kind=PaymentKind.GOODS))


def _paid(world: World) -> None:
    _approved(world)
    paid.pay(world, 1)


def _asked_advance(world: World) -> None:
    paid.rich(world)
    paid.approved(world, paid.bill(10 * MILLION), kind=paid.ADVANCE)


def _advanced(world: World) -> None:
    _asked_advance(world)
    paid.pay(world, 1)
    world.held = paid.proofs(world)


def _accounted(world: World) -> None:
    _advanced(world)
    of = {"by": world.who("executor"), "village": world.village, **AT}
    do.account_for(**of, bills=[paid.bill(10 * MILLION)], proofs=world.held, now=NOW)


def _supplied(world: World) -> None:
    do.save_supplier(by=world.who("executor"), village=world.village, given=do.NewSupplier("CV Batu"), now=NOW)


def _asked_number(world: World) -> None:
    _supplied(world)
    of = {"by": world.who("treasurer"), "village": world.village}
    do.ask_account(**of, given=do.NewNumber("BJB", "1", supplier=1), now=NOW)


def _guided(world: World) -> None:
    """An office that guides the villages, and something in the books."""
    name = "Dinas Pemberdayaan Masyarakat dan Pemerintahan Desa"
    Office.objects.create(region_id=world.region, name=name, abbreviation="DPMPD")
    world.receive()


def _closed(world: World) -> None:
    do.close_month(by=world.who("treasurer"), village=world.village, year=YEAR, month=3, now=NOW)


def _asked(world: World) -> None:
    _closed(world)
    do.ask_reopening(by=world.who("secretary"), village=world.village, year=YEAR, month=3, reason="Uji", now=NOW)


def _over(world: World) -> None:
    ended(world)
    budget(world, YEAR + 1, enacted=False)


def _unspent(world: World) -> None:
    world.receive(900)


def _carried(world: World) -> None:
    """A year was closed with a road that goes on, and the next budget is being drawn up."""
    _unspent(world)
    do.close_year(by=world.who("secretary"), village=world.village, year=YEAR, carried=["2.3.10/DDS"], now=NOW)
    budget(world, YEAR + 1, enacted=False)


def _returned(world: World) -> None:
    evaluate(world, fit=False)


def _shifting(world: World) -> None:
    do.begin_change(by=world.who("secretary"), village=world.village, year=YEAR, kind=BudgetKind.SHIFT, now=NOW)


def first_amount() -> Decimal:
    return BudgetAmount.objects.get(village=DRAFT["village"], year=DRAFT["year"], version=1, line=1).amount


def _spent(world: World) -> None:
    world.receive()
    world.pay()


CALLS: Mapping[str, Call] = {
    "begin_region": lambda _w, by: do.begin_region(by=by, region=FAR),
    "reverse": lambda w, by: do.reverse(by=by, village=w.village, year=YEAR, place=1, reason="Salah", now=NOW),
    "reverse:paid": lambda w, by: do.reverse(
        by=by, village=w.village, year=YEAR, place=paid.place_of(w), reason="Salah", now=NOW
    ),
    "close_month": lambda w, by: do.close_month(by=by, village=w.village, year=YEAR, month=3, now=NOW),
    "ask_reopening": lambda w, by: do.ask_reopening(
        by=by, village=w.village, year=YEAR, month=3, reason="Uji", now=NOW
    ),
    "reopen_month": lambda w, by: do.reopen_month(by=by, village=w.village, year=YEAR, month=3, now=NOW),
    "close_year": lambda w, by: do.close_year(by=by, village=w.village, year=YEAR, now=NOW),
    "open_year": lambda w, by: do.open_year(by=by, village=w.village, year=YEAR + 1, now=NOW),
    "close_year:carried": lambda w, by: do.close_year(
        by=by, village=w.village, year=YEAR, carried=["2.3.10/DDS"], now=NOW
    ),
    "take_over": lambda w, by: do.take_over(by=by, village=w.village, year=YEAR + 1, number=1),
    "choose_columns": lambda w, by: do.choose_columns(
        by=by, village=w.village, bank_account=ACCOUNT, columns={"Hari": "date"}
    ),
    "keep_statement": lambda w, by: do.keep_statement(
        by=by, village=w.village, bank_account=ACCOUNT, statement=statement(0, FEBRUARY), name="maret.csv",
        content=b"isi", now=NOW,
    ),
    "accept_matches": lambda w, by: do.accept_matches(
        by=by, village=w.village, bank_account=ACCOUNT, matches=[Match((1,), (10_001,), 1, ())], now=NOW
    ),
    "release_match": lambda w, by: do.release_match(by=by, village=w.village, bank_account=ACCOUNT, match=1),
    "write_request": lambda w, by: do.write_request(
        by=by, village=w.village, year=YEAR, proofs=w.held, now=NOW,
        given=do.NewRequest(paid.DIRECT, MARCH, "Batu", (paid.bill(MILLION),)),
    ),
    "write_request:again": lambda w, by: do.write_request(
        by=by, village=w.village, **AT, now=NOW,
        given=do.NewRequest(paid.DIRECT, MARCH, "Batu", (paid.bill(MILLION),)),
    ),
    "move_request": lambda w, by: do.move_request(by=by, village=w.village, **AT, to=paid.SUBMITTED, now=NOW),
    "cancel_request": lambda w, by: do.cancel_request(by=by, village=w.village, **AT, reason="Toko tutup", now=NOW),
    "pay_request": lambda w, by: do.pay_request(
        by=by, village=w.village, **AT, bank_account=ACCOUNT, day=APRIL, now=NOW
    ),
    "pay_request:advance": lambda w, by: do.pay_request(
        by=by, village=w.village, **AT, bank_account=ACCOUNT, day=APRIL, now=NOW
    ),
    "account_for": lambda w, by: do.account_for(
        by=by, village=w.village, **AT, bills=[paid.bill(MILLION)], proofs=w.held, now=NOW
    ),
    "take_back": lambda w, by: do.take_back(
        by=by, village=w.village, **AT, amount=6 * MILLION, bank_account=ACCOUNT, day=APRIL, now=NOW
    ),
    "settle_advance": lambda w, by: do.settle_advance(by=by, village=w.village, **AT, day=APRIL, now=NOW),
    "remit_tax": lambda w, by: do.remit_tax(
        by=by, village=w.village, tax="pph22", withheld=[(YEAR, 1, 1)], bank_account=ACCOUNT, day=APRIL,
        ntpn="0123456789ABCDEF", now=NOW,
    ),
    "ask_ntpn": ntpn.ask,
    "confirm_ntpn": ntpn.confirm,
    "receive": lambda w, by: do.receive(
        by=by, village=w.village, year=YEAR, given=do.Received(ADD_IN, 400 * paid.ONE, ACCOUNT, MARCH, "Uji"), now=NOW
    ),
    "move_cash": lambda w, by: do.move_cash(
        by=by, village=w.village, source=ACCOUNT, target=BOX, fund="DDS", amount=300 * paid.ONE, day=MARCH, now=NOW
    ),
    "save_supplier": lambda w, by: do.save_supplier(
        by=by, village=w.village, given=do.NewSupplier("CV Batu"), now=NOW
    ),
    "open_cash_box": lambda w, by: do.open_cash_box(by=by, village=w.village, name="Kas kecil", now=NOW),
    "ask_account": lambda w, by: do.ask_account(
        by=by, village=w.village, given=do.NewNumber("BJB", "1", supplier=1), now=NOW
    ),
    "confirm_account": lambda w, by: do.confirm_account(by=by, village=w.village, no=1, now=NOW + timedelta(2)),
    "drop_account": lambda w, by: do.drop_account(by=by, village=w.village, no=1, now=NOW),
    "begin_budget": lambda w, by: do.begin_budget(by=by, village=w.village, year=YEAR + 1, posts=POSTS),
    "begin_change": lambda w, by: do.begin_change(
        by=by, village=w.village, year=YEAR, kind=BudgetKind.SHIFT, now=NOW
    ),
    "set_posts": lambda _w, by: do.set_posts(by=by, **DRAFT, posts=Posts(1, 1, 4)),
    "set_lines": lambda _w, by: do.set_lines(
        by=by, **DRAFT, activities={"2.3.10"}, given=given([row("2.3.10 5.3.5.03 DDS 5")])
    ),
    "set_cash_plan": lambda _w, by: do.set_cash_plan(by=by, **DRAFT, months={1: spread(first_amount())}),
    "record_report": lambda w, by: record(w, by, ReportAct.SENT, paper="Surat 7", day=APRIL),
    "record_report:made": lambda w, by: record(w, by, ReportAct.MADE),
    "record_report:agreed": lambda w, by: record(w, by, ReportAct.AGREED, paper="Perdes 2", day=APRIL),
    "set_ceilings": lambda w, by: do.set_ceilings(
        by=by, region=w.region, year=YEAR + 1, given=[do.Granted(w.village, "DDS", Decimal(5), "Perbup 1", DAY)]
    ),
    "set_prices": lambda w, by: do.set_prices(
        by=by, region=w.region, given=[do.Standard("Semen", "zak", Decimal(70_000), "Perbup 3", DAY)]
    ),
    "name_executors": lambda w, by: do.name_executors(
        by=by, village=w.village, year=YEAR, given={"2.3.10": None}, now=NOW
    ),
    "set_plan": lambda w, by: do.set_plan(
        by=by, village=w.village, year=YEAR + 1, given=[do.Planned("2.3.10", "Jalan", Decimal(5))]
    ),
    "set_programmes": lambda w, by: do.set_programmes(
        by=by, village=w.village, year=YEAR, given=[do.Programme("Jalan kabupaten", "APBD", Decimal(5))]
    ),
    "agree_budget": lambda _w, by: do.agree_budget(by=by, **DRAFT, minutes="BA 1", day=DAY, now=DRAWN),
    "agree_budget:correction": lambda _w, by: do.agree_budget(by=by, **DRAFT, minutes="BA 2", day=DAY, now=DRAWN),
    "take_back_budget": lambda _w, by: do.take_back_budget(by=by, **DRAFT, reason="Uji", now=DRAWN),
    "submit_budget": lambda _w, by: do.submit_budget(by=by, **DRAFT, letter="141/1", now=DRAWN),
    "evaluate_budget": lambda _w, by: do.evaluate_budget(
        by=by, **DRAFT, fit=True, letter="900/1", day=DAY, now=DRAWN
    ),
    "deem_budgets": lambda _w, by: do.deem_budgets(by=by, now=LATER),
    **corrected.CALLS,
    "drop_budget": lambda _w, by: do.drop_budget(by=by, **DRAFT, reason="Uji", now=DRAWN),
    "tell_council": lambda w, by: do.tell_council(
        by=by, village=w.village, year=YEAR, number=2, letter="5", day=DAY, now=DRAWN
    ),
    "enact_budget": lambda _w, by: do.enact_budget(
        by=by, **DRAFT, regulation="1/2026", elaboration="2/2026", day=DAY, now=DRAWN
    ),
    "check_execution": lambda _w, by: do.check_execution(by=by, **DRAFT, now=DRAWN),
    "return_execution": lambda _w, by: do.return_execution(by=by, **DRAFT, reason="Salah bulan", now=DRAWN),
    "approve_execution": lambda _w, by: do.approve_execution(by=by, **DRAFT, now=DRAWN),
    "raise_flags": lambda w, by: do.raise_flags(by=by, village=w.village, year=YEAR, now=NOW),
    "watch_books": lambda _w, by: do.watch_books(by=by, now=NOW + timedelta(30)),
    "answer_flag": lambda w, by: do.answer_flag(by=by, village=w.village, **AT, reply="Benar", now=NOW),
    "judge_flag": lambda w, by: do.judge_flag(
        by=by, village=w.village, **AT, verdict=FlagState.FALSE_ALARM, reason="Wajar", now=NOW
    ),
    "draw_sample": lambda w, by: do.draw_sample(
        by=by, region=w.region, year=YEAR, size=1, now=datetime(2100, 1, 1, tzinfo=UTC)
    ),
    "define_measures": lambda w, by: do.define_measures(by=by, region=w.region, now=NOW),
    "report_measures": lambda _w, by: do.report_measures(by=by, now=NOW),
    "ask_question": questions.ask,
    "answer_question": questions.answer,
    "decide_question": questions.publish,
    "forget_questions": lambda _w, by: do.forget_questions(by=by, now=NOW + timedelta(400)),
    "show_photo": questions.show,
    "seal_books": lambda _w, by: do.seal_books(by=by, now=NOW),
    "recount_books": lambda _w, by: do.recount_books(by=by, now=NOW),
    "make_years": lambda _w, by: do.make_years(by=by, now=datetime(2040, 1, 1, tzinfo=UTC)),
}  # fmt: skip

LEFT = """
operation | who | audit | rows
begin_region | far | begin villagefinance.region @32.01 | account+279 activity+284 book+1 fund+8
reverse | secretary | book villagefinance.entry | book~1 budgetposition+1 cashposition+1 entry+1 line+2
reverse:paid | secretary | book villagefinance.entry, move villagefinance.request | book~1 budgetposition+1
    cashposition+2 entry+1 line+3 paymentrequest~1 people_notice+1~1 withholding-1
close_month | treasurer | closed villagefinance.month | period+1
ask_reopening | secretary | asked villagefinance.month | period+1
reopen_month | head | reopened villagefinance.month | period+1
close_year | secretary | book villagefinance.entry | book~1 entry+1 line+2
close_year:carried | secretary | book villagefinance.entry | book~1 carriedline+1 entry+1 line+2
take_over | secretary | take-over villagefinance.budget | budgetamount~2 costitem+2
open_year | treasurer | book villagefinance.entry | book~1 budgetposition+1 cashposition+1 entry+1 line+2
    procrastinate_events+1 procrastinate_jobs+1
choose_columns | treasurer | choose-columns villagefinance.bank-account | bankformat+1
keep_statement | treasurer | keep villagefinance.bank-account | bankrow+3 bankstatement+1
accept_matches | treasurer | match villagefinance.bank-account | bankmatch+1 matchedline+1 matchedrow+1
release_match | secretary | release villagefinance.bank-account | bankmatch-1 matchedline-1 matchedrow-1
write_request | executor | 2 x add evidence.evidence, write villagefinance.request | bill+1 evidence_evidence+2
    evidence_heldfile-2 evidence_revision+2 paymentrequest+1 proof+2 requestline+1
write_request:again | executor | write villagefinance.request | bill~1 paymentrequest~1 requestline~1
move_request | executor | move villagefinance.request | paymentrequest~1 requestline~1
cancel_request | executor | move villagefinance.request | paymentrequest~1 requestline~1
pay_request | treasurer | book villagefinance.entry, 2 x move villagefinance.request | book~1 budgetposition+1
    cashposition+2 entry+1 line+3 paymentrequest~1 people_notice+1 requestentry+1 requestline~1 withholding+1
pay_request:advance | treasurer | book villagefinance.entry, move villagefinance.request | book~1 cashposition+2
    entry+1 line+2 paymentrequest~1 people_notice+1 requestentry+1
account_for | executor | account villagefinance.request, 2 x add evidence.evidence | bill+1 evidence_evidence+2
    evidence_heldfile-2 evidence_revision+2 paymentrequest~1 people_notice~1 proof+2
take_back | treasurer | book villagefinance.entry | book~1 cashposition+2 entry+1 line+2 paymentrequest~1
    requestentry+1
settle_advance | secretary | book villagefinance.entry, move villagefinance.request | book~1 budgetposition+1
    cashposition+1 entry+1 line+2 paymentrequest~1 people_notice+1 requestentry+1 requestline~1
remit_tax | treasurer | book villagefinance.entry | book~1 cashposition+2 entry+1 line+2 remittance+1 withholding~1
ask_ntpn | treasurer | ask villagefinance.ntpn | ntpnchange+1
confirm_ntpn | head | confirm villagefinance.ntpn | ntpnchange~1 remittance~1 withholding~1
receive | treasurer | book villagefinance.entry | book~1 budgetposition+1 cashposition+1 entry+1 line+2
    procrastinate_events+1 procrastinate_jobs+1
move_cash | treasurer | book villagefinance.entry | book~1 cashposition+2 entry+1 line+2
save_supplier | executor | save villagefinance.supplier | supplier+1
open_cash_box | treasurer | open villagefinance.account | bankaccount+1
ask_account | treasurer | ask villagefinance.account | accountchange+1
confirm_account | head | confirm villagefinance.account | accountchange~1 supplier~1
drop_account | head | drop villagefinance.account | accountchange~1
begin_budget | secretary | begin villagefinance.budget | budgetversion+1
begin_change | secretary | begin villagefinance.budget | budgetamount+7 budgetversion+1 costitem+2
set_posts | secretary | set-posts villagefinance.budget | budgetversion~1
set_lines | executor | set-lines villagefinance.budget | budgetamount-1~1 costitem-1~1
set_cash_plan | treasurer | plan-cash villagefinance.budget | cashplan+12
record_report | head | record villagefinance.report | reportstep+1
record_report:made | secretary | record villagefinance.report | reportstep+1
record_report:agreed | council | record villagefinance.report | reportstep+1
set_ceilings | office | set villagefinance.ceilings | ceiling+1
set_prices | office | set villagefinance.prices | standardprice+1
name_executors | secretary | name villagefinance.executors | activityexecutor+1
set_plan | secretary | set-plan villagefinance.plan | plannedwork+1
set_programmes | secretary | set villagefinance.programmes | otherprogramme+1
agree_budget | council | move villagefinance.budget | budgetstep+1 budgetversion~1
agree_budget:correction | council | move villagefinance.budget | budgetstep+1 budgetversion~1
take_back_budget | secretary | move villagefinance.budget | budgetstep+1 budgetversion~1
submit_budget | head | move villagefinance.budget | budgetstep+1 budgetversion~1
evaluate_budget | camat | move villagefinance.budget | budgetstep+1 budgetversion~1
deem_budgets | schedule | move villagefinance.budget | budgetstep+1 budgetversion~1
retract_evaluation | camat | move villagefinance.budget | budgetstep+1 budgetversion~1
correct_step | head | correct villagefinance.correction | correction+1
correct_report | head | correct villagefinance.correction | correction+1
correct_verdict | inspectorate | correct villagefinance.flag | correction+1 flag~1
drop_ntpn | head | drop villagefinance.ntpn | ntpnchange~1
drop_budget | secretary | move villagefinance.budget | budgetstep+1 budgetversion~1
tell_council | secretary | told villagefinance.budget | budgetstep+1
enact_budget | head | move villagefinance.budget | budgetstep+1 budgetversion~1
check_execution | secretary | checked villagefinance.budget | budgetstep+1
return_execution | head | unchecked villagefinance.budget | budgetstep+1
approve_execution | head | approved villagefinance.budget | budgetstep+1
raise_flags | schedule | raise villagefinance.flag | flag+1
watch_books | schedule | tell villagefinance.flag | flag~1
answer_flag | head | answer villagefinance.flag | flag~1
judge_flag | inspectorate | judge villagefinance.flag | flag~1
draw_sample | inspectorate | draw villagefinance.sample | auditsample+1 sampledentry+1
define_measures | schedule | add measures.source, 8 x define measures.measure | measures_definition+8
    measures_measure+8 measures_sourcesystem+1
report_measures | schedule | add measures.source, 8 x define measures.measure, 5 x report measures.measure by another
    | measures_definition+8 measures_measure+8 measures_sourcesystem+1 measures_value+5
ask_question | public | . | question+1
answer_question | executor | answer villagefinance.question | question~1
decide_question | secretary | move villagefinance.question | question~1
forget_questions | schedule | erase villagefinance.question @- | question~1
show_photo | secretary | show villagefinance.photo | publicphoto+1
seal_books | schedule | . | sealedbook+4 platform_sealentry+1 platform_sealhead+1
make_years | schedule | . | .
recount_books | schedule | . | .
"""

ACTS = Acts(
    "villagefinance", CALLS, LEFT,
    before={
        "define_measures": _guided, "report_measures": _guided,
        "reverse": World.receive, "reverse:paid": _paid, "ask_reopening": _closed, "reopen_month": _asked,
        "close_year": World.receive, "close_year:carried": _unspent, "take_over": _carried,
        "write_request": _rich, "write_request:again": _written, "move_request": _written, "pay_request": _approved,
        "cancel_request": _approved,
        "pay_request:advance": _asked_advance, "account_for": _advanced, "take_back": _advanced,
        "settle_advance": _accounted, "remit_tax": _paid, "ask_ntpn": ntpn.remitted,
        "confirm_ntpn": ntpn.asked, "move_cash": World.receive, "ask_account": _supplied,
        "confirm_account": _asked_number, "drop_account": _asked_number,
        "record_report": half, "record_report:made": ended, "record_report:agreed": made,
        "open_year": _over, "accept_matches": banked, "release_match": matched,
        **dict.fromkeys(("set_posts", "set_lines", "set_cash_plan", "agree_budget", "drop_budget"), draft),
        "agree_budget:correction": _returned, "take_back_budget": agree, "submit_budget": agree,
        "evaluate_budget": submit, "deem_budgets": submit, "tell_council": _shifting, "enact_budget": evaluate,
        **corrected.BEFORE,
        "check_execution": plan_cash, "approve_execution": check, "return_execution": check, "raise_flags": late,
        "watch_books": flagged, "answer_flag": flagged, "judge_flag": answered, "draw_sample": _spent,
        "answer_question": questions.asked, "decide_question": questions.answered,
        "forget_questions": questions.long_ago, "show_photo": _written,
    },
    open_to_all="ask_question",
    strangers=("neighbour", "sister", "public"),
    everywhere="seal_books",
    piecewise="deem_budgets report_measures watch_books",
    repeated=(
        "write_request write_request:again account_for receive move_cash take_back open_cash_box ask_account ask_ntpn "
        "set_posts set_lines set_cash_plan set_ceilings set_plan set_programmes draw_sample answer_flag "
        "ask_question set_prices"
    ),
)  # fmt: skip
EXEMPT = {"renew_questions": "under a second key: test_questions.py"}
