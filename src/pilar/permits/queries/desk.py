"""Letters to the one-stop office: for the office, for the author of a letter, and as public counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.core.paginator import Page
from django.db.models import BooleanField, ExpressionWrapper, Q

from pilar.areas.reference import midnight_in, today_in
from pilar.people.rules import Standing, existing
from pilar.permits.models import Case as CaseModel
from pilar.permits.models import Letter
from pilar.permits.queries import trail
from pilar.permits.reference.investment import desk_limit
from pilar.permits.rules.authority import AUTHORITY, Action, Case
from pilar.permits.rules.desk import KIND_NAMES, LETTER_NAMES, LetterKind, LetterState
from pilar.platform.actors import Authority
from pilar.platform.language import translate
from pilar.platform.names import Signature
from pilar.platform.paging import PAGE, paged


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter. ``text`` and ``contact`` are what was sent, empty in lists and after they were erased; ``assumed``: no
    rule for its limit was found; ``case_key``: of the application that is named, 0 if there is none or the reader may
    not open it."""

    key: int
    region: str
    kind: LetterKind
    case: str
    asked_at: datetime
    due: date
    late: bool
    assumed: bool
    state: LetterState
    escalated: bool
    answer: str
    answered_by: Signature
    answered_at: datetime | None
    text: str = ""
    contact: str = ""
    case_key: int = 0

    @property
    def kind_name(self) -> str:
        return translate(KIND_NAMES[self.kind])

    @property
    def state_name(self) -> str:
        """In the reader's language; says who must act next."""
        return translate(LETTER_NAMES[self.state][0])

    @property
    def tone(self) -> str:
        return LETTER_NAMES[self.state][1]


@dataclass(frozen=True, slots=True)
class LetterCounts:
    """Letters of a kind received in a span of time: how many, answered, in time, escalated to the head."""

    kind: LetterKind
    came: int
    answered: int
    in_time: int
    escalated: int

    @property
    def kind_name(self) -> str:
        return translate(KIND_NAMES[self.kind])


def letters(
    region: str, *, scope: Standing, now: datetime, page: int | str = 1, size: int | None = PAGE
) -> Page[LetterRow]:
    """The letters to a region, those that wait first. Raises :class:`NotFound`. Two queries."""
    AUTHORITY.require(scope, Action.READ_AROUND, Case(region), known=False)
    rows = Letter.objects.filter(region=region).defer("text", "contact")
    over = ExpressionWrapper(Q(state=LetterState.ANSWERED), BooleanField())
    rows = rows.annotate(over=over).order_by("over", "due", "-pk")
    return paged(rows, lambda part: _rows(list(part), scope, now), page=page, size=size)


def letter(key: int, *, scope: Standing, now: datetime) -> LetterRow:
    """A letter with what was sent, which the audit log keeps. Raises :class:`NotFound`. One query."""
    row = existing(Letter.objects.filter(pk=key).first())
    AUTHORITY.require(scope, Action.READ_AROUND, Case(row.region_id), known=False)
    (letter_row,) = _rows([row], scope, now)
    return replace(letter_row, **_opened(row, scope, "text", "contact"))


def complaints_of(case: CaseModel, now: datetime) -> tuple[LetterRow, ...]:
    """The complaints that name a case, the newest first, for readers of letters."""
    rows = Letter.objects.filter(region=case.region_id, kind=LetterKind.COMPLAINT, case__iexact=case.number)
    return tuple(_row(row, now) for row in rows.defer("text", "contact").order_by("-pk"))


def case_named(region: str, number: str) -> CaseModel | None:
    """The application of a region with a number, as people write it."""
    return CaseModel.objects.filter(region=region, number__iexact=number).first() if number else None


def letter_of(token: str, *, scope: Standing, now: datetime) -> LetterRow:
    """A letter by the link that its author got. Raises :class:`NotFound`. One query."""
    row = existing(Letter.objects.filter(token=token).first())
    return _row(row, now, **_opened(row, scope, "text"))


def letter_counts(region: str, since: date, until: date, *, scope: Authority) -> tuple[LetterCounts, ...]:
    """Count the letters of a span of days and their answers, by kind; names nobody. One query."""
    del scope
    begins, ends = midnight_in(region, since), midnight_in(region, until + timedelta(days=1))
    rows = Letter.objects.filter(region=region, asked_at__gte=begins, asked_at__lt=ends).defer("text", "contact")
    letters: dict[str, list[Letter]] = {kind: [] for kind in LetterKind}
    for row in rows:
        letters[row.kind].append(row)
    return tuple(
        LetterCounts(
            LetterKind(kind), len(of), sum(letter.state == LetterState.ANSWERED for letter in of),
            sum(_in_time(letter) for letter in of), sum(letter.escalated_at is not None for letter in of),
        )
        for kind, of in letters.items() if of
    )  # fmt: skip


def _in_time(row: Letter) -> bool:
    """Return whether the office itself answered by the last day."""
    answered = row.answered_at if row.state == LetterState.ANSWERED and row.escalated_at is None else None
    return answered is not None and today_in(row.region_id, answered) <= row.due


def _rows(rows: list[Letter], scope: Standing, now: datetime) -> list[LetterRow]:
    """Letters with the applications that they name, where the reader may open these."""
    region, named = rows[0].region_id if rows else "", {row.case.upper() for row in rows if row.case}
    known = trail.readable(region, scope).filter(number__in=named).values_list("number", "pk") if named else ()
    keys = dict(known)
    return [replace(_row(row, now), case_key=keys.get(row.case.upper(), 0)) for row in rows]


def _row(row: Letter, now: datetime, **sent: str) -> LetterRow:
    kind, state = LetterKind(row.kind), LetterState(row.state)
    limit = desk_limit(kind, today_in(row.region_id, row.asked_at))
    return LetterRow(
        row.pk, row.region_id, kind, row.case, row.asked_at, row.due,
        state is not LetterState.ANSWERED and row.due < today_in(row.region_id, now), limit.source == "assumption",
        state, row.escalated_at is not None, row.answer, row.answered_by, row.answered_at, **sent,
    )  # fmt: skip


def _opened(row: Letter, scope: Standing, *names: str) -> dict[str, str]:
    kept = {name: getattr(row, name) for name in names}
    return {
        name: sealed.read(by=scope.actor, key=row.pk, area=row.region_id) if sealed else ""
        for name, sealed in kept.items()
    }
