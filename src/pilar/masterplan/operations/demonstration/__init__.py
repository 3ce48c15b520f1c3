"""The master plans of the demonstration: what is known of Kabupaten Tangerang's, and a made-up rest.

Three plans: that of 2019 to 2023, expired; a made-up one of 2024 to 2028, in force and revised once; and the next one,
for which the call runs. All goes through the operations that the region's people would have used. The example
contributor stands in for all offices, attendance names positions and never a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from io import BytesIO
from uuid import UUID

from django.db import transaction

from pilar.areas.operations import add_office
from pilar.areas.queries import offices
from pilar.areas.reference import today_in
from pilar.evidence import operations as evidence
from pilar.evidence.operations import HeldUpload, Link
from pilar.masterplan.models import Plan, Version
from pilar.masterplan.operations.announcing_reports import tell_of_reports
from pilar.masterplan.operations.demonstration.execution import execute
from pilar.masterplan.operations.demonstration.formulation import Formulation, Met
from pilar.masterplan.operations.demonstration.people import People
from pilar.masterplan.operations.plans import NewPlan, start_plan, start_revision
from pilar.masterplan.operations.versions import bring_into_force, enter_decree, move_version
from pilar.masterplan.reference import demonstration
from pilar.masterplan.rules.demonstration import Demonstration, PlanOf, Years, morning, next_years, revised_in
from pilar.masterplan.rules.stages import Decree, LegalForm, VersionState
from pilar.people import queries as accounts
from pilar.people.models import User
from pilar.people.rules import HeldRole, Role, Standing
from pilar.platform import locks
from pilar.reports.document import Document, Notice
from pilar.reports.pdf import typeset

MADE_UP_SOURCE = "Data contoh untuk peragaan; tidak ada sumber."
EXAMPLE = " (contoh)"


def load_demo_plans(*, by: Standing, team: Mapping[Role, str], now: datetime) -> bool:
    """Make all plans unless they are there, which takes one query to see; says whether it made them.

    ``by`` adds offices and needs ``manage-offices``; ``team``: e-mail address of the example account of each role,
    whose region, offices and measures exist. All or nothing: a file that was put into the store and is not used after
    a failure is swept.
    """
    given = demonstration()
    if _made(given):
        return False
    coordinator, contributor = (
        accounts.standing(User.objects.get(email=team[role]), now) for role in (Role.COORDINATOR, Role.CONTRIBUTOR)
    )
    copy = _copy(coordinator, given, now)
    with transaction.atomic():
        locks.take("masterplan.demonstration")
        if _made(given):
            return False
        keys = _offices(by, given)
        seats = tuple(HeldRole(Role.CONTRIBUTOR, given.region, key) for key in keys.values())
        names = {row.abbreviation: row.name for row in offices(given.region, scope=by)}
        people = People(coordinator, Standing(contributor.actor, seats), keys, names)
        _Plans(given, people, now).build(copy)
    return True


def _made(given: Demonstration) -> bool:
    return Plan.objects.filter(region=given.region, synthetic=True).exists()


def _offices(by: Standing, given: Demonstration) -> dict[str, int]:
    """Keys of the region's open offices by abbreviation; adds those that never were there, named as examples."""
    there = {row.abbreviation: row.key for row in offices(given.region, scope=by)}
    for abbreviation, name in given.offices.items():
        if abbreviation not in there:
            there[abbreviation] = add_office(by=by, region=given.region, name=name + EXAMPLE, abbreviation=abbreviation)
    return there


def _copy(by: Standing, given: Demonstration, now: datetime) -> HeldUpload:
    """The file of the made-up decree in the store; a file is received outside the transaction that uses it."""
    said = Document(
        title="Salinan peraturan (data contoh)",
        language="id",
        author="Pilar",
        made_at=now,
        blocks=(Notice("Berkas contoh untuk peragaan. Ini bukan peraturan dan tidak pernah ditetapkan."),),
        stamp="DATA CONTOH",
    )
    file = BytesIO(typeset(said))
    return evidence.receive(by=by, region=given.region, upload=file, name="salinan-contoh.pdf", now=now)


class _Plans:
    def __init__(self, given: Demonstration, people: People, now: datetime) -> None:
        self._given, self._people, self._now = given, people, now
        self._today = today_in(given.region, now)

    def build(self, copy: HeldUpload) -> None:
        self._first()
        self._second(self._evidence("Salinan peraturan (data contoh)", copy))
        Formulation(self._given, self._people, next_years(self._now)).going_on(self._start_next(), self._now)
        self._remind()

    def _first(self) -> None:
        """The plan that is publicly known: title, years, decree, workshops and the meeting are facts."""
        facts = self._given.facts
        years = Years(PlanOf.FIRST, facts.first_year, facts.last_year)
        report = self._evidence("Berita tentang Peraturan Bupati 7 Tahun 2020 (bukan naskahnya)", Link(facts.source))
        new = NewPlan(facts.title, years.first, years.last, f"{facts.source}\n{facts.workshop_source}", synthetic=True)
        version = self._start(new, morning(date(2019, 7, 1)))
        work = Formulation(self._given, self._people, years)
        work.workshops(version, facts.workshop_opened_on, facts.workshop_source)
        work.write(version, morning(date(2019, 9, 2)))
        met = Met(morning(date(2019, 11, 20)), facts.finalisation_source)
        work.propose_and_meet(version, opened=morning(date(2019, 7, 8)), meeting=met)
        work.bodies(version, facts.workshop_source)
        self._decree(version, Decree(LegalForm.REGENT, facts.decree, facts.decreed_on), report)
        over = morning(date(years.last + 1, 1, 3))
        if over <= self._now:
            move_version(by=self._people.coordinator, version=version, target=VersionState.EXPIRED, now=over)
        execute(self._people, _plan(version), years, self._now)

    def _second(self, copy: UUID) -> None:
        """The made-up plan that is in force, and its revision."""
        years = Years(PlanOf.SECOND, 2024, 2028)
        title = "Masterplan Smart City Kabupaten Tangerang 2024–2028 (data contoh)"
        version = self._start(
            NewPlan(title, years.first, years.last, MADE_UP_SOURCE, synthetic=True), morning(date(2023, 7, 3))
        )
        work = Formulation(self._given, self._people, years)
        work.workshops(version, date(2023, 7, 12), "")
        work.write(version, morning(date(2023, 9, 4)))
        met = Met(morning(date(2023, 11, 14)))
        work.propose_and_meet(version, opened=morning(date(2023, 8, 1)), meeting=met)
        work.bodies(version, "")
        self._decree(version, Decree(LegalForm.REGENT, "contoh 1 Tahun 2024 (data contoh)", date(2024, 1, 8)), copy)
        year = revised_in(self._today)
        if year is not None:
            opened = morning(date(year - 1, 9, 1))
            reason = "Tinjauan paruh waktu dan rekomendasi evaluasi (data contoh)"
            revision = start_revision(by=self._people.coordinator, version=version, reason=reason, now=opened)
            work.revise(revision, year, opened=opened, meeting=Met(morning(date(year - 1, 12, 2))))
            decree = Decree(LegalForm.REGENT, f"contoh 2 Tahun {year} (data contoh)", date(year, 1, 12))
            self._decree(revision, decree, copy)
        execute(self._people, _plan(version), years, self._now, evidence=copy)

    def _remind(self) -> None:
        """What the schedule would have told by now: the example office has late reports."""
        row = Version.objects.select_related("plan").get(plan__region=self._given.region, state=VersionState.IN_FORCE)
        tell_of_reports(by=self._people.coordinator, version=row, now=self._now)

    def _start_next(self) -> int:
        years = next_years(self._now)
        title = f"Masterplan Smart City Kabupaten Tangerang {years.first}–{years.last} (data contoh)"
        new = NewPlan(title, years.first, years.last, MADE_UP_SOURCE, synthetic=True)
        return self._start(new, self._now - timedelta(days=45))

    def _start(self, new: NewPlan, now: datetime) -> int:
        return start_plan(by=self._people.coordinator, region=self._given.region, given=new, now=now)

    def _decree(self, version: int, decree: Decree, file: UUID) -> None:
        """From the signed minutes into force on the day of the decree."""
        by, now = self._people.coordinator, morning(decree.day)
        move_version(by=by, version=version, target=VersionState.LEGAL_REVIEW, now=now)
        enter_decree(by=by, version=version, decree=decree, file=file, now=now)
        bring_into_force(by=by, version=version, since=decree.day, now=now)

    def _evidence(self, title: str, content: HeldUpload | Link) -> UUID:
        by = self._people.coordinator
        return evidence.add_evidence(by=by, region=self._given.region, title=title, content=content, now=self._now)


def _plan(version: int) -> int:
    return Version.objects.values_list("plan", flat=True).get(pk=version)
