"""Minutes of a visit (berita acara peninjauan lapangan): the surveyor submits them, the person met on site may sign on
the surveyor's device, and the applicant signs with their account or by a code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, tzinfo
from types import MappingProxyType
from uuid import UUID

from django.db import transaction

from pilar.areas.reference import local, today_in
from pilar.evidence.operations import HeldUpload, keep_private, to_be_scanned
from pilar.evidence.queries import first_bytes
from pilar.people.operations import ask_code, held, there
from pilar.people.operations.codes import held_code
from pilar.people.rules import SCHEDULE, NotAllowed, NotFound, Standing
from pilar.permits.models import Case, DrawnSignature
from pilar.permits.operations.applying import add_case_file
from pilar.permits.operations.handling import MAX_TEXT, do_stage, required_text
from pilar.permits.operations.notices import reached_at, tell_applicant, tell_officers
from pilar.permits.operations.steps import TARGET, happened, own_case
from pilar.permits.queries.minutes import minutes_of, to_sign
from pilar.permits.rules.authority import Action, Right
from pilar.permits.rules.cases import CaseElsewhere, EventKind, FileState, Outcome
from pilar.permits.rules.exif import HEAD, read_exif
from pilar.permits.rules.places import Point
from pilar.permits.rules.roles import Role
from pilar.permits.rules.signatures import Drawing, Drawn, read_drawing
from pilar.platform import audit
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_


@dataclass(frozen=True, slots=True)
class Minutes:
    """The findings of a ``day``, and the name and remarks of the person who was there for the applicant. ``agreed``:
    whether they agree."""

    day: date
    found: str
    present: str
    agreed: bool
    remarks: str = ""


@dataclass(frozen=True, slots=True)
class Photo:
    """A held photograph; ``at`` and ``point`` (accurate to ``metres``) are when and where it was added, as reported by
    the device."""

    held: HeldUpload
    at: datetime | None = None
    point: Point | None = None
    metres: int | None = None


@transaction.atomic
def record_visit(
    *, by: Standing, case: int, stage: str, minutes: Minutes, photos: Sequence[Photo] = (),
    drawing: Drawing = Drawing(), now: datetime,  # noqa: B008 - frozen
) -> None:  # fmt: skip
    """Submit the minutes of a visit, signed by the surveyor, with the person who represented the applicant, and the
    photographs with the data of the device; ``drawing`` is that person's signature on the device. The applicant is
    notified and signs with :func:`sign_minutes`, even if somebody signed at the visit.

    Raises as :func:`recommend`, Faults at ``day`` if it is in the future, at ``file``, and as :func:`read_drawing`.
    """
    drawn = read_drawing(drawing)
    required_text(minutes.found, "found")
    required_text(minutes.present, "present")
    said = {**asdict(minutes), "day": minutes.day.isoformat()}
    zone = local(now, held(Case.objects, pk=case).region_id).tzinfo or UTC
    kept = [(photo, keep_private(by=by, held=photo.held)) for photo in photos]
    if kept:
        said["photos"] = {
            f"{stage}-{number}": _said_of(photo, file["storage_key"], zone)
            for number, (photo, file) in enumerate(kept, 1)
        }
    if drawn is not None:
        said["drawn"] = drawn.capacity
    row = do_stage(by, (case, stage), Action.VISIT, Outcome.DONE, said, now=now)
    if drawn is not None:
        _keep_drawn(row, stage, drawn, by=by)
    for number, (_one, file) in enumerate(kept, 1):
        to_be_scanned(add_case_file(row, f"{stage}-{number}", by, now, **file, state=FileState.ACCEPTED))
    if minutes.day > today_in(row.region_id, now):
        raise Faults([Fault("in-the-future", N_("Choose today or an earlier day"), {}, "day")])
    tell_applicant(row)


@transaction.atomic
def sign_minutes(*, by: Standing, case: int, stage: str, agreed: bool, remarks: str = "", now: datetime) -> None:
    """Sign the last minutes of a visit with an account, as the applicant or their proxy, with agreement or disagreement
    and remarks. Minutes are signed once; the office continues in the meantime.

    Raises :class:`NotFound`, :class:`WrongState`, :class:`NotAllowed` for the counter, :class:`CaseElsewhere` if no
    minutes wait for a signature, Faults at ``remarks`` for a disagreement without remarks.
    """
    row = own_case(by, case, Right.SIGN_MINUTES, now=now)
    if row.at_counter:
        raise NotAllowed
    minutes = next((minutes for minutes in minutes_of(row.events.all()) if minutes.stage == stage), None)
    if minutes is None or minutes.signed_at:
        raise CaseElsewhere
    _sign(row, minutes.number, stage, by=by, agreed=agreed, remarks=remarks, now=now)


def ask_to_sign(*, case: int, network: str, language: str, now: datetime) -> UUID:
    """Have a code sent to the person who filed a case at the counter, as :func:`pilar.people.operations.ask_code` does;
    Faults if nothing can be sent to them."""
    contact = reached_at(there(Case.objects, pk=case, at_counter=True))
    if contact is None:
        sentence = N_("The application has no e-mail address or phone that is reached from here: ask at the counter")
        raise Faults([Fault("not-reached", sentence)])
    return ask_code(contact=contact.text, network=network, language=language, now=now)


@transaction.atomic
def sign_minutes_by_code(
    *, by: Standing, case: int, stage: str, reference: UUID, agreed: bool, remarks: str = "", now: datetime
) -> None:
    """Sign the last minutes of a visit without an account, for somebody who applied at the counter: with the code that
    was sent to the address or number in the application and entered a short while ago. The way of signing is recorded.

    Raises :class:`NotAllowed` for somebody who is signed in, :class:`CodeRefused`, :class:`NotFound` if the code was
    sent elsewhere, and as :func:`sign_minutes`.
    """
    if by.account is not None or by.citizen is not None:
        raise NotAllowed
    row, code = held(Case.objects, pk=case), held_code(reference, now)
    contact = reached_at(row) if row.at_counter else None
    if contact is None or code.contact_hash not in contact.hashes:
        raise NotFound
    minutes = to_sign(row)
    if minutes is None or minutes.stage != stage:
        raise CaseElsewhere
    how = {"how": "code", "channel": str(code.channel)}
    _sign(row, minutes.number, stage, by=SCHEDULE, agreed=agreed, remarks=remarks, how=how, now=now)  # nobody signed in


def _sign(
    row: Case, number: int, stage: str, *, by: Standing, agreed: bool, remarks: str, now: datetime,
    how: Mapping[str, str] = MappingProxyType({}),
) -> None:  # fmt: skip
    if not agreed:
        required_text(remarks, "remarks")
    said = {"of": number, "agreed": agreed, "remarks": remarks.strip()[:MAX_TEXT], **how}
    happened(row, EventKind.MINUTES, by=by, now=now, stage=stage, said=said)
    if not agreed:
        tell_officers(
            row, Role.BACK, by=by, kind="permits.minutes", subject=f"permits.case:{row.pk}:{stage}", now=now,
            sentence=N_("The applicant of %(number)s does not agree with the minutes of the visit"),
        )  # fmt: skip


def _keep_drawn(row: Case, stage: str, drawn: Drawn, *, by: Standing) -> None:
    """Store the drawn signature with its minutes, and record that the surveyor attests who drew it."""
    number = row.events.filter(kind=EventKind.DONE, stage=stage).latest("number").number
    DrawnSignature.objects.create(case=row, number=number, capacity=drawn.capacity, strokes=drawn.text)
    audit.record(
        by=by.actor, action="attest", target=TARGET, key=row.pk, area=row.region_id,
        after={"stage": stage, "capacity": drawn.capacity},
    )  # fmt: skip


def _said_of(photo: Photo, storage_key: str, zone: tzinfo) -> dict[str, object]:
    """Return time and place of a photograph as reported by the device and, as ``own``, those in the photograph
    itself."""
    taken = read_exif(first_bytes(storage_key, HEAD), zone)
    own = _told(taken.at, taken.point)
    return _told(photo.at, photo.point, metres=photo.metres) | ({"own": own} if own else {})


def _told(at: datetime | None, point: Point | None, **more: object) -> dict[str, object]:
    said = {"at": at and at.isoformat(), "point": point and str(point), **more}
    return {name: value for name, value in said.items() if value is not None}
