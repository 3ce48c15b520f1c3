"""Whether a self-assessment needs a statement of full responsibility, which one is there, and who submits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from pilar.areas.reference import today_in
from pilar.evaluation.models import Assessment
from pilar.evaluation.queries.answer_rows import Form
from pilar.evaluation.rules import responsibility as rules
from pilar.evaluation.rules.responsibility import SignatorySubmits, Signed
from pilar.evidence.queries import RevisionRow, revision
from pilar.evidence.rules import ScanState
from pilar.people.queries import current
from pilar.people.rules import NotFound, Role, Standing
from pilar.platform.errors import Fault


@dataclass(frozen=True, slots=True)
class Responsibility:
    """The statement of a self-assessment. ``since``: from which day the campaign asks for one. ``code`` is of what is
    answered now; ``signed`` the file that was brought in, with the code of what it is of. ``yields``: the reader leaves
    it to the ``signatories`` to submit."""

    since: date | None
    required: bool
    code: str
    signed: RevisionRow | None
    signed_code: str
    signatories: tuple[str, ...]
    yields: bool

    @property
    def written_code(self) -> str:
        return rules.written(self.code)

    @property
    def is_of_now(self) -> bool:
        """Tell whether the signed statement is of what is answered now."""
        return self.signed is not None and self.signed_code == self.code

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What keeps it from being submitted."""
        if not self.required:
            return ()
        signed = self.signed and Signed(self.signed_code, self.signed.scan is ScanState.INFECTED)
        return tuple(rules.faults(signed, self.code))

    @property
    def leaves(self) -> SignatorySubmits | None:
        """Why the reader does not submit, though their role does; None if they do."""
        return SignatorySubmits(names=self.signatories) if self.yields else None


def responsibility(form: Form, *, now: datetime) -> Responsibility:
    """The statement of a self-assessment for a reader of its form. At most four queries."""
    row = Assessment.objects.values_list(
        "statement", "statement_number", "statement_code", "participation__campaign__statement_since"
    ).get(pk=form.header.key)
    piece, number, signed_code, since = row
    region = form.header.region_code
    names = signatories(region, now)
    return Responsibility(
        since=since,
        required=rules.is_required(since, today_in(region, now)),
        code=code_of(form),
        signed=None if piece is None else _signed(piece, number, form.by),
        signed_code=signed_code,
        signatories=names,
        yields=bool(names) and not _signs(form.by, region),
    )


def code_of(form: Form) -> str:
    """The code of what is answered, with its evidence."""
    return rules.code_of(
        (
            leaf.code,
            form.answer(leaf.code).version,
            [(str(row.evidence), row.number) for row in form.evidence.get(leaf.code, ())],
        )
        for leaf in form.instrument.leaves
    )


def signatories(region: str, now: datetime) -> tuple[str, ...]:
    """The names of those who sign for a region, who can sign in. One query."""
    rows = current(now).filter(role=Role.SIGNATORY, region=region, user__is_active=True)
    return tuple(rows.order_by("user__name", "user").values_list("user__name", flat=True))


def _signs(by: Standing, region: str) -> bool:
    return by.unrestricted or any(held.role is Role.SIGNATORY and held.region == region for held in by.memberships)


def _signed(piece: UUID, number: int, by: Standing) -> RevisionRow | None:
    try:
        return revision(piece, number, scope=by)
    except NotFound:
        return None
