"""The made-up surveys of the demonstration, set up, answered and closed as the example accounts would have done it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO

from django.db import transaction

from pilar.areas.queries import offices
from pilar.areas.reference import today_in
from pilar.evidence import operations as evidence
from pilar.evidence.operations import HeldUpload
from pilar.people import queries as accounts
from pilar.people.models import User
from pilar.people.rules import HeldRole, Role, Standing
from pilar.platform import locks
from pilar.reports.document import Document, Notice
from pilar.reports.pdf import typeset
from pilar.surveys.models import Cell, Survey
from pilar.surveys.operations.answering import Entered, Source, answer, enter_answers
from pilar.surveys.operations.surveys import (
    NewSurvey,
    close_survey,
    create_survey,
    open_survey,
    set_cells,
    state_validity,
)
from pilar.surveys.queries.surveys import survey
from pilar.surveys.reference import demonstrated
from pilar.surveys.rules import demonstration as plan
from pilar.surveys.rules.answers import Mode
from pilar.surveys.rules.demonstration import IMPACT, REGION, Drawn, Programme, Round
from pilar.surveys.rules.surveys import GRACE, NewCell, quotas_of


def load_demo_surveys(*, by: Standing, team: Mapping[Role, str], now: datetime) -> bool:
    """Make all surveys unless they are there, which takes one query to see; says whether it made them.

    ``by`` reads the offices; ``team``: e-mail address of the example account of each role. The offices of the
    demonstration's plans exist. All or nothing: a file that was put into the store and is not used after a failure is
    swept.
    """
    if _made():
        return False
    coordinator, contributor = (
        accounts.standing(User.objects.get(email=team[role]), now) for role in (Role.COORDINATOR, Role.CONTRIBUTOR)
    )
    rounds = plan.rounds(now)
    statements = {one: _statement(coordinator, one) for one in rounds if one.form == IMPACT and one.closed}
    with transaction.atomic():
        locks.take("surveys.demonstration")
        if _made():
            return False
        keys = {row.abbreviation: row.key for row in offices(REGION, scope=by)}
        # The example contributor stands in for all offices.
        seats = tuple(HeldRole(Role.CONTRIBUTOR, REGION, key) for key in keys.values())
        work = _Work(coordinator, Standing(contributor.actor, seats), keys, now)
        for one in rounds:
            work.make(one, statements.get(one))
    return True


def _made() -> bool:
    return Survey.objects.filter(region=REGION, synthetic=True).exists()


def _statement(by: Standing, one: Round) -> HeldUpload:
    """The file of a made-up statement in the store; a file is received outside the transaction that uses it."""
    said = Document(
        title=plan.STATEMENT.format(year=one.year),
        language="id",
        author="Pilar",
        made_at=one.closes_at,
        blocks=(Notice(f"Berkas contoh untuk peragaan: {one.title}. Tidak ada kepala daerah yang menyatakan ini."),),
        stamp="DATA CONTOH",
    )
    file = BytesIO(typeset(said))
    name = f"pernyataan-contoh-{one.year}.pdf"
    return evidence.receive(by=by, region=REGION, upload=file, name=name, now=one.closes_at)


@dataclass(frozen=True, slots=True)
class _Work:
    coordinator: Standing
    contributor: Standing
    offices: Mapping[str, int]
    now: datetime

    def make(self, one: Round, statement: HeldUpload | None) -> None:
        """A survey from its beginning to where it is now."""
        by, drawn_up = self.coordinator, one.opens_at - timedelta(days=14)
        new = NewSurvey(one.form, one.title, one.year, one.opens_at, one.closes_at, synthetic=True)
        key = create_survey(by=by, region=REGION, given=new, now=drawn_up)
        programmes = demonstrated(one.form)
        set_cells(by=by, survey=key, cells=self._cells(one, programmes, key))
        open_survey(by=by, survey=key)
        form = survey(key, scope=by).questionnaire
        for cell in Cell.objects.filter(survey=key):
            self._take(cell, list(plan.answers(one, form, cell.programme, cell.place, cell.quota)), one)
        if one.closed:
            closed_at = one.closes_at + GRACE
            close_survey(by=by, survey=key, now=closed_at)
            if statement is not None:
                self._state(key, one, statement, closed_at + timedelta(days=6))

    def _cells(self, one: Round, programmes: Sequence[Programme], key: int) -> list[NewCell]:
        quota = survey(key, scope=self.coordinator).questionnaire.quota
        cells = [NewCell(item.title, self.offices[item.office], 1, item.pillar, item.part) for item in programmes]
        quotas = quotas_of(cells, quota, split=False)
        return [
            NewCell(cell.programme, cell.office, wanted, cell.pillar, cell.part)
            for cell, wanted in zip(cells, quotas, strict=True)
        ]

    def _take(self, cell: Cell, drawn: Sequence[Drawn], one: Round) -> None:
        """By link one by one, as they came; what was taken down is entered at the end, or today."""
        for item in sorted((item for item in drawn if item.mode is Mode.WEB), key=lambda item: item.ended_at):
            answer(
                token=cell.token, key=item.key, given=item.given, began_at=item.began_at,
                source=Source(item.device), now=item.ended_at,
            )  # fmt: skip
        for mode in (Mode.ENUMERATOR, Mode.PAPER):
            entered = [
                Entered(item.key, item.given, item.began_at, item.ended_at) for item in drawn if item.mode is mode
            ]
            if entered:
                enter_answers(
                    by=self.contributor, cell=cell.pk, mode=mode, entered=entered, now=min(one.closes_at, self.now)
                )

    def _state(self, key: int, one: Round, statement: HeldUpload, now: datetime) -> None:
        by, title = self.coordinator, plan.STATEMENT.format(year=one.year)
        file = evidence.add_evidence(by=by, region=REGION, title=title, content=statement, now=now)
        state_validity(by=by, survey=key, stated_by=plan.STATED_BY, stated_on=today_in(REGION, now), file=file)
