"""What the database itself refuses: plans, versions and texts, programmes, reports. See test_models_formulation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from kit.neighbours import FAR, own
from masterplan.world import DECREED, NOW, OTHER, OWN, World, content
from pilar.evidence.models import Evidence
from pilar.masterplan.models import (
    Body,
    BodyMember,
    Content,
    Entry,
    Line,
    Plan,
    Report,
    ReportEvidence,
    Statement,
    Version,
)
from pilar.masterplan.rules.content import stored

pytestmark = pytest.mark.django_db

LAST_DAY = date(2030, 12, 31)


@contextmanager
def refused(name: str, kind: type[DatabaseError] = IntegrityError) -> Iterator[None]:
    with pytest.raises(kind, match=name), transaction.atomic():
        yield


def deleted(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM masterplan_{table}")


# Plans


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"first_year": 2026, "last_year": 2031}, "plan_once_from_a_year"),
        ({"title": " "}, "plan_has_a_title"),
        ({"last_year": 2034}, "plan_of_five_to_ten_years"),
        ({"last_year": 2041}, "plan_of_five_to_ten_years"),
    ],
)
def test_plans(world: World, changed: dict[str, Any], name: str) -> None:
    given = {"region_id": OWN, "title": "Rencana", "first_year": 2031, "last_year": 2040, "created_at": NOW}
    with refused(name):
        Plan.objects.create(**given | changed)
    assert Plan.objects.create(**given).pk
    assert Plan.objects.create(**given | {"region_id": FAR, "first_year": 2026, "last_year": 2030}).pk


@pytest.mark.parametrize(
    "changed", [{"region_id": OTHER}, {"first_year": 2025}, {"last_year": 2031}, {"synthetic": True}]
)
def test_a_plan_keeps_region_and_years(world: World, changed: dict[str, Any]) -> None:
    rows = own(Plan).filter(region=OWN)
    assert rows.update(title="Judul lain") == 1
    with refused("plan_stays"):
        rows.update(**changed)
    with refused("Cannot delete", ProgrammingError):
        deleted("plan")


# Versions


def version_of(world: World, **changed: Any) -> Version:
    plan = Version.objects.get(pk=world.version).plan
    given = {"plan": plan, "region_id": OWN, "number": 9, "state": "dropped", "opened_at": NOW}
    return Version.objects.create(**given | changed)


LAW = {"state": "decreed", "form": "regent", "decree_number": "7", "decreed_on": DECREED}
FORCE = {**LAW, "state": "in_force", "in_force_since": DECREED, "in_force_until": LAST_DAY}


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"number": 1}, "version_number_once"),
        ({"number": 0}, "version_number_from_one"),
        ({"state": "draft"}, "version_one_under_way"),
        ({"state": "meeting"}, "version_one_under_way"),
        ({"state": "legal_review"}, "version_one_under_way"),
        (LAW, "version_one_under_way"),
        ({"state": "hanging"}, "version_state_known"),
        ({"form": "king"}, "version_form_known"),
        ({**FORCE, "form": ""}, "version_law_has_a_decree"),
        ({**FORCE, "decree_number": " "}, "version_law_has_a_decree"),
        ({**FORCE, "decreed_on": None}, "version_law_has_a_decree"),
        ({**FORCE, "in_force_since": None}, "version_in_force_has_dates"),
        ({**FORCE, "state": "expired", "in_force_until": None}, "version_in_force_has_dates"),
        ({"in_force_since": DECREED, "in_force_until": LAST_DAY}, "version_in_force_has_dates"),
        ({**FORCE, "in_force_since": date(2026, 4, 29)}, "version_dates_in_order"),
        ({**FORCE, "in_force_until": date(2026, 4, 29)}, "version_dates_in_order|range lower bound"),
        ({**FORCE, "in_force_until": date(2031, 1, 1)}, "version_force_within_plan"),
        ({"region_id": OTHER}, "version_region_of_plan"),
    ],
)
def test_versions(world: World, changed: dict[str, Any], name: str) -> None:
    with refused(name, DatabaseError):
        version_of(world, **changed)
    assert version_of(world).pk


def test_two_plans_of_a_region_are_never_in_force_on_one_day(world: World) -> None:
    version_of(world, **FORCE, number=2)
    given = {"title": "Rencana", "first_year": 2028, "last_year": 2032, "created_at": NOW}
    own, other = (Plan.objects.create(region_id=region, **given) for region in (OWN, FAR))
    with refused("one_plan_in_force_in_a_region"):
        version_of(world, plan=own, number=1, **{**FORCE, "in_force_since": LAST_DAY})
    assert version_of(world, plan=other, number=1, region_id=FAR, **FORCE).pk
    later = {**FORCE, "in_force_since": date(2031, 1, 1), "in_force_until": date(2031, 1, 1)}
    assert version_of(world, plan=own, number=1, **later).pk


@pytest.mark.parametrize(
    "changed",
    [
        {"state": "draft", "in_force_since": None, "in_force_until": None},
        {"state": "dropped", "in_force_since": None, "in_force_until": None},
        {"form": "regional"},
        {"decree_number": "8 Tahun 2026"},
        {"decreed_on": date(2026, 4, 29)},
    ],
)
def test_law_stays(world: World, changed: dict[str, Any]) -> None:
    world.in_force()
    rows, piece = Version.objects.filter(pk=world.version), world.cast.add()
    with refused("version_law_stays"):
        rows.update(**changed)
    with refused("version_law_stays"):
        rows.update(decree_file=piece)
    assert rows.update(state="expired") == 1
    with refused("Cannot delete", ProgrammingError):
        deleted("version")


# Texts and bodies


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"place": 0}, "statement_place_once"),
        ({"part": "readiness", "key": "structure_people"}, "statement_of_a_cell_once"),
        ({"part": "motto"}, "statement_part_known"),
        ({"text": " \n"}, "statement_says_something"),
        ({"level": 2}, "statement_level_of_readiness"),
    ],
)
def test_texts(world: World, changed: dict[str, Any], name: str) -> None:
    given = {
        "version_id": world.version, "part": "gap", "text": "Data terpisah", "written_by": "Siti", "written_at": NOW,
    }  # fmt: skip
    Statement.objects.create(**given, place=0)
    Statement.objects.create(**given | {"part": "readiness", "key": "structure_people", "level": 2}, place=0)
    with refused(name):
        Statement.objects.create(**{**given, "place": 1, **changed})
    assert Statement.objects.create(**given, place=1).pk


def test_what_is_no_longer_written_is_frozen(world: World) -> None:
    given = {"version_id": world.version, "part": "gap", "text": "Data", "written_by": "Siti", "written_at": NOW}
    Statement.objects.create(**given, place=0)
    line = world.in_force()
    with refused("statement_frozen"):
        Statement.objects.create(**given, place=1)
    with refused("statement_frozen"):
        own(Statement).update(text="Lain")
    with refused("statement_frozen"):
        deleted("statement")
    entry = own(Entry).get(line=line)
    with refused("entry_frozen"):
        own(Entry).update(decision=None)
    with refused("entry_frozen"):
        deleted("entry")
    other = Line.objects.create(plan_id=entry.line.plan_id, code="P099", opened_at=NOW)
    with refused("entry_frozen"):
        Entry.objects.create(version_id=world.version, line=other, content=entry.content)


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"title": "Dewan"}, "body_once"),
        ({"kind": "club"}, "body_kind_known"),
        ({"title": " "}, "body_has_a_title"),
    ],
)
def test_bodies(world: World, changed: dict[str, Any], name: str) -> None:
    plan = Version.objects.get(pk=world.version).plan
    body = Body.objects.create(plan=plan, kind="council", title="Dewan")
    with refused(name):
        Body.objects.create(**{"plan": plan, "kind": "council", "title": "Dewan kedua", **changed})
    elsewhere = world.cast.add("neighbour")
    with refused("body_file_of_region"):
        Body.objects.filter(pk=body.pk).update(decree_file=elsewhere)
    BodyMember.objects.create(body=body, place=0, duty="ketua", position="Bupati")
    with refused("body_member_place_once"):
        BodyMember.objects.create(body=body, place=0, duty="anggota", position="Sekda")
    for wrong in ({"duty": " "}, {"position": ""}):
        with refused("body_member_says_who"):
            BodyMember.objects.create(**{"body": body, "place": 1, "duty": "anggota", "position": "Sekda", **wrong})


# Programmes


def kept(world: World, **changed: Any) -> Content:
    said = content(world.office)
    given = {
        "region_id": OWN, "owner_id": said.owner, "title": said.title, "part": said.part,
        "quick_win": said.quick_win, "body": stored(said), "written_by": "Dewi", "written_at": NOW,
    }  # fmt: skip
    return Content.objects.create(**given | changed)


def with_body(world: World, **changed: Any) -> dict[str, Any]:
    return {"body": {**stored(content(world.office)), **changed}}


def test_contents(world: World) -> None:
    row = kept(world)
    budget = stored(content(world.office))["budgets"][0]
    activity = stored(content(world.office))["activities"][0]
    wrong = [
        ({"title": " ", **with_body(world, title=" ")}, "content_has_a_title"),
        ({"region_id": OTHER}, "content_owner_in_region"),
        (with_body(world, budgets=[{**budget, "amount": "-1"}]), "content_budget_not_below_zero"),
        (with_body(world, activities=[{**activity, "ends": "2025-Q4"}]), "content_activity_ends_after_start"),
        (with_body(world, sipd_code="1.02."), "content_sipd_code_of_digits_and_dots"),
        (with_body(world, sipd_code="1.02\n"), "content_sipd_code_of_digits_and_dots"),
        (with_body(world, activities=[{**activity, "sipd_code": "X.XX"}]), "content_sipd_code_of_digits_and_dots"),
        (with_body(world, weight="0.00"), "content_weight_above_zero"),
        (with_body(world, weight="-1"), "content_weight_above_zero"),
        (with_body(world, weight=25), "content_weight_above_zero"),
        (with_body(world, weight="1e5"), "content_weight_above_zero"),
        (with_body(world, activities=[{**activity, "weight": "0"}]), "content_weight_above_zero"),
        ({"title": "Judul lain"}, "content_columns_as_body"),
        ({"part": "living_health"}, "content_columns_as_body"),
        ({"quick_win": True}, "content_columns_as_body"),
        ({"owner_id": world.cast.colleagues_office}, "content_columns_as_body"),
    ]
    for changed, name in wrong:
        with refused(name):
            kept(world, **changed)
    given = {"sipd_code": "1.02.03.2.01.0004", "weight": "0.000001", "activities": [{**activity, "weight": "999999.5"}]}
    assert kept(world, **with_body(world, **given)).body["weight"] == "0.000001"
    with refused("Cannot update", ProgrammingError):
        Content.objects.filter(pk=row.pk).update(title="Lain")
    with refused("Cannot update or delete", ProgrammingError):
        deleted("content")


def test_lines_and_entries(world: World) -> None:
    plan = Version.objects.get(pk=world.version).plan
    line = Line.objects.create(plan=plan, code="P001", opened_at=NOW)
    with refused("line_code_once"):
        Line.objects.create(plan=plan, code="P001", opened_at=NOW)
    for code in ("p002", "P 2", "-P2", ""):
        with refused("line_code_format"):
            Line.objects.create(plan=plan, code=code, opened_at=NOW)
    with refused("line_stays"):
        own(Line).update(code="P002")
    with refused("Cannot delete", ProgrammingError):
        deleted("line")
    entry = Entry.objects.create(version_id=world.version, line=line, content=kept(world))
    with refused("entry_once_in_a_version"):
        Entry.objects.create(version_id=world.version, line=line, content=entry.content)
    far = Plan.objects.create(region_id=FAR, title="Lain", first_year=2026, last_year=2030, created_at=NOW)
    strange = Line.objects.create(plan=far, code="P001", opened_at=NOW)
    with refused("entry_line_of_plan"):
        Entry.objects.create(version_id=world.version, line=strange, content=entry.content)


# Reports


def reported(world: World, line: int, **changed: Any) -> Report:
    given = {
        "line_id": line, "year": 2026, "quarter": 2, "number": 1, "body": {}, "spent": 0, "reported_at": NOW,
        "account_id": world.cast.keys["contributor"],
    }  # fmt: skip
    return Report.objects.create(**given | changed)


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"quarter": 2}, "report_number_once"),
        ({"quarter": 0}, "report_of_a_quarter"),
        ({"quarter": 5}, "report_of_a_quarter"),
        ({"number": 0, "reason": "Salah"}, "report_number_from_one"),
        ({"spent": -1}, "report_spent_not_below_zero"),
        ({"quarter": 2, "number": 2}, "report_corrected_with_reason"),
        ({"quarter": 2, "number": 2, "reason": " "}, "report_corrected_with_reason"),
        ({"year": 2025}, "report_within_plan"),
        ({"year": 2031}, "report_within_plan"),
        ({"number": 2, "reason": "Salah"}, "report_corrects_the_latest"),
        ({"quarter": 2, "number": 3, "reason": "Salah"}, "report_corrects_the_latest"),
    ],
)
def test_reports(world: World, changed: dict[str, Any], name: str) -> None:
    line = world.in_force()
    reported(world, line)
    with refused(name):
        reported(world, line, **{"quarter": 3, **changed})
    assert reported(world, line, number=2, reason="Salah ketik").pk


def test_reports_and_their_evidence_stay(world: World) -> None:
    row = reported(world, world.in_force())
    piece = Evidence.objects.get(pk=world.cast.add())
    elsewhere = Evidence.objects.get(pk=world.cast.add("neighbour"))
    attached = ReportEvidence.objects.create(report=row, evidence=piece)
    with refused("report_evidence_once"):
        ReportEvidence.objects.create(report=row, evidence=piece)
    with refused("report_evidence_of_region"):
        ReportEvidence.objects.create(report=row, evidence=elsewhere)
    with refused("Cannot update or delete", ProgrammingError):
        ReportEvidence.objects.filter(pk=attached.pk).update(evidence=elsewhere)
    with refused("Cannot update or delete", ProgrammingError):
        deleted("reportevidence")
    with refused("Cannot update or delete", ProgrammingError):
        own(Report).update(spent=5)
    with refused("Cannot update or delete", ProgrammingError):
        deleted("report")


def test_a_content_that_differs_from_its_columns_is_never_read(world: World) -> None:
    """The columns are searched, the document is read: the database holds them together."""
    said = replace(content(world.office), quick_win=True)
    assert kept(world, quick_win=True, body=stored(said)).quick_win


def test_the_neighbour_has_rows_of_every_kind(world: World) -> None:
    """Otherwise a filter that forgets the region would find no more than it should."""
    assert world.neighbour.lacks() == set()
