"""Cases for their readers: lists of a desk, one complete case, and the applicant's own cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.core.paginator import Page
from django.db.models import F, Q

from pilar.areas.reference import today_in
from pilar.evidence.queries import StoredFile, private_file
from pilar.people.queries import acting_for, current
from pilar.people.rules import NotFound, Standing, existing, role_of
from pilar.permits.models import (
    Absence,
    Appointment,
    Case,
    CaseEvent,
    CaseFile,
    DeskBatch,
    Message,
    OwnDocument,
    Relative,
    Task,
)
from pilar.permits.queries import completeness, trail
from pilar.permits.queries.desk import complaints_of
from pilar.permits.queries.events import events_of, finding_text
from pilar.permits.queries.forecasts import forecasts_of
from pilar.permits.queries.letters import letters_of
from pilar.permits.queries.minutes import drawn_at_visits, minutes_of
from pilar.permits.queries.objections import grounds, objections_of
from pilar.permits.queries.papers import files_of, paper_name
from pilar.permits.queries.rows import (
    AbsenceRow,
    AppointmentRow,
    BatchRow,
    CaseDetail,
    CaseRow,
    Colleague,
    OwnDocumentRow,
    StageRow,
    decided_against,
)
from pilar.permits.queries.waiting import is_overdue, last_day, overdue
from pilar.permits.rules import services
from pilar.permits.rules.authority import AUTHORITY, BY_KIND, OFFICERS, RIGHTS, Action, Right
from pilar.permits.rules.authority import Case as Place
from pilar.permits.rules.cases import (
    APPLICANTS_TURN,
    CLOSED,
    OPEN,
    CaseState,
    EventKind,
)
from pilar.permits.rules.clock import Reading
from pilar.permits.rules.explaining import explained
from pilar.permits.rules.services import Service, StageKind, role_text
from pilar.platform import audit, secrets
from pilar.platform.errors import Faults
from pilar.platform.paging import PAGE, paged

OVERDUE = "overdue"
"""Cases whose applicant missed the last day to pay or to send the application again."""


def works_on_permits(scope: Standing) -> bool:
    """Return whether somebody holds a role that reads cases or writes services."""
    return any(AUTHORITY.extent(scope, action).touched for action in (Action.READ, Action.EDIT_SERVICE))


def require_reader(scope: Standing, region: str) -> None:
    """Raise :class:`NotFound` for users who work on no case of a region."""
    if not AUTHORITY.extent(scope, Action.READ).touched & {region} and not scope.unrestricted:
        raise NotFound


def desk_batch(key: int, *, scope: Standing) -> BatchRow:
    """Read the progress of an order for many stages, for the person who gave it. Raises :class:`NotFound`."""
    row = existing(DeskBatch.objects.filter(pk=key, ordered_by=scope.account).first())
    refused = tuple((number, text) for number, text in row.refused)
    return BatchRow(row.pk, row.region_id, len(row.stages), row.done, refused, row.ended_at is not None)


def open_batches(*, scope: Standing) -> tuple[int, ...]:
    """List the reader's orders for many stages that are not done yet."""
    rows = DeskBatch.objects.filter(ordered_by=scope.account, ended_at=None).exclude(ordered_by=None)
    return tuple(rows.order_by("pk").values_list("pk", flat=True))


def has_declared(scope: Standing) -> bool:
    """Return whether an officer has declared the people whose cases they do not handle, themselves first."""
    handles = any(held.role in OFFICERS for held in scope.memberships)
    return not handles or Relative.objects.filter(user=scope.account).exists()


def own_documents(*, scope: Standing, now: datetime) -> tuple[OwnDocumentRow, ...]:
    """The documents that the reader, and the people they act for, may use again."""
    accounts = [acted_for.account for acted_for in acting_for(scope, purpose="permits", now=now)]
    rows = OwnDocument.objects.filter(account__in=accounts, removed_at=None).order_by("requirement", "pk")
    used = CaseFile.objects.filter(storage_key__in=[row.storage_key for row in rows]).select_related("case")
    names = {
        case_file.storage_key: paper_name(trail.service_of(case_file.case), case_file.requirement) for case_file in used
    }
    return tuple(
        OwnDocumentRow(row.pk, names.get(row.storage_key, row.requirement), row.file_name, row.valid_until)
        for row in rows
    )  # fmt: skip


def colleagues(region: str, *, now: datetime) -> tuple[Colleague, ...]:
    """List the officers who work on permits of a region, role by role."""
    rows = current(now).filter(role__in=OFFICERS).filter(Q(region=region) | Q(office__region=region))
    memberships = rows.select_related("user").order_by("user__name", "role")
    return tuple(
        Colleague(membership.user_id, str(membership.user.name), role_of(membership.role)) for membership in memberships
    )


def absences(region: str, *, scope: Standing, now: datetime) -> tuple[AbsenceRow, ...]:
    """List the present and coming absences in a region, with the deputies; ``mine``: the reader may end it."""
    heads = AUTHORITY.may(scope, Action.DELEGATE, Place(region))
    rows = Absence.objects.filter(region=region, ended_at=None, until__gte=today_in(region, now))
    return tuple(
        AbsenceRow(row.pk, str(row.user.name), role_of(row.role), str(row.deputy.name), row.since, row.until,
                   heads or row.user_id == scope.account)
        for row in rows.select_related("user", "deputy").order_by("since", "pk")
    )  # fmt: skip


def desk(
    region: str, *, scope: Standing, now: datetime, search: str = "", mine: bool = False, untaken: bool = False,
    among: Collection[int] | None = None, page: int | str = 1, size: int | None = PAGE,
) -> Page[CaseRow]:  # fmt: skip
    """The open stages that the reader can do in a region, those due first; ``mine``: that they have taken,
    ``untaken``: that nobody else has taken, ``among``: those of these cases."""
    acting = trail.acting(scope, now)
    held = [membership for membership in acting.memberships if membership.region == region]
    waiting = Q(pk__in=())
    for held_role in held:
        waiting |= (
            Q(role=held_role.role) if held_role.office is None else Q(role=held_role.role, office=held_role.office)
        )
    rows = Task.objects.filter(waiting, region=region, done_at=None).exclude(case__state__in=CLOSED)
    if mine:
        rows = rows.filter(taken_by=scope.account)
    if untaken:
        rows = rows.filter(Q(taken_by=None) | Q(taken_by=scope.account))
    if among is not None:
        rows = rows.filter(case__in=among)
    if search:
        rows = rows.filter(
            Q(case__number__icontains=search) | Q(case__identity_hash__in=completeness.identified_by(search))
        )
    ordered = rows.select_related("case__version", "taken_by").order_by(F("due_at").asc(nulls_last=True), "case_id")
    return paged(ordered, lambda tasks: _desk_rows(list(tasks), now), page=page, size=size)


def _desk_rows(tasks: list[Task], now: datetime) -> Iterable[CaseRow]:
    events = _events_of({task.case_id for task in tasks})
    for task in tasks:
        service = trail.service_of(task.case)
        reading = trail.reading(task.case, service, now=now, events=events[task.case_id])
        own = reading.stages.get(task.stage)
        yield _row(
            task.case, service, stage=task.stage, stage_name=str(service.stage(task.stage).name), desk_due=task.due_at,
            desk_used=own.used if own else None, used=reading.used, taken_by=str(task.taken_by or ""),
            taker=task.taken_by_id, stage_kind=task.kind, refuses=decided_against(events[task.case_id]),
        )  # fmt: skip


def all_cases(
    region: str, *, scope: Standing, now: datetime, search: str = "", state: str = "", page: int | str = 1,
    size: int | None = PAGE,
) -> Page[CaseRow]:  # fmt: skip
    """The cases of a region that the reader may see, newest first; ``state`` may be :data:`OVERDUE`."""
    rows = trail.readable(region, scope)
    if search:
        rows = rows.filter(Q(number__icontains=search) | Q(identity_hash__in=completeness.identified_by(search)))
    if state == OVERDUE:
        rows = overdue(rows, region, now)
    elif state:
        rows = rows.filter(state=state)
    return paged(
        rows.select_related("version").order_by("-submitted_at", "-pk"), lambda rows: map(_row_of, rows), page=page,
        size=size,
    )  # fmt: skip


def appointments(region: str, *, scope: Standing, now: datetime) -> tuple[AppointmentRow, ...]:
    """The appointments to come of the cases of a region that the reader may see."""
    rows = Appointment.objects.filter(case__in=trail.readable(region, scope), ended_at=None, at__gt=now)
    return tuple(_appointment(row, inside=True) for row in rows.select_related("case", "officer"))


def own_cases(*, scope: Standing, now: datetime) -> tuple[CaseRow, ...]:
    """The cases of the reader and of the people they act for, newest first."""
    accounts = [acted_for.account for acted_for in acting_for(scope, purpose="permits", now=now)]
    rows = Case.objects.filter(applicant__in=accounts).select_related("version").order_by("-created_at", "-pk")
    return tuple(_row_of(row) for row in rows)


def handed_over(*, scope: Standing) -> tuple[CaseRow, ...]:
    """The cases that the reader has handed to the person who acts for them, newest first."""
    rows = Case.objects.filter(handed_by=scope.citizen) if scope.citizen is not None else Case.objects.none()
    return tuple(_row_of(row) for row in rows.select_related("version").order_by("-created_at", "-pk"))


def counter_drafts(region: str, *, scope: Standing, now: datetime) -> tuple[CaseRow, ...]:
    """Drafts at the counter of a region, for its front office."""
    if not AUTHORITY.extent(trail.acting(scope, now), Action.FILE).touched & {region}:
        return ()
    rows = Case.objects.filter(region=region, at_counter=True, state=CaseState.DRAFT).select_related("version")
    return tuple(_row_of(row) for row in rows)


def own_case(key: int, *, scope: Standing, now: datetime) -> CaseDetail:
    """A case of the reader's own, of somebody they act for, or of the counter; raises :class:`NotFound`."""
    case = existing(Case.objects.select_related("version").filter(pk=key).first())
    accounts = {acted_for.account for acted_for in acting_for(scope, purpose="permits", now=now)}
    if case.at_counter:
        if not AUTHORITY.holds(trail.acting(scope, now), Action.FILE, trail.about(case)):
            raise NotFound
        audit.read(by=scope.actor, what="permits.case.person", key=case.pk, rows=1, area=case.region_id)
    elif case.applicant_id not in accounts:
        raise NotFound
    own = case.applicant_id is not None and case.applicant_id == scope.citizen
    barred = ({Right.SIGN_MINUTES} if case.at_counter else set()) | (set() if own else {Right.TRANSFER})
    rights = frozenset(right.value for right, states in RIGHTS.items() if case.state in states and right not in barred)
    return _detail(case, scope, now, mine=frozenset(), acts=rights, inside=False)


def officers_case(key: int, *, scope: Standing, now: datetime) -> CaseDetail:
    """A complete case for an officer who works on it; showing the applicant's data is logged. Raises
    :class:`NotFound`."""
    case = existing(Case.objects.select_related("version").filter(pk=key, submitted_at__isnull=False).first())
    acting, about = trail.acting(scope, now), trail.about(case)
    if not AUTHORITY.holds(acting, Action.READ, about):
        raise NotFound
    audit.read(by=scope.actor, what="permits.case.person", key=case.pk, rows=1, area=case.region_id)
    early = {Action.LAPSE} if not is_overdue(case, now) else set()
    acts = frozenset(action.value for action in Action if action not in early and AUTHORITY.may(acting, action, about))
    mine = frozenset(
        task.stage for task in Task.objects.filter(case=case, done_at=None)
        if BY_KIND[task.kind].value in acts and any(
            held.role == task.role and held.region == case.region_id and held.office in (None, task.office_id)
            for held in acting.memberships
        )
    )  # fmt: skip
    return _detail(case, scope, now, mine=mine, acts=acts, inside=True)


def visited(key: int, stage: str, *, scope: Standing, now: datetime) -> str:
    """The number of a case that the reader visits for an open stage; raises :class:`NotFound`. Returns nothing else."""
    task = existing(Task.objects.select_related("case").filter(case=key, stage=stage, kind=StageKind.VISIT).first())
    if not AUTHORITY.holds(trail.acting(scope, now), Action.VISIT, trail.about(task.case)):
        raise NotFound
    return task.case.number


def file_for(case: int, key: int, *, scope: Standing, now: datetime) -> StoredFile:
    """A document of a case for people who may read the case; raises :class:`NotFound`, :class:`Infected`."""
    row = existing(CaseFile.objects.select_related("case").filter(pk=key, case=case).first())
    accounts = (
        {acted_for.account for acted_for in acting_for(scope, purpose="permits", now=now)} if scope.citizen else set()
    )
    about = trail.about(row.case)
    if row.case.applicant_id not in accounts and not AUTHORITY.holds(trail.acting(scope, now), Action.READ, about):
        raise NotFound
    return private_file(row, region=row.case.region_id)


def _detail(
    case: Case, scope: Standing, now: datetime, *, mine: Collection[str], acts: frozenset[str], inside: bool
) -> CaseDetail:
    service = trail.service_of(case)
    rows = list(CaseEvent.objects.filter(case=case).order_by("number"))
    reading = trail.reading(case, service, now=now, events=rows)
    last = next((row for row in reversed(rows) if row.kind in (EventKind.RETURNED, EventKind.STOPPED)), None)
    asked = last if last and case.state in APPLICANTS_TURN and "findings" in last.facts else None
    names = {asked.key: str(asked.name) for asked in (*service.requirements, *service.fields)}
    alike = _alike(case, trail.acting(scope, now)) if inside else ()
    appointment = Appointment.objects.filter(case=case, ended_at=None, at__gt=now).select_related("officer").first()
    return CaseDetail(
        _row(case, service), service, case.edition, reading, tuple(str(sentence) for sentence in explained(reading)),
        completeness.person_of(case), _answers(case, service), case.answers,
        files_of(case, service, rows),
        _stages(case, (service, reading), rows, mine, _back(case, scope, acts, now)),
        events_of(service, rows, names, region=case.region_id, inside=inside),
        _messages(case), tuple(finding_text(finding, names) for finding in asked.facts["findings"]) if asked else (),
        date.fromisoformat(asked.facts["until"]) if asked and "until" in asked.facts else None,
        asked is not None and trail.asks_answers(asked),
        completeness.gaps_of(case, service, now=now),
        forecasts_of([case.pk], now=now).get(case.pk), alike,
        own=inside and completeness.is_of_relative(case, scope.account), acts=acts, at_counter=case.at_counter,
        appointment=_appointment(appointment, inside=inside) if appointment else None,
        letters=letters_of(case), objections=objections_of(case, now=now),
        grounds=grounds(case, today_in(case.region_id, now)) if Right.OBJECT in acts else (),
        minutes=minutes_of(rows, drawn_at_visits(case)), last_day=last_day(case),
        complaints=complaints_of(case, now) if inside and Action.READ_AROUND in acts else (),
        ends=_ends(case, service, now), granted=trail.granted_by(case),
    )  # fmt: skip


def _ends(case: Case, service: Service, now: datetime) -> date | None:
    today = today_in(case.region_id, now)
    due = today if case.due_at is None else max(today, today_in(case.region_id, case.due_at - timedelta(seconds=1)))
    try:
        last = services.valid_until(service, case.answers, today, over=True)
    except (Faults, services.NotSet):
        return None
    return last if case.state in OPEN and last < due else None


def _answers(case: Case, service: Service) -> tuple[tuple[str, str], ...]:
    told = []
    for field in services.shown(service, case.answers):
        if said := services.in_text(field, case.answers.get(field.key)):
            told.append((str(field.name), said))
    return tuple(told)


def _stages(
    case: Case, about: tuple[Service, Reading], events: Iterable[CaseEvent], mine: Collection[str],
    back: Mapping[str, bool],
) -> tuple[StageRow, ...]:  # fmt: skip
    service, reading = about
    open_ = {task.stage: task for task in Task.objects.filter(case=case, done_at=None).select_related("taken_by")}
    done = trail.done_of(service, events)
    rows = []
    for stage in trail.way_of(case, service):
        task, read = open_.get(stage.key), reading.stages.get(stage.key)
        rows.append(StageRow(
            stage, task is not None, stage.key in done, stage.key in mine, task.due_at if task else None,
            read.used if read else None, read.left if read else None, str(task.taken_by or "") if task else "",
            role_text(stage.role), take=stage.key in mine and stage.key not in back,
            give_back=back.get(stage.key, False),
        ))  # fmt: skip
    return tuple(rows)


def _back(case: Case, scope: Standing, acts: Collection[str], now: datetime) -> Mapping[str, bool]:
    """The open stages that somebody has taken, and whether the reader may give them back."""
    taken = Task.objects.filter(case=case, done_at=None).exclude(taken_by=None) if Action.TAKE in acts else ()
    hands = {task.stage: trail.hands_of(task, now) for task in taken}
    return {key: scope.account in hand or Action.DELEGATE in acts for key, hand in hands.items() if hand}


def _messages(case: Case) -> tuple[tuple[datetime, str, bool, str], ...]:
    rows = Message.objects.filter(case=case).order_by("at", "pk")
    return tuple(
        (row.at, "" if not row.from_office else str(row.by), row.from_office,
         secrets.decrypt(row.text.text, context=row.text.context))
        for row in rows
    )  # fmt: skip


def _alike(case: Case, scope: Standing) -> tuple[CaseRow, ...]:
    """Other open cases of the same service and person, or that name the same parcel or licence number, as far as the
    reader may open them."""
    same = Q(marks__overlap=case.marks) if case.marks else Q(pk__in=())
    if case.identity_hash:
        same |= Q(identity_hash=case.identity_hash, version__key=case.version.key, state__in=OPEN)
    rows = trail.readable(case.region_id, scope).filter(same)
    rows = rows.exclude(pk__in=[key for key in (case.pk, case.renews_id) if key])
    return tuple(_row_of(row) for row in rows.exclude(state=CaseState.WITHDRAWN).select_related("version")[:10])


def _events_of(cases: Collection[int]) -> Mapping[int, list[CaseEvent]]:
    events: defaultdict[int, list[CaseEvent]] = defaultdict(list)
    for event in CaseEvent.objects.filter(case__in=cases).order_by("case", "number"):
        events[event.case_id].append(event)
    return events


def _appointment(row: Appointment, *, inside: bool) -> AppointmentRow:
    agreed = row.agreed_at is not None
    return AppointmentRow(
        row.case_id, row.case.number, row.case.region_id, row.at, row.place, agreed,
        not agreed and row.from_office is not inside, str(row.officer or ""),
    )  # fmt: skip


def _row_of(case: Case) -> CaseRow:
    return _row(case, trail.service_of(case))


def _row(case: Case, service: Service, **more: Any) -> CaseRow:
    return CaseRow(
        case.pk, case.number, case.region_id, str(service.name), case.kind, CaseState(case.state), case.due_at,
        case.submitted_at, case.deemed_at is not None, **more,
    )  # fmt: skip
