"""The made-up work of the one-stop office: there once, marked as made up, with something in every place."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from areas.places import load
from kit.worlds import once
from pilar.areas.reference import areas, today_in
from pilar.config import scenario, setup
from pilar.measures.models import Measure, Value
from pilar.people.models import User
from pilar.people.operations import codes
from pilar.people.queries import standing
from pilar.people.rules import OPERATOR, PUBLIC
from pilar.permits.models import Case, CaseLetter, OssRecord, Potential, Realised, Task
from pilar.permits.operations.notices import reached_at, tell_walk_in
from pilar.permits.queries.cases import appointments
from pilar.permits.queries.investment import services_for
from pilar.permits.queries.mining import mined
from pilar.permits.queries.objections import objections
from pilar.permits.queries.register import Wanted, register
from pilar.permits.queries.statistics import statistics
from pilar.permits.queries.visits import visits
from pilar.permits.rules.measures import DEFINITIONS, FORECAST, IN_TIME, ISSUED, MEDIAN, NINTH, RETURNED
from pilar.permits.rules.objections import ObjectionState

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
PLAYED = ("offices", "permits", "figures")


@once
def made() -> datetime:
    load([one for one in areas() if one.code in ("36", "36.03") or one.code.startswith("36.03.")])
    setup.load_demo_accounts(password_of=lambda _email: "kata-sandi-contoh-2023")
    now = timezone.now()
    assert [scenario.play(name, now=now) for name in PLAYED] == [True] * len(PLAYED)
    return now


def test_it_is_made_once(made: datetime) -> None:
    before = Realised.objects.count()
    assert not any(scenario.play(name, now=made) for name in PLAYED[:2])
    assert Realised.objects.count() == before


def test_figures_are_told_again_while_those_of_the_hospitals_are_lacking_and_none_twice(made: datetime) -> None:
    before = Value.objects.count()
    assert scenario.play("figures", now=made)
    assert Value.objects.count() == before > 0


def test_word_to_who_filed_at_the_counter_goes_out(
    made: datetime, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody starts the demonstration to read that 86 messages were not delivered."""
    settings.PILAR_LETTERS = tmp_path / "letters"
    settings.PILAR_CHANNELS = {"whatsapp": "pilar.portal.letters.PhoneSimulator"}
    lost: list[str] = []
    monkeypatch.setattr(codes.log, "warning", lambda *_event, **said: lost.append(said["reason"]))
    told = [one for one in Case.objects.filter(at_counter=True) if reached_at(one) is not None]
    for row in told[::10]:
        tell_walk_in(by=OPERATOR, case=row.pk)
    assert (len(told) > 1_000, lost) == (True, [])


def test_two_years_of_cases_are_over_and_count_as_the_clock_says(made: datetime) -> None:
    over = Case.objects.filter(number__startswith="CONTOH/")
    assert over.count() > 1_000
    assert {*over.values_list("state", flat=True)} == {"issued", "refused", "withdrawn"}
    assert over.filter(state="issued", due_at=None).count() == 0
    assert not over.filter(closed_at=None).exists()
    assert not Task.objects.filter(case__in=over, done_at=None).exists()
    found = statistics("36.03", made.date() - timedelta(days=365), made.date(), scope=PUBLIC, now=made)
    assert found.total.issued > 300
    assert 50 < (found.total.share or 0) < 100
    assert found.days is not None
    assert 1 <= found.days.median <= 14
    assert {"Balaraja", "Curug", "Cikupa"} <= found.places.keys()


def test_the_last_of_them_have_their_permit_in_the_register(made: datetime) -> None:
    found = list(register(Wanted(region="36.03"), scope=PUBLIC))
    assert len(found) >= 8
    assert all(one.synthetic for one in found)
    assert [one.issued_on for one in found] == sorted((one.issued_on for one in found), reverse=True)


def test_an_analysis_finds_what_was_made_quicker(made: datetime) -> None:
    split = made.date() - timedelta(days=300)
    since, until = made.date() - timedelta(days=790), made.date()
    line = mined("36.03", scope=OPERATOR, since=since, until=until, split=split, now=made).whole
    assert line is not None
    assert line.before is not None
    assert line.later is not None
    assert line.later.ninth < line.before.ninth


def test_an_investor_is_told_when_a_case_of_today_is_likely_finished(made: datetime) -> None:
    found = {one.row.key: one for one in services_for("36.03", "86202", made.date(), scope=PUBLIC)}
    finish = found["sip-dokter"].finish
    assert finish is not None
    assert finish.first <= finish.likely <= finish.last
    assert finish.cases > 100


def test_somebody_has_an_appointment_and_objects_and_letters_have_gone(made: datetime) -> None:
    assert [one.state for one in objections("36.03", scope=OPERATOR, now=made)] == [ObjectionState.OPEN]
    assert [one.agreed for one in appointments("36.03", scope=OPERATOR, now=made)] == [True]
    assert {*CaseLetter.objects.values_list("kind", flat=True)} == {"returned", "stopped", "refused"}


def test_cases_in_process_stand_in_every_stage(made: datetime) -> None:
    rows = Task.objects.filter(done_at=None).values_list("case__version__key", "stage")
    assert {*rows} >= {
        (service, stage)
        for service, stages in {
            "sip-dokter": "check health decide sign", "sip-bidan": "check health decide sign",
            "iplc": "check environment visit decide sign", "reklame-kecamatan": "check visit levy decide sign",
            "toko-modern": "check trade planning visit decide sign", "dkptka": "check labour levy decide sign",
        }.items()
        for stage in stages.split()
    }  # fmt: skip
    open_ = Case.objects.filter(closed_at=None)
    assert open_.filter(version__key="sip-bidan", kind="renewal").exists()
    late = open_.get(due_at__lt=made)
    assert not late.deemed_at, "the worker finds it when it first looks"
    handed = open_.get(events__kind="transferred")
    assert handed.applicant_id != handed.handed_by_id is not None
    assert handed.number
    states = {*Case.objects.filter(closed_at=None).values_list("state", flat=True)}
    assert states >= {"submitted", "returned", "running", "waiting", "paying"}
    assert not Case.objects.filter(closed_at=None).exclude(deemed_at=None).exists()


def test_the_surveyor_has_places_to_go_to(made: datetime) -> None:
    surveyor = standing(User.objects.get(email="surveyor@contoh.invalid"), made)
    cases = [stop.row.key for stop in visits("36.03", scope=surveyor, now=made)]
    services = Case.objects.filter(pk__in=cases).values_list("version__key", flat=True)
    assert {*services} == {"iplc", "reklame-kecamatan", "toko-modern"}


def test_what_the_office_achieves_is_measured_and_marked_as_made_up(made: datetime) -> None:
    measured = set(Value.objects.filter(measure__region="36.03").values_list("measure__code", flat=True))
    assert {MEDIAN, NINTH, IN_TIME, RETURNED, ISSUED, FORECAST} <= measured
    today = today_in("36.03", made)
    closed = [divmod(today.year * 12 + today.month - 1 - back, 12) for back in (1, 2, 3, 4)]
    months = {date(2025, 9, 1), *(date(year, month + 1, 1) for year, month in closed)}
    told = Value.objects.filter(measure__region="36.03", measure__code=MEDIAN)
    assert set(told.values_list("starts_on", flat=True)) == months
    assert {*Measure.objects.filter(code__in=DEFINITIONS).values_list("synthetic", flat=True)} == {True}


def test_what_is_around_permits_says_that_it_is_made_up(made: datetime) -> None:
    assert {*Potential.objects.values_list("source", flat=True)} == {"assumption"}
    assert all("contoh" in f"{one.name} {one.note}".casefold() for one in Potential.objects.all())
    assert all("Contoh" in name for name in Realised.objects.values_list("business", flat=True))
    assert all("(contoh)" in status for status in OssRecord.objects.values_list("status", flat=True))
    assert {*Realised.objects.values_list("state", flat=True)} == {"entered", "confirmed"}
