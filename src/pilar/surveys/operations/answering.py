"""Store answers: from the public by link, from enumerators, paper and files. Each is stored once.

Answers are not written to the audit log, because it would show when somebody in a small office answered. For entries by
an enumerator or an office it records their number.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q

from pilar.areas.reference import today_in
from pilar.people.rules import NotFound, Standing, existing
from pilar.platform import audit, locks
from pilar.platform.errors import Fault, Faults
from pilar.platform.jobs import every
from pilar.platform.language import N_
from pilar.platform.network import network_of
from pilar.surveys.models import Cell, Contact, Invitation, Response, Survey, Trace, Unfinished
from pilar.surveys.operations import storing
from pilar.surveys.operations.storing import Source
from pilar.surveys.operations.surveys import TARGET, form_of, locked_survey, new_token
from pilar.surveys.queries.surveys import cells_by
from pilar.surveys.rules.answers import (
    Answered,
    Mode,
    cleaned,
    faults_of,
    faults_of_sending,
    flags_of,
    marks_of,
    weight_of,
)
from pilar.surveys.rules.authority import Action, SurveyState, WrongSurveyState
from pilar.surveys.rules.questionnaire import Kind, Questionnaire
from pilar.surveys.rules.surveys import (
    CONTACT_DAYS,
    MAX_A_MINUTE,
    MAX_BEGUN_A_MINUTE,
    MAX_UNFINISHED,
    MAX_UNFINISHED_BYTES,
    UNFINISHED_DAYS,
    AnsweredAlready,
    NotOpenYet,
    ReplayedAnswer,
    SurveyClosed,
    TooManyAnswers,
    TooManyBegun,
    TooMuchAnswered,
    require_open,
    trace_erased_on,
)


@dataclass(frozen=True, slots=True)
class Entered:
    """An answer entered for somebody else; ``key`` is made where it was recorded."""

    key: UUID
    given: Answered
    began_at: datetime | None
    ended_at: datetime


@transaction.atomic
def answer(
    *,
    token: str,
    key: UUID,
    given: Answered,
    began_at: datetime | None,
    source: Source,
    contact: str = "",
    now: datetime,
) -> bool:
    """Store an answer by link; return whether it is new. Sent twice, it is stored once.

    ``contact``: the respondent's address for the result; it is kept without a connection to the answer. ``began_at``:
    without it the answer counts as begun now, which is too fast. Raises Faults at the codes of items and fields, at
    ``contact`` and ``began_at``, :class:`NotFound` for an unknown link, :class:`NotOpenYet`, :class:`SurveyClosed`,
    :class:`TooManyAnswers`, :class:`ReplayedAnswer` for a different answer with the same key, :class:`AnsweredAlready`
    by an invitation that was used.
    """
    cell, form = existing(storing.led_to(token))
    survey = cell.survey
    if _known(key, cell, given, form):
        return False
    _require_open(survey, now, now)
    invited = token != cell.token
    if invited and not Invitation.objects.filter(token=token, used=False).update(used=True):
        raise AnsweredAlready
    traced = _hashed(survey, source)
    _require_pace(traced, now)
    _refuse([*faults_of(given, form), *faults_of_sending(contact, began_at, now)])
    began_at = began_at or now
    if traced.device:
        # Of two answers from one device at once, the later one sees the other. Some devices share a lock, because
        # one transaction may hold only a few.
        locks.take(f"surveys.device:{traced.device[:2]}")
    # A person invited about two cases may answer twice.
    seen = bool(traced.device) and not invited and storing.seen(cell, traced.device)
    flags = flags_of(given, form, mode=Mode.WEB, began_at=began_at, ended_at=now, device_seen=seen)
    made = _row(cell, form, Entered(key, given, began_at, now), Mode.WEB, now)
    made.flags, made.weight = list(flags), weight_of(flags, form.quality)
    if not storing.store(made, traced, erase_on=trace_erased_on(survey.closes_at), now=now):
        _known(key, cell, given, form)  # sent twice at once and the other request came first: was it the same answer?
        return False
    if contact.strip():
        day = today_in(survey.region_id, now)
        Contact.objects.create(
            survey=survey, address=contact.strip(), left_on=day, erase_on=day + timedelta(days=CONTACT_DAYS)
        )
    return True


@transaction.atomic
def invite(*, by: Standing, region: str, office: int, programme: str, subject: str, now: datetime) -> str | None:
    """Return a link for one answer about a case of a service, for the person served; the same case gets the same link.

    It leads to the cell of the service (``programme``) in the satisfaction survey that takes answers now, or to the
    only cell of its office; service and region are filled in. None without such a survey. Only for the schedule and the
    operator, on behalf of a room.
    """
    by.require_server()
    running = Survey.objects.filter(region=region, state=SurveyState.OPEN, opens_at__lte=now, closes_at__gt=now)
    for survey in running.select_related("form").order_by("pk"):
        if form_of(survey).kind is not Kind.SATISFACTION:
            continue
        cells = list(Cell.objects.filter(survey=survey, office=office))
        named = [cell for cell in cells if cell.programme.casefold() == programme.casefold()]
        for cell in named or cells[: len(cells) == 1]:
            _held(survey.pk)
            made, _new = Invitation.objects.get_or_create(
                cell=cell, subject=subject,
                defaults={"token": new_token(), "erase_on": trace_erased_on(survey.closes_at)},
            )  # fmt: skip
            return made.token
    return None


@transaction.atomic
def enter_answers(
    *, by: Standing, cell: int, mode: Mode, entered: Sequence[Entered], now: datetime
) -> tuple[int, dict[UUID, list[Fault]]]:
    """Store answers recorded by an enumerator, on paper or in a file; return the number of new ones, and faults by key.

    Valid ones are stored, others are reported by key: also those answered after the closing time, and different ones
    with a known key. Sent twice, each is stored once. The clock of a device may be wrong: an end before the opening or
    after now counts as at that moment. Raises :class:`NotFound`, :class:`NotAllowed`, :class:`NotOpenYet`;
    :class:`WrongSurveyState` and :class:`SurveyClosed` if the survey is over and none of them has come before. Needs
    ``enter`` for the office of the cell.
    """
    row = existing(Cell.objects.select_related("survey").filter(pk=cell).first())
    try:
        survey = locked_survey(by, row.survey_id, Action.ENTER, office=row.office_id)
        _require_open(survey, survey.opens_at, now)
    except (WrongSurveyState, SurveyClosed):
        # A device that lost its receipt while the survey was open asks again: answers that came in time are known.
        unknown = _unknown(row, entered, mode, now)
        if len(unknown) == len(entered):
            raise
        return 0, {key: [Fault(SurveyClosed.code, SurveyClosed.sentence, {}, "ended_at")] for key in unknown}
    form = form_of(survey)
    refused: dict[UUID, list[Fault]] = {}
    made: dict[UUID, Response] = {}
    for answer in entered:
        ended_at = min(max(answer.ended_at, survey.opens_at), now)
        faults = faults_of(answer.given, form)
        if not faults and ended_at > survey.closes_at:
            sentence = N_("This was answered after the survey had closed: it does not count")
            faults = [Fault("given-after-closing", sentence, {}, "ended_at")]
        if faults:
            refused[answer.key] = faults
            continue
        response = _row(row, form, replace(answer, ended_at=ended_at), mode, now)
        flags = flags_of(
            answer.given, form, mode=mode, began_at=answer.began_at, ended_at=answer.ended_at, device_seen=False
        )
        response.flags, response.weight, response.entered_by_id = (
            list(flags),
            weight_of(flags, form.quality),
            by.account,
        )
        if answer.key in made and not _same(made[answer.key], response):
            refused[answer.key] = [Fault(ReplayedAnswer.code, ReplayedAnswer.sentence)]
        made.setdefault(answer.key, response)
    there = set(Response.objects.filter(key__in=made).values_list("key", flat=True))
    new = [response for key, response in made.items() if key not in there]
    Response.objects.bulk_create(new, ignore_conflicts=True)
    stored = Response.objects.filter(key__in=made)
    replayed = {response.key for response in stored if not _same(response, made[response.key])}
    refused |= {key: [Fault(ReplayedAnswer.code, ReplayedAnswer.sentence)] for key in replayed}
    new = [response for response in new if response.key not in replayed]
    if new:
        audit.record(
            by=by.actor, action="enter", target=TARGET, key=survey.pk, area=survey.region_id,
            after={"cell": row.pk, "mode": mode.value, "count": len(new)},
        )  # fmt: skip
    return len(new), refused


@transaction.atomic
def keep_unfinished(*, token: str, key: UUID, body: dict[str, object], now: datetime) -> None:
    """Keep the answers given so far.

    Raises :class:`NotFound` for an unknown link or the key of another link, :class:`SurveyClosed`,
    :class:`TooManyBegun`, :class:`TooMuchAnswered`.
    """
    cell = existing(Cell.objects.filter(cells_by(token)).first())
    _require_open(_held(cell.survey_id), now, now)
    if len(json.dumps(body).encode()) > MAX_UNFINISHED_BYTES:
        raise TooMuchAnswered
    kept = Unfinished.objects.filter(pk=key)
    if not kept.exists():
        _make_room(cell, now)
        Unfinished.objects.bulk_create(
            [Unfinished(pk=key, cell=cell, body=body, began_at=now, saved_at=now)], ignore_conflicts=True
        )
    if not kept.filter(cell=cell).update(body=body, saved_at=now):
        raise NotFound


@every("surveys.erase-expired", cron="45 19 * * *")  # 2.45 WIB
@transaction.atomic
def erase_expired(*, by: Standing, now: datetime) -> dict[str, int]:
    """Erase data that has served its purpose: devices, addresses, invitations, answers never handed in; return the
    numbers of each. Days are those of the nation's time zone. Only for the schedule and the operator."""
    by.require_server()
    today = today_in("", now)
    erased = {
        "traces": Trace.objects.filter(erase_on__lt=today),
        "contacts": Contact.objects.filter(erase_on__lt=today),
        "invitations": Invitation.objects.filter(erase_on__lt=today),
        "unfinished": Unfinished.objects.filter(saved_at__lt=now - timedelta(days=UNFINISHED_DAYS)),
    }
    return {name: rows.delete()[0] for name, rows in erased.items()}


def _held(key: int) -> Survey:
    """Lock the survey against closing until the answer is stored; answers do not wait for each other."""
    return Survey.objects.raw("SELECT * FROM surveys_survey WHERE id = %s FOR SHARE", [key])[0]


def _require_open(survey: Survey, ended_at: datetime, now: datetime) -> None:
    try:
        require_open(
            state_open=survey.state == SurveyState.OPEN, opens_at=survey.opens_at, closes_at=survey.closes_at,
            ended_at=ended_at, now=now,
        )  # fmt: skip
    except NotOpenYet as error:
        # On the day of the region: in UTC it may be the one before.
        raise NotOpenYet(day=today_in(survey.region_id, survey.opens_at)) from error


def _make_room(cell: Cell, now: datetime) -> None:
    """Make room for one more unfinished answer of a link; raises :class:`TooManyBegun`."""
    rows = Unfinished.objects.filter(cell=cell)
    counts = rows.aggregate(all=Count("pk"), lately=Count("pk", filter=Q(began_at__gt=now - timedelta(minutes=1))))
    if counts["lately"] >= MAX_BEGUN_A_MINUTE:
        raise TooManyBegun(seconds=60)
    if counts["all"] >= MAX_UNFINISHED:
        oldest = rows.order_by("saved_at", "pk").values("pk")[: counts["all"] - MAX_UNFINISHED + 1]
        Unfinished.objects.filter(pk__in=list(oldest.values_list("pk", flat=True))).delete()


def _known(key: UUID, cell: Cell, given: Answered, form: Questionnaire) -> bool:
    row = storing.stored(key)
    if row is None:
        return False
    if faults_of(given, form) or _content(row) != (
        cell.pk, given.group, dict(given.profile), cleaned(given, form),
    ):  # fmt: skip
        raise ReplayedAnswer
    return True


def _unknown(cell: Cell, entered: Sequence[Entered], mode: Mode, now: datetime) -> list[UUID]:
    """Return the keys of answers that have not come before in this form."""
    form = form_of(cell.survey)
    there = {response.key: response for response in Response.objects.filter(key__in=[answer.key for answer in entered])}
    known = {
        answer.key
        for answer in entered
        if answer.key in there
        and not faults_of(answer.given, form)
        and _same(there[answer.key], _row(cell, form, answer, mode, now))
    }
    return [answer.key for answer in entered if answer.key not in known]


def _same(response: Response, other: Response) -> bool:
    return _content(response) == _content(other)


def _content(row: Response) -> tuple[int, str, dict[str, str], dict[str, str | int]]:
    return row.cell_id, row.group, row.profile, row.answers


def _require_pace(traced: Source, now: datetime) -> None:
    if traced.origin and storing.sent_since(traced.origin, now - timedelta(minutes=1)) >= MAX_A_MINUTE:
        raise TooManyAnswers(seconds=60)


def _hashed(survey: Survey, source: Source) -> Source:
    def keyed(text: str) -> str:
        secret = f"surveys {survey.pk} {settings.SECRET_KEY}".encode()
        return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest() if text else ""

    return Source(keyed(source.device), keyed(network_of(source.origin)))


def _row(cell: Cell, form: Questionnaire, answer: Entered, mode: Mode, now: datetime) -> Response:
    survey = cell.survey
    answers = cleaned(answer.given, form)
    told = {field.code: answer.given.profile.get(field.code, "") for field in form.profile}
    return Response(
        survey=survey, cell=cell, key=answer.key, mode=mode, group=answer.given.group,
        profile={code: chosen for code, chosen in told.items() if chosen}, answers=answers,
        marks=marks_of(answers, form), ended_on=today_in(survey.region_id, answer.ended_at),
        received_at=now.replace(minute=0, second=0, microsecond=0),
    )  # fmt: skip


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise Faults(faults)
