"""Raise flags after each posting and once a day; record the village's replies and the inspectorate's verdicts; draw
samples for audits."""

from __future__ import annotations

import re
import secrets
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from pilar.areas.reference import today_in
from pilar.people.authority import Case
from pilar.people.operations import held, settle
from pilar.people.rules import NotAllowed, Standing
from pilar.platform import audit, locks, moves
from pilar.platform.calendar import deadline
from pilar.platform.errors import Fault, Faults
from pilar.platform.jobs import background, every
from pilar.platform.language import N_
from pilar.platform.transactions import one_by_one
from pilar.villagefinance.models import AuditSample, Book, Flag, SampledEntry
from pilar.villagefinance.operations.telling import tell
from pilar.villagefinance.queries import watching
from pilar.villagefinance.queries.flags import readable_flags, rules_of
from pilar.villagefinance.rules.auditing import FLAGS, JUDGED, UNANSWERED, FlagElsewhere, FlagState, drawn
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of
from pilar.villagefinance.rules.flags import flags

TARGET = "villagefinance.flag"
LOCK = "villagefinance.flags"
YEAR_LASTS = timedelta(days=60)
"""For how long after its end a year is still checked."""
MAX_ANSWER, MAX_SAMPLE = 5_000, 1_000
AGAIN = "\n#"
"""Separates the subject of a flag from the number of times that it was raised again: no subject has a line break,
though a name may contain #2."""


@background("villagefinance.raise-flags")
@transaction.atomic
def raise_flags(*, by: Standing, village: str, year: int, now: datetime) -> int:
    """Raise the flags of a village and year that were not raised yet; return the number of new flags.

    Only after a posting, or for the operator.
    """
    if not by.unrestricted:
        raise NotAllowed
    return _raised(by, [village], year, now)


@every("villagefinance.watch-books", cron="30 18 * * *")  # 1.30 WIB
def watch_books(*, by: Standing, now: datetime) -> int:
    """Check the books of all villages and tell the inspectorate about flags that were not answered in time; return the
    number of new flags. Each region has its own transaction. Only for the schedule and the operator."""
    if not by.unrestricted:
        raise NotAllowed
    regions = list(Book.objects.order_by("region").values_list("region", flat=True).distinct())
    return one_by_one(regions, lambda region: _watch(by, region, now), job="villagefinance.watch-books")


@transaction.atomic
def answer_flag(*, by: Standing, village: str, year: int, number: int, reply: str, now: datetime) -> None:
    """Record the village's reply to a flag.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`FlagElsewhere`, Faults at ``reply``.
    """
    row = locked_flag(by, Action.ANSWER_FLAG, village, year, number)
    move = FLAGS.move(FlagState(row.state), FlagState.ANSWERED)
    fields = {"reply": written(reply, "reply"), "replied_by": by.actor.name, "replied_at": now}
    moves.make(move, row, by=by.actor, what=TARGET, action="answer", key=key_of(row), area=row.region, fields=fields)
    _settle(by, row, now)
    _tell_auditors(by, row.region, now)


@transaction.atomic
def judge_flag(
    *, by: Standing, village: str, year: int, number: int, verdict: FlagState, reason: str, now: datetime
) -> None:
    """Close a flag or mark it as a false alarm; either is kept with its reason.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`FlagElsewhere`, Faults at ``reason``.
    """
    row = locked_flag(by, Action.JUDGE_FLAG, village, year, number)
    if verdict not in JUDGED or row.state in JUDGED:
        raise FlagElsewhere
    move = FLAGS.move(FlagState(row.state), verdict)
    fields = {"reason": written(reason, "reason"), "judged_by": by.actor.name, "judged_at": now}
    moves.make(move, row, by=by.actor, what=TARGET, action="judge", key=key_of(row), area=row.region, fields=fields)
    _settle(by, row, now)


@transaction.atomic
def draw_sample(*, by: Standing, region: str, year: int, size: int, now: datetime) -> int:
    """Draw a sample of ``size`` rupiah of all that the villages of a region spent in a year; return its number.

    The seed is drawn here, so that nobody can choose it. Raises :class:`NotFound`, Faults at ``size`` and ``year``.
    """
    AUTHORITY.require(by, Action.DRAW_SAMPLE, Case(region), known=False)
    if not 0 < size <= MAX_SAMPLE:
        sentence = N_("Draw between 1 and %(most)s")
        raise Faults([Fault("unfit-size", sentence, {"most": MAX_SAMPLE}, "size")])
    locks.take(f"{LOCK} {region}")
    payments = watching.payments(region, year, until=now)
    total = sum((amount for _key, amount in payments), Decimal(0))
    if not total:
        raise Faults([Fault("nothing-spent", N_("Nothing was spent in this year"), {}, "year")])
    last = AuditSample.objects.filter(region=region).aggregate(last=Max("number"))["last"] or 0
    row = AuditSample.objects.create(
        region=region, number=last + 1, year=year, size=size, seed=secrets.token_hex(16), entries=len(payments),
        total=total, drawn_by=by.actor.name, drawn_at=now,
    )  # fmt: skip
    amounts = dict(payments)
    SampledEntry.objects.bulk_create(
        SampledEntry(
            region=region, sample=row.number, village=village, year=year, place=place, amount=amounts[village, place],
            hits=hits,
        )
        for (village, place), hits in drawn(payments, total, size=size, seed=row.seed)
    )  # fmt: skip
    audit.record(
        by=by.actor, action="draw", target="villagefinance.sample", key=f"{region}/{row.number}", area=region,
        after={"year": year, "size": size, "seed": row.seed, "entries": len(payments), "total": total},
    )  # fmt: skip
    return row.number


def written(given: str, place: str, most: int = MAX_ANSWER) -> str:
    """Return a text without surrounding blanks; raises Faults at ``place`` if it is empty, or longer than ``most``
    characters."""
    text = given.strip()
    if not text or len(text) > most:
        sentence = N_("Write a few sentences, at most %(most)s characters")
        raise Faults([Fault("unfit-text", sentence, {"most": most}, place)])
    return text


def _watch(by: Standing, region: str, now: datetime) -> int:
    today, raised = today_in(region, now), 0
    villages = list(Book.objects.filter(region=region).order_by("village").values_list("village", flat=True))
    for year in sorted({(today - YEAR_LASTS).year, today.year}):
        raised += _raised(by, villages, year, now)
    due = Flag.objects.filter(region=region, state=FlagState.RAISED, told_on__lte=today)
    FLAGS.move(FlagState.RAISED, FlagState.TOLD)
    if told := due.update(state=FlagState.TOLD):
        audit.record(by=by.actor, action="tell", target=TARGET, key=region, area=region, after={"flags": told})
        _tell_auditors(by, region, now)
    return raised


def _raised(by: Standing, villages: Sequence[str], year: int, now: datetime) -> int:
    """Store new flags of villages of one region and tell the villages; return their number. A judged flag is raised
    again when more payments belong to it."""
    region = villages[0][:5]
    locks.take(f"{LOCK} {region}")
    rows = Flag.objects.filter(region=region, village__in=villages, year=year)
    known = defaultdict[tuple[str, str, str], list[tuple[str, set[int]]]](list)
    for village, rule, subject, state, inputs in rows.values_list("village", "rule", "subject", "state", "inputs"):
        known[village, rule, _thing(subject)].append((state, _requests(inputs)))
    numbers = Counter(dict(rows.order_by().values_list("village").annotate(Max("number"))))
    rules, today = rules_of(region, now, year), today_in(region, now)
    told_on = deadline(rules.calendar, day_zero=today, days=rules.term.working_days).due + timedelta(days=1)
    new: list[Flag] = []
    for village, facts in watching.facts([*villages], year, now=now):
        for flag in flags(facts, rules):
            before = known[village, flag.rule, flag.subject]
            judged = all(state in JUDGED for state, _asked in before)
            if not before or (judged and _requests(flag.inputs).difference(*(asked for _state, asked in before))):
                numbers[village] += 1
                again = f"{AGAIN}{len(before) + 1}" if before else ""
                new.append(Flag(
                    region=region, village=village, year=year, number=numbers[village], raised_at=now, told_on=told_on,
                    rule=flag.rule, version=flag.version, subject=f"{flag.subject}{again}", day=flag.day,
                    amount=flag.amount, inputs={name: _plain(value) for name, value in flag.inputs.items()},
                ))  # fmt: skip
                before.append((FlagState.RAISED, _requests(flag.inputs)))
    Flag.objects.bulk_create(new)
    if not new:
        return 0
    where = villages[0] if len(villages) == 1 else region
    after = {"flags": [f"{flag.village}/{year}/{flag.number} {flag.rule}" for flag in new]}
    audit.record(by=by.actor, action="raise", target=TARGET, key=f"{where}/{year}", area=region, after=after)
    for village in sorted({flag.village for flag in new}):
        tell(
            by, village, Action.ANSWER_FLAG, kind=TARGET, subject=_subject(village, told_on),
            sentence=N_("There are new flags on the books of %(village)s. Say what is behind them"),
            address=f"{reverse('villagefinance:flags', args=[region])}?q={village}",
            until=told_on - timedelta(days=1), now=now,
        )  # fmt: skip
    return len(new)


def _thing(subject: str) -> str:
    """Return the subject of a flag without the number of times that it was raised."""
    return re.sub(rf"{AGAIN}\d+$", "", subject)


def _requests(inputs: Mapping[str, Any]) -> set[int]:
    return {*inputs.get("requests", ())}


def _tell_auditors(by: Standing, region: str, now: datetime) -> None:
    """Tell the inspectorate once a day that flags wait for its verdict."""
    tell(
        by, region, Action.JUDGE_FLAG, kind=f"{TARGET}-told", subject=f"{TARGET}:{region}/{today_in(region, now)}",
        sentence=N_("Flags on the books of villages are answered or out of their time: look at them"),
        address=reverse("villagefinance:flags", args=[region]), needs_action=False, now=now,
    )  # fmt: skip


def _settle(by: Standing, row: Flag, now: datetime) -> None:
    """Settle the village's notice of a deadline once it has answered all flags of that day."""
    same = Flag.objects.filter(region=row.region, village=row.village, told_on=row.told_on)
    if not same.filter(state__in=UNANSWERED).exists():
        settle(by=by, subject=_subject(row.village, row.told_on), now=now)


def _subject(village: str, told_on: date) -> str:
    return f"{TARGET}:{village}/{told_on}"


def _plain(value: Any) -> Any:
    """Convert a figure to JSON."""
    if isinstance(value, list | tuple):
        return [*value]
    return str(value) if isinstance(value, Decimal | date) else value


def locked_flag(by: Standing, action: Action, village: str, year: int, number: int) -> Flag:
    """Lock and return a flag for a person who knows of it and may do ``action`` with it."""
    rows = Flag.objects.filter(readable_flags(by))
    row = held(rows, region=village[:5], village=village, year=year, number=number)
    AUTHORITY.require(by, action, case_of(village), known=True)
    return row


def key_of(row: Flag) -> str:
    """Return the name of a flag in the audit log."""
    return f"{row.village}/{row.year}/{row.number}"
