"""Every act on a case, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from kit.acts import Call
from people.citizens import ask, citizen, code_of
from permits.world import DAY, HOUR, NIK, NOW, NURSE, OWN, World
from pilar.areas.models import Decree, Holiday
from pilar.areas.operations import load_holidays
from pilar.people import operations as people
from pilar.people.models import PublicCode
from pilar.people.public import Side
from pilar.people.rules import OPERATOR, Standing
from pilar.permits import operations as do
from pilar.permits.models import Absence, DeskBatch, Objection, OwnDocument
from pilar.permits.operations import Checked, Minutes
from pilar.permits.rules.cases import Finding, Outcome
from pilar.permits.rules.objections import About, ObjectionState
from pilar.permits.rules.roles import Role
from pilar.permits.rules.signatures import Drawing

KEY = UUID(int=7)
MEETING: Mapping[str, Any] = {"day": date(2026, 3, 3), "hour": time(9, 30), "place": "Loket 3, kantor DPMPTSP"}
UNTIL = date(2026, 4, 1)
LATE = NOW + timedelta(days=40)
SERVICE = {"region": OWN, "service": "sip-perawat", "kind": "new"}
WRONG = [Finding("answer", field="place", text="Alamat praktik belum jelas")]


def _drafted(world: World) -> None:
    world.begin()
    world.fill()
    world.attach("ktp", "str")


def _kept(world: World) -> None:
    """A draft whose documents are those of the applicant, and another draft that may use them."""
    _drafted(world)
    world.begin()


def _held(world: World) -> None:
    world.begin()
    world.held = [world.hold()]


def _sent(world: World) -> None:
    world.submit()


def _returned(world: World) -> None:
    world.submit()
    do.return_case(by=world.who("front"), case=world.case, findings=WRONG, now=NOW)


def _reminded(world: World) -> None:
    _returned(world)
    do.watch_clocks(by=world.who("schedule"), now=NOW + timedelta(days=14))


def _accepted(world: World) -> None:
    world.submit()
    world.accept(NOW)


def _visited(world: World) -> None:
    world.submit(beds=12)
    world.accept(NOW)


def _minutes(world: World) -> None:
    _visited(world)
    world.visit(NOW + DAY)


def _minutes_at_counter(world: World) -> None:
    """Of somebody who came to the counter, and has entered the code by which they are signed."""
    front, person = world.who("front"), replace(NURSE, email="siti@contoh.invalid")
    world.case = do.begin_at_counter(by=front, region=OWN, service="sip-perawat", kind="new", now=NOW)
    world.fill("front", person=person, beds=12)
    world.attach("ktp", "str", who="front")
    do.submit(by=front, case=world.case, key=KEY, now=NOW)
    world.accept(NOW)
    world.visit(NOW + DAY)
    code = ask(person.email, now=NOW)
    people.enter_code(reference=code, code=code_of(code), now=NOW)


def _stopped(world: World) -> None:
    _accepted(world)
    do.stop_clock(by=world.who("back"), case=world.case, reason="documents", findings=WRONG, until=UNTIL, now=NOW)


def _to_decide(world: World) -> None:
    _accepted(world)
    world.recommend(now=NOW)


def _sent_back(world: World) -> None:
    _accepted(world)
    do.send_back(by=world.who("technical"), case=world.case, stage="health", to="check", reason="recheck", now=NOW)


def _to_sign(world: World) -> None:
    _to_decide(world)
    world.decide(now=NOW)


def _refused(world: World) -> None:
    _to_decide(world)
    world.decide(Outcome.REFUSED, now=NOW, reason="unmet")


def _signed(world: World) -> None:
    _to_sign(world)
    world.sign(NOW)


def _away(world: World) -> None:
    do.enter_absence(by=world.who("head"), now=NOW, **_absence(world))


def _absence(world: World) -> dict[str, object]:
    return {"region": OWN, "user": world.keys["head"], "role": Role.HEAD, "deputy": world.keys["back"],
            "since": NOW.date(), "until": UNTIL}  # fmt: skip


def _with_a_proxy(world: World) -> None:
    """A case whose applicant has let somebody act for them, and the letter that hands it over."""
    world.submit()
    world.citizens["proxy"] = citizen("kuasa@contoh.invalid", "Kuasa", now=NOW - DAY)
    world.proxy = people.grant_proxy(
        by=world.who("nurse"), side=Side.PRINCIPAL, contact="kuasa@contoh.invalid", purpose="permits",
        valid_until=UNTIL, now=NOW - HOUR,
    )  # fmt: skip
    people.confirm_proxy(by=world.who("proxy"), proxy=world.proxy, now=NOW - HOUR)
    world.held = [world.hold()]


def _handed_over(world: World) -> None:
    _with_a_proxy(world)
    do.transfer_case(by=world.who("nurse"), case=world.case, proxy=world.proxy, letter=world.held[0], now=NOW)


def _proposed(world: World) -> None:
    """The nurse asks for an appointment."""
    world.submit()
    do.arrange_appointment(by=world.who("nurse"), case=world.case, now=NOW, **MEETING)


def _to_be_reminded(world: World) -> None:
    _accepted(world)
    do.arrange_appointment(by=world.who("nurse"), case=world.case, now=NOW, **MEETING)
    do.answer_appointment(by=world.who("front"), case=world.case, agreed=True, now=NOW)


def _refusal(world: World) -> None:
    """The head has signed that it is refused."""
    _refused(world)
    world.sign(NOW)


def _objected(world: World) -> None:
    _refusal(world)
    do.file_objection(by=world.who("nurse"), case=world.case, about=About.REFUSAL, text="Sudah lengkap", now=NOW)


def objection() -> int:
    return Objection.objects.get(case__region=OWN).pk


def _order(world: World, by: Standing) -> int:
    return do.order_many(by=by, region=OWN, act="take_stage", stages=[(world.case, "health")], given={}, now=NOW)


def _ordered(world: World) -> None:
    _accepted(world)
    _order(world, world.who("technical"))


def _deemed(world: World) -> None:
    _accepted(world)
    do.watch_clocks(by=world.who("schedule"), now=LATE)


def _watched(world: World) -> None:
    """The clock has looked at the days off once, and a decree has come since."""
    load_holidays(by=OPERATOR)
    _accepted(world)
    do.look_at_calendar(by=world.who("schedule"), now=NOW)
    decree = Decree.objects.create(number="SKB uji", made_on=date(2026, 3, 2), source="uji", sets=2026, area=OWN)
    Holiday.objects.create(
        day=date(2026, 3, 5), name_id="Libur uji", name_en="Test holiday", joint_leave=False, decree=decree
    )


def _at(stage: str, **more: object) -> Mapping[str, object]:
    return {"stage": stage, "now": NOW, **more}


CALLS: Mapping[str, Call] = {
    "begin_case": lambda _w, by: do.begin_case(by=by, now=NOW, **SERVICE),
    "begin_at_counter": lambda _w, by: do.begin_at_counter(by=by, now=NOW, **SERVICE),
    "save_answers": lambda w, by: do.save_answers(
        by=by, case=w.case, seen=w.row().edition, answers={"place": "Klinik Balaraja"}, person=NURSE, now=NOW
    ),
    "keep_file": lambda w, by: do.keep_file(by=by, case=w.case, requirement="str", held_file=w.held[0], now=NOW),
    "reuse_document": lambda w, by: do.reuse_document(by=by, case=w.case, requirement="str", now=NOW),
    "remove_own_document": lambda w, by: do.remove_own_document(
        by=by, document=OwnDocument.objects.get(account=w.who("nurse").citizen, requirement="str").pk, now=NOW
    ),
    "submit": lambda w, by: do.submit(by=by, case=w.case, key=KEY, now=NOW),
    "submit:again": lambda w, by: do.submit(by=by, case=w.case, key=KEY, now=NOW),
    "hand_in": lambda w, by: do.hand_in(by=by, case=w.case, now=NOW),
    "withdraw_case": lambda w, by: do.withdraw_case(by=by, case=w.case, now=NOW),
    "transfer_case": lambda w, by: do.transfer_case(
        by=by, case=w.case, proxy=w.proxy, letter=w.held[0], now=NOW
    ),
    "take_back_case": lambda w, by: do.take_back_case(by=by, case=w.case, now=NOW),
    "check_files": lambda w, by: do.check_files(
        by=by, case=w.case, checked=[Checked(w.file("str").pk, "unreadable", "Buram")], now=NOW
    ),
    "pass_check": lambda w, by: do.pass_check(by=by, case=w.case, now=NOW),
    "return_case": lambda w, by: do.return_case(by=by, case=w.case, findings=WRONG, now=NOW),
    "take_stage": lambda w, by: do.take_stage(by=by, case=w.case, **_at("health")),
    "recommend": lambda w, by: do.recommend(
        by=by, case=w.case, outcome=Outcome.CONDITIONS, text="Layak", conditions="Papan nama", **_at("health")
    ),
    "record_visit": lambda w, by: do.record_visit(
        by=by, case=w.case, minutes=Minutes(date(2026, 3, 2), "Sesuai", "Fatimah", True), **_at("visit")
    ),
    "record_visit:signed": lambda w, by: do.record_visit(
        by=by, case=w.case, minutes=Minutes(date(2026, 3, 2), "Sesuai", "Fatimah", True),
        drawing=Drawing("0,0 300,200", "applicant", attested=True), **_at("visit")
    ),
    "sign_minutes": lambda w, by: do.sign_minutes(by=by, case=w.case, agreed=True, **_at("visit")),
    "sign_minutes_by_code": lambda w, by: do.sign_minutes_by_code(
        by=by, case=w.case, agreed=True, reference=PublicCode.objects.latest("asked_at").pk, **_at("visit")
    ),
    "check_again": lambda w, by: do.check_again(by=by, case=w.case, text="Lengkap", **_at("check")),
    "send_back": lambda w, by: do.send_back(by=by, case=w.case, to="check", reason="recheck", **_at("health")),
    "stop_clock": lambda w, by: do.stop_clock(
        by=by, case=w.case, reason="documents", findings=WRONG, until=UNTIL, now=NOW
    ),
    "resume_clock": lambda w, by: do.resume_clock(by=by, case=w.case, now=NOW),
    "lapse_case": lambda w, by: do.lapse_case(by=by, case=w.case, now=NOW + timedelta(days=61)),
    "escalate": lambda w, by: do.escalate(by=by, case=w.case, now=NOW),
    "write_message": lambda w, by: do.write_message(by=by, case=w.case, text="Kapan selesai?", now=NOW),
    "write_message:office": lambda w, by: do.write_message(by=by, case=w.case, text="Besok", now=NOW),
    "arrange_appointment": lambda w, by: do.arrange_appointment(by=by, case=w.case, now=NOW, **MEETING),
    "arrange_appointment:office": lambda w, by: do.arrange_appointment(by=by, case=w.case, now=NOW, **MEETING),
    "answer_appointment": lambda w, by: do.answer_appointment(by=by, case=w.case, agreed=True, now=NOW),
    "answer_appointment:cancelled": lambda w, by: do.answer_appointment(by=by, case=w.case, agreed=False, now=NOW),
    "file_objection": lambda w, by: do.file_objection(
        by=by, case=w.case, about=About.REFUSAL, text="Sudah lengkap", now=NOW
    ),
    "answer_objection": lambda _w, by: do.answer_objection(
        by=by, objection=objection(), outcome=ObjectionState.UPHELD, answer="Benar", now=NOW
    ),
    "answer_objection:rejected": lambda _w, by: do.answer_objection(
        by=by, objection=objection(), outcome=ObjectionState.REJECTED, answer="Belum", now=NOW
    ),
    "decide": lambda w, by: do.decide(by=by, case=w.case, outcome=Outcome.AGREED, text="Layak", **_at("decide")),
    "sign_case": lambda w, by: do.sign_case(by=by, case=w.case, **_at("sign")),
    "sign_case:refused": lambda w, by: do.sign_case(by=by, case=w.case, **_at("sign")),
    "mark_issued": lambda w, by: do.mark_issued(by=by, case=w.case, now=NOW),
    "enter_absence": lambda w, by: do.enter_absence(by=by, now=NOW, **_absence(w)),
    "end_absence": lambda w, by: do.end_absence(by=by, absence=Absence.objects.get(region=OWN).pk, now=NOW),
    "declare_relative": lambda _w, by: do.declare_relative(by=by, identity=NIK, relation="spouse", now=NOW),
    "watch_clocks": lambda _w, by: do.watch_clocks(by=by, now=LATE),
    "watch_clocks:objections": lambda _w, by: do.watch_clocks(by=by, now=LATE),
    "watch_clocks:appointments": lambda _w, by: do.watch_clocks(by=by, now=NOW),
    "order_many": _order,
    "act_on_many": lambda _w, by: do.act_on_many(by=by, batch=DeskBatch.objects.get(region=OWN).pk, now=NOW),
    "look_at_calendar": lambda _w, by: do.look_at_calendar(by=by, now=NOW),
    "grant_by_silence": lambda w, by: do.grant_by_silence(by=by, case=w.case, now=LATE),
    "recalculate": lambda _w, by: do.recalculate(
        by=by, region=OWN, cause={"added": ["2026-03-05 SKB uji"], "dropped": []}, now=NOW
    ),
}  # fmt: skip

LEFT = """
begin_case | nurse | drafted permits.case | case+1 caseevent+1
begin_at_counter | front | drafted permits.case | case+1 caseevent+1
save_answers | nurse | . | case~1
keep_file | nurse | add-file permits.case | casefile+1 evidence_heldfile-1 owndocument+1
reuse_document | nurse | add-file permits.case | casefile+1
remove_own_document | nurse | remove permits.own-document @- | owndocument~1
submit | nurse | opened permits.case, submitted permits.case | caseevent+2 case~1 platform_documentnumber+1
    platform_receipt+1 procrastinate_events+1 procrastinate_jobs+1 task+1
submit:again | nurse | submitted permits.case | caseevent+1 case~1 platform_receipt+1 procrastinate_events+1
    procrastinate_jobs+1 task~1
hand_in | nurse | corrected permits.case, resumed permits.case | caseevent+2 case~1 task~1
withdraw_case | nurse | done permits.case, withdrawn permits.case | caseevent+2 case~1 procrastinate_events+1
    procrastinate_jobs+1 task~1
transfer_case | nurse | add-file permits.case, transferred permits.case | caseevent+1 casefile+1 case~1
    evidence_heldfile-1
take_back_case | nurse | transferred permits.case | caseevent+1 case~1 procrastinate_events+1 procrastinate_jobs+1
check_files | front | check-files permits.case | casefile~1
pass_check | front | accepted permits.case, done permits.case, opened permits.case | caseevent+3 casefile~2 case~1
    procrastinate_events+1 procrastinate_jobs+1 task+1~1
return_case | front | returned permits.case | caseevent+1 caseletter+1 case~1
    procrastinate_events+1 procrastinate_jobs+1 task~1
take_stage | technical | take permits.case | task~1
recommend | technical | done permits.case, opened permits.case | caseevent+2 case~1 task+1~1
record_visit | surveyor | done permits.case | caseevent+1 case~1 procrastinate_events+1 procrastinate_jobs+1 task~1
record_visit:signed | surveyor | attest permits.case, done permits.case | caseevent+1 case~1 drawnsignature+1
    procrastinate_events+1 procrastinate_jobs+1 task~1
sign_minutes | nurse | minutes permits.case | caseevent+1 case~1
sign_minutes_by_code | public | minutes permits.case by another | caseevent+1 case~1
check_again | front | done permits.case, opened permits.case | caseevent+2 case~1 task+1~1
send_back | technical | opened permits.case, sent-back permits.case | caseevent+2 case~1 task+1~1
stop_clock | back | stopped permits.case | caseevent+1 caseletter+1 case~1
    procrastinate_events+1 procrastinate_jobs+1 task~1
resume_clock | back | resumed permits.case | caseevent+1 case~1 task~1
lapse_case | back | done permits.case, withdrawn permits.case | caseevent+2 case~1 procrastinate_events+1
    procrastinate_jobs+1 task~1
escalate | technical | escalated permits.case | caseevent+1 case~1 people_notice+1
arrange_appointment | nurse | appointment permits.case | appointment+1 caseevent+1 case~1 people_notice+2
arrange_appointment:office | front | appointment permits.case | appointment+1 caseevent+1 case~1 procrastinate_events+1
    procrastinate_jobs+1
answer_appointment | front | appointment permits.case | appointment~1 caseevent+1 case~1 people_notice~2
    procrastinate_events+1 procrastinate_jobs+1
answer_appointment:cancelled | nurse | appointment permits.case | appointment~1 caseevent+1 case~1 people_notice+2~2
write_message | nurse | message permits.case | caseevent+1 case~1 message+1
write_message:office | front | message permits.case | caseevent+1 case~1 message+1 procrastinate_events+1
    procrastinate_jobs+1
decide | back | decided permits.case, done permits.case, opened permits.case | caseevent+3 case~1 task+1~1
sign_case | head | done permits.case, issue permits.permit, order evidence.signed-document @-,
    read permits.case.person, signed permits.case | caseevent+2 case~1 evidence_signeddocument+1 permit+1
    permitedition+1 permitevent+1 platform_documentnumber+1 platform_sealentry+1 procrastinate_events+2
    procrastinate_jobs+2 task~1
sign_case:refused | head | done permits.case, refused permits.case | caseevent+2 caseletter+1 case~1
    procrastinate_events+1 procrastinate_jobs+1 task~1
mark_issued | schedule | issued permits.case | caseevent+1 case~1 procrastinate_events+2 procrastinate_jobs+2
enter_absence | head | enter permits.absence | absence+1
end_absence | head | end permits.absence | absence~1
declare_relative | front | declare permits.relative @- | relative+1
watch_clocks | schedule | deemed permits.case | caseevent+1 caseletter+2 case~1 people_notice+5
    procrastinate_events+1 procrastinate_jobs+1 task~2
file_objection | nurse | objected permits.case | caseevent+1 case~1 objection+1 people_notice+3
answer_objection | back 2 | move permits.objection, obj-ended permits.case, opened permits.case,
    reopened permits.case | caseevent+3 caseletter+1 case~1 objection~1 task+1
    people_notice+1~3 procrastinate_events+1 procrastinate_jobs+1
answer_objection:rejected | back 2 | obj-ended permits.case, move permits.objection | caseevent+1 caseletter+1 case~1
    objection~1 people_notice~3 procrastinate_events+1 procrastinate_jobs+1
watch_clocks:objections | schedule | obj-ended permits.case | caseevent+1 case~1 objection~1 people_notice+3
    procrastinate_events+1 procrastinate_jobs+1 task~1
watch_clocks:appointments | schedule | . | appointment~1 people_notice+1 procrastinate_events+1
    procrastinate_jobs+1
recalculate | schedule | recalculated permits.case | caseevent+1 case~1 procrastinate_events+1
    procrastinate_jobs+1 task~1
order_many | technical | order permits.desk-batch | deskbatch+1 procrastinate_events+1 procrastinate_jobs+1
act_on_many | schedule | take permits.case by another | deskbatch~1 task~1
look_at_calendar | schedule | look permits.calendar | procrastinate_events+1 procrastinate_jobs+1
grant_by_silence | head | decided permits.case, done permits.case, issue permits.permit,
    order evidence.signed-document @-, read permits.case.person, signed permits.case | caseevent+3 case~1
    evidence_signeddocument+1 permit+1 permitedition+1 permitevent+1 platform_documentnumber+1 platform_sealentry+1
    procrastinate_events+2 procrastinate_jobs+2 people_notice~1 task~1
"""

BEFORE: Mapping[str, Callable[[World], object]] = {
    "save_answers": _drafted, "keep_file": _held, "reuse_document": _kept, "remove_own_document": _drafted,
    "submit": _drafted, "submit:again": _returned, "hand_in": _stopped, "withdraw_case": _sent,
    "transfer_case": _with_a_proxy, "take_back_case": _handed_over, "check_files": _sent,
    "pass_check": _sent, "return_case": _sent,
    "take_stage": _accepted, "recommend": _accepted, "record_visit": _visited, "record_visit:signed": _visited,
    "sign_minutes": _minutes, "sign_minutes_by_code": _minutes_at_counter, "check_again": _sent_back,
    "send_back": _accepted, "stop_clock": _accepted, "resume_clock": _stopped,
    "lapse_case": _reminded, "escalate": _accepted,
    "write_message": _sent, "write_message:office": _sent, "decide": _to_decide, "sign_case": _to_sign,
    "sign_case:refused": _refused, "mark_issued": _signed, "invite_applicant": _sent,
    "arrange_appointment": _sent, "arrange_appointment:office": _sent, "answer_appointment": _proposed,
    "answer_appointment:cancelled": _proposed,
    "file_objection": _refusal, "answer_objection": _objected, "answer_objection:rejected": _objected,
    "watch_clocks:objections": _objected, "watch_clocks": _accepted, "watch_clocks:appointments": _to_be_reminded,
    "end_absence": _away,
    "recalculate": _watched, "look_at_calendar": _watched,
    "order_many": _accepted, "act_on_many": _ordered, "grant_by_silence": _deemed,
}  # fmt: skip

OWN_ACTS = "declare_relative begin_case"
REPEATED = (
    "begin_case begin_at_counter save_answers reuse_document write_message write_message:office check_files take_stage "
    "escalate arrange_appointment arrange_appointment:office"
)
EXEMPT = {
    "forget_unsent": "with periods: tests/permits/test_forgetting.py",
    "renew_cases": "under a second key: tests/permits/test_private.py",
}
