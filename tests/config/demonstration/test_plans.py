"""The demonstration's plans: there once, known facts with their source, everything else marked as made up."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from areas.places import PLACES, load
from kit.worlds import once
from people.team import account
from people.test_privacy import found_in_tables
from pilar.areas.models import Office
from pilar.areas.queries import OfficeRow
from pilar.config import scenario
from pilar.config.drawn import progress as drawn_progress
from pilar.config.drawn.plans import MADE_UP, Years, programmes
from pilar.config.drawn.progress import Course
from pilar.config.scenario.fitting import fit, parameters
from pilar.config.scenario.reading import read
from pilar.hospital.rules.measures import DEFINITIONS as OF_HOSPITALS
from pilar.masterplan import queries
from pilar.masterplan.models import Attendance, BodyMember, Meeting, Plan, Proposal, Report, Statement, Version
from pilar.masterplan.queries.progress import progress
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.checking import Frame, faults_of, missing_of
from pilar.masterplan.rules.comparing import ChangeKind, programme_changes
from pilar.masterplan.rules.content import Content
from pilar.masterplan.rules.progress import Light, late_quarters, planned_share
from pilar.masterplan.rules.quarters import Quarter, quarters
from pilar.masterplan.rules.stages import LegalForm, ProposalState, VersionState
from pilar.measures.models import Measure
from pilar.people import loaders as people
from pilar.people import queries as accounts
from pilar.people.models import Membership, Notice, User
from pilar.people.operations import anonymise
from pilar.people.rules import OPERATOR, PUBLIC, Role, Standing
from pilar.permits.rules.measures import DEFINITIONS as OF_PERMITS
from pilar.platform.folders import data_folder
from pilar.platform.models import PersonName
from pilar.villagefinance.rules.measures import DEFINITIONS as OF_VILLAGES

pytestmark = pytest.mark.thorough

TEAM = {role: email for role, (email, _name) in people.ACCOUNTS.items()}
NOW = datetime(2026, 11, 27, 4, tzinfo=UTC)
TODAY = date(2026, 11, 27)
LAST = Quarter(2026, 3)
REGION = "36.03"
GIVEN = read(data_folder() / "demonstration" / "plans.yaml").given["tables"]
FACTS = GIVEN["facts"]


@once
def prepared() -> datetime:
    load(PLACES)
    people.load_demo_accounts(by=OPERATOR, password_of=lambda _email: "kata-sandi-contoh-2023")
    Membership.objects.update(since=NOW)
    scenario.play("measures", now=NOW)
    return NOW


@once
def made(prepared: datetime) -> datetime:
    assert scenario.play("plans", now=prepared)
    return prepared


def who(role: Role) -> Standing:
    return accounts.standing(User.objects.get(email=TEAM[role]), NOW)


def in_force() -> queries.VersionRow:
    found = queries.version_in_force(REGION, TODAY, scope=PUBLIC)
    assert found is not None
    return found


def it_is_made_once(made: datetime) -> None:
    before = Report.objects.count()
    with CaptureQueriesContext(connection) as asked:
        assert not scenario.play("plans", now=made)
    assert len(asked) <= 5
    assert Report.objects.count() == before > 1000
    assert Office.objects.filter(region=REGION).count() == 30


@pytest.mark.django_db
def test_a_failure_leaves_nothing(prepared: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    offices = Office.objects.count()

    def fail(*_given: object, **_named: object) -> int:
        raise RuntimeError

    monkeypatch.setattr(drawn_progress, "Course", fail)
    with pytest.raises(RuntimeError):
        scenario.play("plans", now=prepared)
    assert (Plan.objects.count(), Proposal.objects.count(), Office.objects.count()) == (0, 0, offices)


def known_facts_stand_with_their_source(made: datetime) -> None:
    row = Version.objects.select_related("plan").get(plan__first_year=2019)
    assert row.plan.title == "Master Plan Smart City Kabupaten Tangerang 2019–2023"
    assert (row.form, row.decree_number, row.decreed_on) == (LegalForm.REGENT, "7 Tahun 2020", date(2020, 1, 2))
    assert (row.state, row.in_force_until) == (VersionState.EXPIRED, date(2023, 12, 31))
    assert set(row.plan.source.split()) == {FACTS["plan"]["source"], FACTS["workshops"]["source"]}
    first, *_rest = row.meetings.order_by("held_at")
    assert first.held_at.date() == date(2019, 7, 3)
    assert FACTS["workshops"]["source"] in first.notes
    assert row.meetings.exclude(kind="finalisation").count() == 4
    assert FACTS["finalisation"]["source"] in row.meetings.get(kind="finalisation").notes
    titles = {one.content.title.split(":")[0] for one in queries.programmes(in_force()) if one.content.quick_win}
    assert {"SIKD", "SIPINTER", "SIJEMPOL"} <= titles


def the_rest_says_that_it_is_made_up(made: datetime) -> None:
    assert set(Plan.objects.values_list("synthetic", flat=True)) == {True}
    later = Version.objects.filter(plan__first_year__gt=2019)
    assert all("data contoh" in one.plan.title for one in later.select_related("plan"))
    assert all("data contoh" in one.decree_number for one in later.exclude(decree_number=""))
    assert set(Statement.objects.values_list("source", flat=True)) == {MADE_UP}
    assert all(MADE_UP in notes for notes in Meeting.objects.values_list("notes", flat=True))
    assert all(MADE_UP in one.content.description for one in queries.programmes(in_force()))
    for name in Office.objects.filter(region=REGION).exclude(abbreviation__in=people.OFFICES).values_list("name"):
        assert name[0].endswith("(contoh)")


def nobody_is_named(made: datetime) -> None:
    assert set(BodyMember.objects.values_list("person", flat=True)) == {""}
    names = set(Attendance.objects.values_list("name", flat=True))
    assert all(name.startswith(("Kepala ", "Sekretaris Daerah (jabatan")) for name in names)


def the_plan_in_force_has_been_revised(made: datetime) -> None:
    row = in_force()
    assert (row.number, row.base, row.decree_file is None) == (2, 1, False)
    assert row.base_key is not None
    before = queries.version(row.base_key, scope=PUBLIC)
    versions = ({one.code: one.content for one in queries.programmes(each)} for each in (before, row))
    kinds = {kind for one in programme_changes(*versions) for kind in one.kinds}
    assert kinds == {ChangeKind.ADDED, ChangeKind.DROPPED, ChangeKind.MOVED, ChangeKind.RETARGETED}
    programmes = queries.programmes(row)
    assert len(programmes) > 60
    assert len({one.content.owner for one in programmes}) == 30
    assert {one.content.part for one in programmes} == {one.code for one in framework().pillars.parts()}
    pillars = framework().pillars
    quick = [pillars.above(one.content.part).code for one in programmes if one.content.quick_win]
    assert sorted(quick) == sorted(one.code for one in pillars.entries)
    bound = {target.measure for one in programmes for target in one.content.targets} - {""}
    assert bound >= {"desa-lapor-tepat", "izin-daring", "menit-tunggu", *OF_HOSPITALS}
    assert bound <= set(Measure.objects.values_list("code", flat=True))


def the_example_office_has_something_to_do(made: datetime) -> None:
    by = who(Role.CONTRIBUTOR)
    office = Office.objects.get(region=REGION, abbreviation="Diskominfo").pk
    own = [one for one in queries.programmes(in_force()) if one.content.owner == office]
    late = [_late(one) for one in own]
    assert [LAST] in late
    states = set(Proposal.objects.filter(version__state="draft", office=office).values_list("state", flat=True))
    assert states == {ProposalState.DRAFT, ProposalState.SUBMITTED, ProposalState.RETURNED}
    told = set(Notice.objects.filter(user=by.account, done_at=None).values_list("kind", flat=True))
    assert "masterplan.reports-late" in told
    # The call is settled: the office has handed something in.
    assert ("masterplan.question" in told, "masterplan.call" in told) == (True, False)


def some_are_late_and_some_have_corrected(made: datetime) -> None:
    late = [one.code for one in queries.programmes(in_force()) if _late(one)]
    assert 8 < len(late) < 25
    assert Report.objects.filter(number=2).exclude(reason="").count() >= 4
    years = set(Report.objects.values_list("year", flat=True))
    assert years == set(range(2020, 2027))


def whoever_is_on_course_in_november_counts_as_realised(made: datetime) -> None:
    found = queries.year_figures(REGION, TODAY.year, scope=PUBLIC, now=made)
    seen = progress(in_force(), None, scope=PUBLIC, now=made)
    assert found is not None
    assert found.held_to == seen.quarter == LAST
    reported = {one.row.code: one.standing.light for one in seen.programmes if not one.standing.late}
    counted = [one for part in found.parts for one in part.programmes]
    realised = {one.row.code for one in counted if one.stands.realised}
    in_time = reported.keys() & {one.row.code for one in counted}
    assert {code for code in in_time if reported[code] is Light.GOOD} == realised & in_time
    assert len(realised) > 20


def the_next_plan_is_being_drawn_up(made: datetime) -> None:
    row = Version.objects.get(state=VersionState.DRAFT)
    assert (row.plan.first_year, row.plan.last_year) == (2027, 2031)
    assert row.call.closes_at > made
    states = set(row.proposals.values_list("state", flat=True))
    assert states == set(ProposalState)
    assert row.proposals.count() == len(GIVEN["proposals"]) == 25
    assert row.meetings.filter(kind="finalisation", state="planned", held_at__gt=made).count() == 1
    assert set(row.meetings.values_list("state", flat=True)) == {"planned", "signed"}


@pytest.mark.django_db
def test_the_demonstration(made: datetime) -> None:
    """All of it in one test, because it takes seconds to make."""
    for check in (
        it_is_made_once,
        known_facts_stand_with_their_source,
        the_rest_says_that_it_is_made_up,
        nobody_is_named,
        the_plan_in_force_has_been_revised,
        the_example_office_has_something_to_do,
        some_are_late_and_some_have_corrected,
        whoever_is_on_course_in_november_counts_as_realised,
        the_next_plan_is_being_drawn_up,
    ):
        check(made)


def test_measures_and_plans_keep_no_name_of_who_acted_as_text(made: datetime) -> None:
    """Everybody who acts in the demonstration is anonymised."""
    names = dict(people.ACCOUNTS.values())
    assert {row.name for row in PersonName.objects.all()} >= {*names.values()}
    account("lain@contoh.invalid", Role.SECRETARIAT)
    for user in User.objects.filter(name__startswith="Akun contoh"):
        anonymise(by=OPERATOR, user=user.pk, now=made + timedelta(days=1))
    assert found_in_tables("akun contoh") == set()
    for email in names:
        assert found_in_tables(email) == set()


def _late(one: queries.ProgrammeRow) -> list[Quarter]:
    known = [Quarter(*row) for row in Report.objects.filter(line=one.key).values_list("year", "quarter")]
    rules = framework().progress
    found = late_quarters(one.content, known, LAST, since=Quarter(2024, 1), today=TODAY, rules=rules)
    return list(found)


OFFICES = {
    name: OfficeRow(place, REGION, name, name, closed=False)
    for place, name in enumerate([one["short"] for one in GIVEN["offices_of_every_regency"]] + [*people.OFFICES])
}
BUILT_IN = {*OF_VILLAGES, *OF_PERMITS, *OF_HOSPITALS}
MEASURES = frozenset(one["measure"] for one in GIVEN["programmes"] if "measure" in one) | BUILT_IN


def drawn(years: Years, rows: Any) -> list[Content]:
    wanted = parameters(programmes)
    kinds, risk = fit(wanted["kinds"], GIVEN["kinds"]), fit(wanted["risk"], GIVEN["shared_risk"])
    found = programmes(rows=fit(wanted["rows"], rows), years=years, offices=OFFICES, kinds=kinds, risk=risk)
    return [one.content for one in found]


@pytest.mark.parametrize(
    ("years", "planned"),
    [
        (Years("first", 2019, 2023), GIVEN["programmes"]),
        (Years("second", 2024, 2028), GIVEN["programmes"]),
        (Years("second", 2026, 2028), GIVEN["revision"]["add"]),
        (Years("next", 2027, 2031), GIVEN["proposals"]),
    ],
    ids=["first", "second", "added", "next"],
)
def test_contents_lack_nothing_and_are_the_same_each_time(years: Years, planned: Any) -> None:
    keys = frozenset(one.key for one in OFFICES.values())
    frame = Frame(framework(), years.first, years.last, keys, MEASURES)
    found = drawn(years, planned)
    assert found == drawn(years, planned)
    for content in found:
        assert [*faults_of(content, frame), *missing_of(content)] == [], content.title


def test_reports_are_the_same_each_time_and_nothing_is_undone() -> None:
    content = drawn(Years("second", 2024, 2028), GIVEN["programmes"])[0]
    over = list(quarters(Quarter(2024, 1), Quarter(2028, 4)))
    course, again = Course("P001", "second"), Course("P001", "second")
    reports = [course.report(content, one) for one in over]
    assert reports == [again.report(content, one) for one in over]
    for before, after in pairwise(reports):
        assert all(before.done[number] <= after.done[number] for number in after.done)
    assert planned_share(content, over[-1]) == 1
