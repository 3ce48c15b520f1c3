"""Letters, investment, the mirror of the OSS and systems that are told: as the tests have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from kit.acts import Call
from permits.editing_acts import version
from pilar.people.rules import OPERATOR, PUBLIC, SCHEDULE, HeldRole, Standing
from pilar.permits import operations as do
from pilar.permits.models import HookDelivery, Letter, Realised, ServiceVersion, Subscription
from pilar.permits.operations.hooks import announce
from pilar.permits.rules.cases import EventKind as K
from pilar.permits.rules.desk import LetterKind
from pilar.permits.rules.hooks import HookEvent
from pilar.permits.rules.investment import Capital, OssEntry, PotentialEntry, PotentialKind, RealisedEntry
from pilar.permits.rules.places import Point
from pilar.permits.rules.quarterly import Heading
from pilar.permits.rules.roles import Role
from pilar.platform.actors import Actor
from pilar.platform.hooks import Delivery
from pilar.platform.names import Signature
from pilar.platform.outgoing import NotSent

OWN, OTHER = "36.03", "36.71"
NOW = datetime(2026, 3, 10, 3, tzinfo=UTC)
CASE = "503/12/SIP/2026"


def person(name: str, key: int, role: Role, region: str = OWN) -> Standing:
    return Standing(Actor("user", str(key), Signature(name, f"user:{key}")), (HeldRole(role, region, None),))


PEOPLE = {
    "front": person("Rini", 11, Role.FRONT), "back": person("Budi", 12, Role.BACK),
    "head": person("Sari", 13, Role.HEAD), "editor": person("Eko", 14, Role.EDITOR),
    "inspectorate": person("Intan", 15, Role.INSPECTORATE),
    "neighbour": person("Tono", 16, Role.FRONT, OTHER), "next_back": person("Nina", 17, Role.BACK, OTHER),
    "public": PUBLIC, "schedule": SCHEDULE, "operator": OPERATOR,
}  # fmt: skip
PLOT = PotentialEntry("lahan-balaraja", PotentialKind.PLOT, "Lahan contoh Balaraja", "assumption", "36.03.01",
                      Decimal("12.50"), ("41", "10710"), "Data contoh",
                      Point(Decimal("-6.19800"), Decimal("106.45200")))  # fmt: skip
BREAD = RealisedEntry(2026, 1, "PT Roti Contoh", "1234567890123", "10710", Capital.PMDN, Decimal(9_000_000_000),
                      Decimal("7500000000.50"), 40)  # fmt: skip
OSS = OssEntry("1234567890123", "10710", "PT Roti Contoh", "Terbit", date(2026, 3, 1), "medium-low")


def write(region: str = OWN, kind: LetterKind = LetterKind.COMPLAINT, now: datetime = NOW, text: str = "Lama") -> str:
    case = CASE if kind is LetterKind.COMPLAINT else ""
    return do.write_letter(by=PUBLIC, region=region, kind=kind, text=text, contact="0812", case=case, now=now)


def letter(region: str = OWN) -> int:
    return Letter.objects.get(token=write(region)).pk


def enter(by: str = "front", region: str = OWN, **changed: Any) -> int:
    return do.enter_realised(by=PEOPLE[by], region=region, given=replace(BREAD, **changed), now=NOW)


def subscribe(region: str = OWN, by: Standing | None = None, address: str = "https://simpel.contoh.go.id/kait") -> int:
    given = {"title": "Sistem contoh", "address": address, "events": [HookEvent.ISSUED]}
    return do.subscribe(by=by or PEOPLE["head"], region=region, now=NOW, **given)[0]  # type: ignore[arg-type]


def told(region: str = OWN, by: Standing | None = None, state: Delivery = Delivery.WAITING) -> None:
    """A system that is to be told that a permit is issued."""
    subscribe(region, by)
    announce(region, HookEvent.ISSUED, "503/12/SIP/2026", {"service": "sip-dokter"}, NOW)
    if state is Delivery.DEAD:
        HookDelivery.objects.filter(subscription__region=region).update(state=state, next_at=None, attempts=10)


def fill_next_door() -> None:
    """The neighbour has one of each."""
    version(region=OTHER)
    write(OTHER)
    do.save_potentials(by=PEOPLE["next_back"], region=OTHER, given=[replace(PLOT, district="")], now=NOW)
    enter("next_back", OTHER)
    do.mirror_oss(by=PEOPLE["next_back"], region=OTHER, given=[OSS], now=NOW)
    told(OTHER, OPERATOR)
    do.note_quarter(
        by=PEOPLE["next_back"], region=OTHER, year=2026, quarter=1, notes={Heading.STAFF: "Tiga orang"}, now=NOW
    )


def _deliver(by: Standing) -> None:
    with patch("pilar.platform.hooking.post", side_effect=NotSent(host="simpel", reason="TimeoutError")):
        do.deliver(by=by, now=NOW)


def mine(model: Any) -> Any:
    return model.objects.filter(region=OWN).latest("pk")


def past() -> do.PastCase:
    """An application that was withdrawn after its check."""
    version = ServiceVersion.objects.get(region=OWN).pk
    told = (
        do.PastEvent(K.DRAFTED, NOW, by="counter"), do.PastEvent(K.SUBMITTED, NOW, by="counter"),
        do.PastEvent(K.OPENED, NOW, "check"), do.PastEvent(K.ACCEPTED, NOW, by="front_office"),
        do.PastEvent(K.DONE, NOW, "check", "front_office", facts={"outcome": "done"}),
        do.PastEvent(K.WITHDRAWN, NOW, by="counter", reason="withdrawn"),
    )  # fmt: skip
    return do.PastCase(version, {"kind": "new"}, told)


def _letter(_world: object) -> None:
    letter()


CALLS: Mapping[str, Call] = {
    "write_letter": lambda _w, by: do.write_letter(
        by=by, region=OWN, kind=LetterKind.COMPLAINT, text="Lama", contact="0812", case=CASE, now=NOW
    ),
    "answer_letter": lambda _w, by: do.answer_letter(by=by, letter=mine(Letter).pk, answer="Besok", now=NOW),
    "escalate_letter": lambda _w, by: do.escalate_letter(by=by, token=mine(Letter).token, now=NOW),
    "escalate_late_letters": lambda _w, by: do.escalate_late_letters(by=by, now=NOW + timedelta(days=40)),
    "save_potentials": lambda _w, by: do.save_potentials(by=by, region=OWN, given=[PLOT], now=NOW),
    "withdraw_potential": lambda _w, by: do.withdraw_potential(by=by, region=OWN, code=PLOT.code),
    "enter_realised": lambda _w, by: do.enter_realised(by=by, region=OWN, given=BREAD, now=NOW),
    "judge_realised": lambda _w, by: do.judge_realised(by=by, entry=mine(Realised).pk, confirmed=True, now=NOW),
    "mirror_oss": lambda _w, by: do.mirror_oss(by=by, region=OWN, given=[OSS], now=NOW),
    "note_quarter": lambda _w, by: do.note_quarter(
        by=by, region=OWN, year=2026, quarter=1, notes={Heading.FACILITIES: "Dua loket"}, now=NOW
    ),
    "fill_past": lambda _w, by: do.fill_past(by=by, region=OWN, given=[past()], now=NOW),
    "invite_applicant": lambda w, by: do.invite_applicant(by=by, case=w.case, now=NOW),
    "subscribe": lambda _w, by: do.subscribe(
        by=by, region=OWN, title="Sistem", address="https://simpel.contoh.go.id/", events=[HookEvent.ISSUED], now=NOW
    ),
    "end_subscription": lambda _w, by: do.end_subscription(by=by, subscription=mine(Subscription).pk, now=NOW),
    "deliver_again": lambda _w, by: do.deliver_again(
        by=by, subscription=mine(Subscription).pk, now=NOW,
        delivery=HookDelivery.objects.get(subscription=mine(Subscription)).pk,
    ),
    "deliver": lambda _w, by: _deliver(by),
}  # fmt: skip

LEFT = """
write_letter | public | . | letter+1 people_notice+2
answer_letter | front | answer permits.letter | letter~1 people_notice~2
escalate_letter | public | escalate permits.letter by another | letter~1 people_notice+1~2
escalate_late_letters | schedule | escalate permits.letter, escalate permits.letter @36.71 | letter~2
    people_notice+1~3
save_potentials | front | save permits.potential | potential+1
withdraw_potential | front | withdraw permits.potential | potential~1
enter_realised | front | enter permits.realised | realised+1
judge_realised | head | confirmed permits.realised | realised~1
mirror_oss | front | mirror permits.oss-record | ossrecord+1
note_quarter | back | note permits.quarter | reportnote+1
fill_past | operator | fill permits.case | case+1 caseevent+6 task+1
invite_applicant | schedule | . | .
subscribe | head | subscribe permits.subscription | subscription+1
end_subscription | head | end permits.subscription | hookdelivery~1 subscription~1
deliver_again | head | deliver permits.subscription | hookdelivery~1
deliver | schedule | . | hookdelivery~2
"""
BEFORE = {
    "answer_letter": _letter, "escalate_letter": _letter, "escalate_late_letters": _letter,
    "withdraw_potential": lambda _w: do.save_potentials(by=PEOPLE["front"], region=OWN, given=[PLOT], now=NOW),
    "judge_realised": lambda _w: enter(), "end_subscription": lambda _w: told(), "deliver": lambda _w: told(),
    "deliver_again": lambda _w: told(state=Delivery.DEAD),
}  # fmt: skip
OPEN_TO_ALL = "write_letter escalate_letter"
EVERYWHERE = "escalate_late_letters deliver"
PIECEWISE = "deliver"
REPEATED = "fill_past save_potentials enter_realised write_letter subscribe"
EXEMPT = {"forget_letters": "with periods: test_desk.py", "renew_kept": "under a second key: test_desk.py"}
