"""Read the statement of full responsibility of a self-assessment: required or not, present or not, and its signer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from pilar.areas.reference import today_in
from pilar.evaluation.models import AnswerEvidence, Assessment
from pilar.evaluation.queries.answer_rows import Form
from pilar.evaluation.rules import responsibility as rules
from pilar.evaluation.rules.authority import Action, holds
from pilar.evaluation.rules.responsibility import SignatorySubmits, Signed
from pilar.evidence.models import Revision
from pilar.evidence.queries import RevisionRow, revision
from pilar.evidence.rules import ScanState
from pilar.people.queries import current
from pilar.people.rules import NotFound, Role, Standing
from pilar.platform.audit import events
from pilar.platform.errors import Fault


@dataclass(frozen=True, slots=True)
class Responsibility:
    """The statement of a self-assessment. ``since``: from which day the campaign asks for one. ``code`` is of what is
    answered now, once it is submitted of what was, with as many ``submitted`` pieces of evidence; ``signed`` the file
    that was brought in, with the code of what it is of. ``yields``: the reader leaves it to the ``signatories`` to
    submit."""

    since: date | None
    required: bool
    code: str
    signed: RevisionRow | None
    signed_code: str
    signatories: tuple[str, ...]
    yields: bool
    submitted: int | None = None

    @property
    def written_code(self) -> str:
        return rules.written(self.code)

    @property
    def written_signed_code(self) -> str:
        return rules.written(self.signed_code)

    @property
    def is_of_now(self) -> bool:
        """Return whether the signed statement is of what is answered now."""
        return self.signed is not None and self.signed_code == self.code

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Return what keeps it from being submitted."""
        if not self.required:
            return ()
        signed = self.signed and Signed(self.signed_code, self.signed.scan is ScanState.INFECTED)
        return tuple(rules.faults(signed, self.code))

    @property
    def leaves(self) -> SignatorySubmits | None:
        """Return why the reader does not submit, though their role does; None if they do."""
        return SignatorySubmits(names=self.signatories) if self.yields else None


@dataclass(frozen=True, slots=True)
class Submission:
    """A self-assessment and its statement, as they stand between the reader and its submission."""

    form: Form
    statement: Responsibility

    @property
    def obstacles(self) -> tuple[Fault, ...]:
        """Return what is missing besides answers: the statement, or somebody else who submits in the reader's place."""
        leaves = self.statement.leaves
        if leaves is None or not holds(self.form.by, Action.SUBMIT, self.form.case):
            return self.statement.faults
        names = {"names": ", ".join(self.statement.signatories)}
        return (*self.statement.faults, Fault(leaves.code, leaves.sentence, names))

    @property
    def ready(self) -> bool:
        """Return whether nothing keeps it from being submitted."""
        return self.form.is_ready and not self.obstacles


def responsibility(form: Form, *, now: datetime) -> Responsibility:
    """The statement of a self-assessment for a reader of its form. At most six queries."""
    row = Assessment.objects.values_list(
        "statement", "statement_number", "statement_code", "participation__campaign__statement_since"
    ).get(pk=form.header.key)
    piece, number, signed_code, since = row
    region = form.header.region_code
    names = signatories(region, now)
    said = _as_submitted(form)
    code = str(said.get("code", "") or ("statement" in said and signed_code) or code_of(form))
    return Responsibility(
        since=since,
        required=rules.is_required(since, today_in(region, now)),
        code=code,
        signed=None if piece is None else _signed(piece, number, form.by),
        signed_code=signed_code,
        signatories=names,
        yields=bool(names) and not _signs(form.by, region),
        submitted=len(said["evidence"]) if "evidence" in said else None,
    )


def _as_submitted(form: Form) -> Mapping[str, Any]:
    """Return what the history keeps of the newest submission; nothing while it is being prepared. Before codes were
    kept, a ``statement`` there was signed for what was submitted. One query."""
    if not form.header.handed_in:
        return {}
    history = events(target="evaluation.assessment", key=form.header.key, action="submit", limit=1)
    return next((event.after for event in history if event.after is not None), {})


def code_of(form: Form) -> str:
    """The code of what is answered, with its evidence: one for all, also for anyone who does not read every piece. One
    query."""
    newest = Revision.objects.filter(evidence=OuterRef("evidence")).order_by("-number").values("number")[:1]
    attached = (
        AnswerEvidence.objects.filter(answer__assessment=form.header.key)
        .annotate(version=Coalesce("number", Subquery(newest), output_field=IntegerField()))
        .order_by()
        .values_list("answer__node", "evidence", "version")
    )
    pieces: dict[str, list[tuple[str, int]]] = {}
    for node, evidence, version in attached:
        pieces.setdefault(node, []).append((str(evidence), version))
    return rules.code_of(
        (leaf.code, form.answer(leaf.code).version, pieces.get(leaf.code, [])) for leaf in form.instrument.leaves
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
