"""Acts on permits and levies, what each leaves behind, and a permit and a levy next door."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from kit.acts import Call
from permits.test_qris import STATIC
from permits.world import DAY, NOW, OTHER, OWN, World, definition, publish
from pilar.evidence.operations.signing import sign_documents
from pilar.people.models import User
from pilar.people.rules import SCHEDULE
from pilar.permits import operations as do
from pilar.permits.models import (
    Case,
    CaseLetter,
    DeskBatch,
    Levy,
    MerchantCode,
    Objection,
    Payment,
    Permit,
    PermitEdition,
    PermitEvent,
    PermitList,
)
from pilar.permits.operations.levies import Reported
from pilar.permits.rules.objections import About
from pilar.permits.rules.register import PermitState

LATER = NOW + 2 * DAY
SKRD = "SKRD-00001-36.03-2026"
PAID = Reported("FT1", date(2026, 3, 3), Decimal(64_000), f"TRSF {SKRD}")


def taxed() -> dict[str, Any]:
    """The licence with a levy by the number of beds before the decision."""
    stages = [one for one in definition()["stages"] if one["key"] in ("check", "decide", "sign")]
    stages.insert(1, {"key": "levy", "kind": "levy", "name": {"id": "Retribusi"}, "role": "treasury",
                      "limit": {"days": 1}, "after": ["check"]})  # fmt: skip
    stages[2] = {**stages[2], "after": ["levy"], "returns": ["check"]}
    fee = {"formula": "beds * rate", "inputs": {"rate": {"value": "16000", "source": "contoh"}}, "basis": "contoh"}
    return definition(key="sip-berbayar", stages=stages, fee=fee)


def fill_next_door() -> None:
    """A permit, a levy and a payment of the neighbour, as nothing of this region may touch them."""
    case = Case.objects.filter(region=OTHER).earliest("pk")
    DeskBatch.objects.create(
        region_id=OTHER, act="take_stage", stages=[[case.pk, "check"]], ordered_at=NOW,
        ordered_by=User.objects.get(email="tetangga@contoh.invalid"),
    )  # fmt: skip
    day = date(2026, 1, 5)
    permit = Permit.objects.create(
        case=case, region_id=OTHER, version_id=case.version_id, service="sip-perawat", holder="R.",
        number="503/00001/IZIN/36.71/2026", place="Puskesmas Batuceper", issued_on=day, issued_at=NOW - 50 * DAY,
        valid_until=date(2030, 1, 1),
    )  # fmt: skip
    PermitEdition.objects.create(
        permit=permit, region_id=OTHER, number=1, day=day, signed_at=NOW - 50 * DAY, pages_sha256="1" * 64,
        sha256="2" * 64,
    )  # fmt: skip
    PermitEvent.objects.create(permit=permit, kind="issued", at=NOW - 50 * DAY, by="user:1", sealed=1)
    PermitList.objects.create(region_id=OTHER, year=2026, day=day, text="", subject="2026")
    MerchantCode.objects.create(region_id=OTHER, text=STATIC, set_at=NOW, set_by="user:1")
    Levy.objects.create(
        case=case, region_id=OTHER, number="SKRD-00001-36.71-2026", amount=64_000, formula="1", due_on=day, set_at=NOW,
        set_by="user:1",
    )  # fmt: skip
    CaseLetter.objects.create(case=case, kind="returned", at=NOW, by="user:1", title="Surat", text="Yth. Rahmat")
    Objection.objects.create(
        case=case, about=About.LEVY, thing="SKRD-00001-36.71-2026", text="Terlalu besar", filed_at=NOW,
        filed_by="citizen:1", due=date(2026, 9, 2),
    )  # fmt: skip
    Payment.objects.create(
        region_id=OTHER, reference="FT1", paid_on=day, amount=64_000, reported_at=NOW, reported_by="user:1"
    )


def _issued(world: World) -> None:
    world.to_sign()
    world.sign()
    sign_documents(by=SCHEDULE, now=LATER)


def _suspended(world: World) -> None:
    _issued(world)
    do.decide_permit(by=world.who("head"), permit=permit(), to=PermitState.SUSPENDED, reason="Periksa", now=LATER)


def to_levy(world: World, now: datetime = NOW) -> None:
    """On the desk of the treasury."""
    publish(given=taxed())
    world.case = 0
    world.begin(service="sip-berbayar")
    world.submit()
    world.accept(now)


def _levied(world: World) -> None:
    to_levy(world)
    do.set_levy(by=world.who("treasury"), case=world.case, stage="levy", now=NOW)


def _paid(world: World) -> None:
    _levied(world)
    given = [Reported("FT1", PAID.paid_on, PAID.amount, "BUDI")]
    do.store_payments(by=world.who("treasury"), region=OWN, given=given, now=NOW)


def _settled(world: World) -> None:
    _levied(world)
    do.store_payments(by=world.who("treasury"), region=OWN, given=[PAID], now=NOW)


def _overpaid(world: World) -> None:
    _levied(world)
    given = [Reported("FT1", PAID.paid_on, PAID.amount + 1_000, SKRD)]
    do.store_payments(by=world.who("treasury"), region=OWN, given=given, now=NOW)


def permit() -> int:
    return Permit.objects.get(region=OWN).pk


def levy() -> Levy:
    return Levy.objects.get(region=OWN)


CALLS: Mapping[str, Call] = {
    "decide_permit": lambda _w, by: do.decide_permit(
        by=by, permit=permit(), to=PermitState.REVOKED, reason="Pelanggaran", now=LATER
    ),
    "decide_permit: again": lambda _w, by: do.decide_permit(
        by=by, permit=permit(), to=PermitState.VALID, reason="Selesai", now=LATER
    ),
    "amend_permit": lambda _w, by: do.amend_permit(
        by=by, permit=permit(), place="Klinik Cikupa", valid_until=date(2029, 1, 1), reason="Pindah", now=LATER
    ),
    "seal_lists": lambda _w, by: do.seal_lists(by=by, now=LATER + timedelta(hours=1)),
    "set_levy": lambda w, by: do.set_levy(by=by, case=w.case, stage="levy", now=NOW),
    "void_levy": lambda _w, by: do.void_levy(by=by, levy=levy().pk, reason="Salah", now=NOW),
    "store_payments": lambda _w, by: do.store_payments(by=by, region=OWN, given=[PAID], now=NOW),
    "match_payment": lambda _w, by: do.match_payment(
        by=by, payment=Payment.objects.get(region=OWN).pk, levy=SKRD, now=NOW
    ),
    "unmatch_payment": lambda _w, by: do.unmatch_payment(
        by=by, payment=Payment.objects.get(region=OWN).pk, reason="Milik permohonan lain", now=NOW
    ),
    "refund_levy": lambda _w, by: do.refund_levy(
        by=by, levy=levy().pk, amount=Decimal(1_000), given_on=NOW.date(), reference="K1", now=NOW
    ),
    "set_merchant_code": lambda _w, by: do.set_merchant_code(by=by, region=OWN, text=STATIC, now=NOW),
}
LEFT = """
decide_permit | head | move permits.permit
    | permitevent+1 permit~1 platform_sealentry+1 procrastinate_events+1 procrastinate_jobs+1
decide_permit: again | head | move permits.permit | permitevent+1 permit~1 platform_sealentry+1
amend_permit | head | amend permits.permit, order evidence.signed-document @-
    | evidence_signeddocument+1 permitedition+1 permitevent+1 permit~1 platform_sealentry+1 procrastinate_events+1
    procrastinate_jobs+1
seal_lists | schedule | . | permitlist+1~1 platform_sealentry+2 platform_sealhead+3
set_levy | treasury | levied permits.case, set permits.levy | caseevent+1 case~1 levy+1
    platform_documentnumber+1 procrastinate_events+1 procrastinate_jobs+1 task~1
void_levy | treasury | resumed permits.case, void permits.levy | caseevent+1 case~1 levy~1 task~1
store_payments | treasury | done permits.case, match permits.payment, opened permits.case, paid permits.case,
    paid permits.levy, report permits.payment
    | caseevent+3 case~1 levy~1 payment+1 procrastinate_events+1 procrastinate_jobs+1 task+1~1
match_payment | treasury | done permits.case, match permits.payment, opened permits.case, paid permits.case,
    paid permits.levy | caseevent+3 case~1 levy~1 payment~1 procrastinate_events+1 procrastinate_jobs+1 task+1~1
unmatch_payment | treasury | done permits.case, levied permits.case, opened permits.case, sent-back permits.case,
    unmatch permits.payment | caseevent+4 case~1 levy~1 payment~1 procrastinate_events+1 procrastinate_jobs+1 task+1~1
refund_levy | treasury | refund permits.levy | payment+1
set_merchant_code | treasury | set permits.merchant-code | merchantcode+1
"""
BEFORE = {
    "decide_permit": _issued, "decide_permit: again": _suspended, "amend_permit": _issued, "seal_lists": _issued,
    "set_levy": to_levy, "void_levy": _levied, "store_payments": _levied, "match_payment": _paid,
    "refund_levy": _overpaid, "unmatch_payment": _settled,
}  # fmt: skip
EVERYWHERE = "seal_lists"
REPEATED = "set_merchant_code"
