"""Workbooks of many regions come in at once: what is faulty holds up nobody, and each region stands by its draft."""

from __future__ import annotations

import io
import re
import zipfile
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from evaluation.cycle.test_answers_api import Caller
from evaluation.cycle.test_answers_operations import GOOD, fill, save
from evaluation.cycle.test_answers_pages import words
from evaluation.cycle.test_answers_sheets import edited
from evaluation.cycle.world import CODE, FAR, NEIGHBOUR, NOW, OWN, World
from pilar.design import imports
from pilar.evaluation import operations
from pilar.evaluation.imports import forms
from pilar.evaluation.models import Answer, Assessment, FilledIn
from pilar.evaluation.queries.answers import form
from pilar.evaluation.queries.progress import ProgressFilter, progress
from pilar.evaluation.rules import filling
from pilar.evaluation.rules.answer_sheets import SheetAnswer
from pilar.evaluation.rules.answers import Given
from pilar.evaluation.rules.filling import MAX_FILE, MAX_FILES, Draft, files_in
from pilar.evaluation.rules.stages import AssessmentState
from pilar.evaluation.workbooks import answer_form
from pilar.people.models import Notice, User
from pilar.platform import audit
from pilar.platform.archives import TooManyEntries, open_archive
from pilar.platform.errors import Fault, Faults
from pilar.platform.imports import keeping
from pilar.platform.models import Import

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PAGE = f"/en/kerja/periode/{CODE}/formulir/1/"


def workbook(world: World, region: str, changed: dict[str, dict[str, Any]]) -> bytes:
    """The form of a region as its coordinator exported it and filled it in."""
    with translation.override("id"):
        found = form(world.assessment(region).pk, scope=world.who("coordinator", region), now=NOW)
        return edited(answer_form(found, only_own=False), changed)


def packed(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


class Desk:
    """Somebody at the page of a phase, with the worker running."""

    def __init__(self, world: World | None = None, *, user: User | None = None, page: str = PAGE) -> None:
        self.client, self.page = Client(), page
        if person := user or (world and world.user("secretariat")):
            self.client.force_login(person, BACKEND)

    def send(self, content: bytes, name: str = "daerah.zip") -> Any:
        self.answer = self.client.post(self.page, {"file": SimpleUploadedFile(name, content)})
        row = Import.objects.order_by("pk").last()
        assert row is not None
        self.key = row.pk
        keeping.work(key=self.key)
        return self.look()

    def look(self) -> Any:
        return self.client.get(self.page, {"import": self.key})

    def store(self) -> Any:
        token = self.look().context["import"]["kept"].token
        answer = self.client.post(self.page, {"rows": token})
        keeping.work(key=self.key)
        return answer

    @property
    def report(self) -> Any:
        return self.look().context["import"]["report"]


@pytest.fixture
def three(opened: World) -> dict[str, bytes]:
    """One region's file is right, one has two faults, one is no form."""
    return {
        "36.03.xlsx": workbook(opened, OWN, {"policy": {"mark": 3, "explanation": "Perbup 7/2020"}}),
        "folder/36.71.xlsx": workbook(opened, NEIGHBOUR, {"policy": {"mark": 9}, "poverty": {"quantity": "banyak"}}),
        "catatan.csv": b"code,mark\npolicy,3\n",
        "__MACOSX/36.03.xlsx": b"x",
    }


def test_faulty_files_are_told_and_the_others_become_drafts(opened: World, three: dict[str, bytes]) -> None:
    desk = Desk(opened)
    shown = words(desk.send(packed(three)))
    rows = {row.about[0]: (str(row.title), row.outcome.code) for row in desk.report.rows}
    assert rows == {
        "36.03.xlsx": (opened.participations[OWN].region.name, "filled"),
        "folder/36.71.xlsx": (opened.participations[NEIGHBOUR].region.name, "left-out"),
        "catatan.csv": ("–", "left-out"),
    }
    told = [(note.sheet, note.row, note.fault.code) for note in desk.report.notes]
    assert told == [
        ("folder/36.71.xlsx", 3, "out-of-scale"),
        ("folder/36.71.xlsx", 6, "not-a-number"),
        ("catatan.csv", 0, "no-region"),
    ]
    assert "Files with faults are left out" in shown
    assert "Left out, and why" in shown
    assert "folder/36.71.xlsx, row 3, " in shown
    assert "catatan.csv, No region can be told" in shown
    assert not Answer.objects.exists()
    desk.store()
    (answer,) = Answer.objects.all()
    assert (answer.assessment_id, answer.node, answer.mark, answer.changed_by_id) == (
        opened.assessment(OWN).pk, "policy", 3, opened.key("secretariat"),
    )  # fmt: skip
    (filled,) = FilledIn.objects.all()
    assert (filled.file, filled.nodes, filled.confirmed_at) == ("36.03.xlsx", {"policy": 1}, None)
    shown = words(desk.look())
    assert "The draft of 1 region is stored" in shown
    assert "What was stored File" in shown
    assert "What would be stored" not in shown
    assert "All of it is stored" not in shown
    assert "To look at before it is stored" not in shown
    told_of = Notice.objects.get(kind="evaluation.filled-in")
    assert (told_of.user_id, told_of.needs_action) == (opened.key("coordinator"), True)


def test_a_second_click_and_the_same_file_again_change_nothing(opened: World, three: dict[str, bytes]) -> None:
    desk, content = Desk(opened), packed({"36.03.xlsx": three["36.03.xlsx"]})
    desk.send(content)
    token = desk.look().context["import"]["kept"].token
    desk.store()
    stored = list(Answer.objects.values())
    desk.client.post(PAGE, {"rows": token})
    keeping.work(key=desk.key)
    again = Desk(opened)
    again.send(content)
    assert [row.outcome.code for row in again.report.rows] == ["unchanged"]
    assert not again.look().context["import"]["kept"].applicable
    assert list(Answer.objects.values()) == stored
    assert FilledIn.objects.count() == 1


def test_a_region_confirms_or_changes_before_it_submits(opened: World) -> None:
    fill(opened)
    Answer.objects.filter(node__in=["policy", "budget"]).delete()
    content = workbook(
        opened, OWN, {"policy": {"mark": 3, "explanation": "Perbup 7"}, "budget": {"mark": 2, "explanation": "DPA"}}
    )
    desk, key = Desk(opened), opened.assessment(OWN).pk
    desk.send(packed({"36.03.xlsx": content}))
    desk.store()
    by = opened.who("coordinator")
    with pytest.raises(Faults) as refused:
        operations.submit(by=by, assessment=key, now=NOW)
    assert {(fault.code, fault.place) for fault in refused.value.faults} == {
        ("not-confirmed", "policy"),
        ("not-confirmed", "budget"),
    }
    client = Client()
    client.force_login(opened.user("coordinator"), BACKEND)
    address = f"/en/kerja/penilaian/{key}/"
    shown = client.get(address)
    assert "2 of these answers stand as they were filled in" in words(shown)
    for node in ("policy", "budget"):
        assert f'href="{address}indikator/{node}/"' in shown.content.decode()
    assert "From the file 36.03.xlsx." in words(client.get(f"{address}indikator/policy/"))
    assert waiting_to_be_confirmed(opened) == [OWN]
    assert words(client.get(f"{address}pengajuan/")).count("The secretariat filled this in from a file") == 2
    save(opened, "budget", Given(mark=GOOD["budget"].mark, explanation="DPA 2026"), seen_version=1)
    assert "1 of these answers stands as it was filled in" in words(client.get(address))
    assert words(client.get(f"{address}pengajuan/")).count("The secretariat filled this in from a file") == 1
    assert waiting_to_be_confirmed(opened) == [OWN]
    seen = {"seen": re.findall(r'name="seen" value="(.+?)"', shown.content.decode())}
    assert seen == {"seen": ["policy 1", "budget 1"]}
    for _press in range(2):
        answer = client.post(reverse("evaluation:confirm-filled", args=[key]), seen, follow=True)
        assert "1 answer is confirmed" in words(answer)
    assert Notice.objects.get(kind="evaluation.filled-in").done_at is not None
    confirmed = [one for one in audit.events(target="evaluation.assessment", key=key) if one.action == "confirm-filled"]
    assert [one.after for one in confirmed] == [{"nodes": ["policy"]}]
    assert waiting_to_be_confirmed(opened) == []
    shown = words(client.get(address))
    assert "confirmed by" in shown
    assert "Confirm these answers" not in shown
    operations.submit(by=by, assessment=key, now=NOW)
    assert Assessment.objects.get(pk=key).state == AssessmentState.SUBMITTED


def test_who_has_changed_all_that_was_filled_in_confirms_nothing(opened: World) -> None:
    desk = Desk(opened)
    desk.send(packed({"36.03.xlsx": workbook(opened, OWN, {"policy": {"mark": 3, "explanation": "Perbup 7"}})}))
    desk.store()
    assert waiting_to_be_confirmed(opened) == [OWN]
    save(opened, "policy", Given(mark=Decimal(2), explanation="Perbup 8"), seen_version=1)
    assert waiting_to_be_confirmed(opened) == []


def waiting_to_be_confirmed(world: World) -> list[str]:
    """The regions that the board names so, and to which it can be narrowed."""
    where = {"scope": world.who("secretariat"), "now": NOW}
    named = [row.region_code for row in progress(CODE, 1, **where, filters=ProgressFilter()).page if row.to_confirm]
    narrowed = progress(CODE, 1, **where, filters=ProgressFilter(attention="confirming")).page
    assert [row.region_code for row in narrowed] == named
    said = Desk(world).client.get(f"/en/kerja/periode/{CODE}/kemajuan/1/").content.decode()
    assert said.count("filled in by the secretariat, not confirmed yet") == len(named)
    return named


def test_only_what_was_looked_at_is_confirmed(opened: World) -> None:
    """Also by a region that works by the API, and of a file of which nothing stands any more nothing is said."""
    fill(opened)
    Answer.objects.filter(node="policy").delete()
    by, key = opened.who("secretariat"), opened.assessment(OWN).pk

    def fill_policy(file: str, mark: int, seen: int) -> None:
        answer = SheetAnswer("policy", Given(mark=Decimal(mark), explanation="Perbup 7"), seen_version=seen)
        operations.fill_in(by=by, campaign=CODE, phase=1, drafts=[Draft(key, file, (answer,))], now=NOW)

    fill_policy("lama.xlsx", 3, 0)
    caller = Caller(opened, "coordinator")
    before = caller.call("get", "/readiness")
    assert (before["ready"], before["to_confirm"]) == (False, {"policy": 1})
    assert caller.call("post", "/submission", status=422)["faults"][0]["code"] == "not-confirmed"
    fill_policy("baru.xlsx", 2, 1)
    assert caller.call("post", "/confirmation", {"answers": {"policy": 1}}, 409)["code"] == "filled-anew"
    assert not FilledIn.objects.exclude(confirmed_at=None).exists()
    now_seen = caller.call("get", "/readiness")["to_confirm"]
    assert caller.call("post", "/confirmation", {"answers": now_seen | {"budget": 1}}) == {"confirmed": 1}
    told = [(one["file"], one["nodes"], one["confirmed_by"] != "") for one in caller.call("get")["filled"]]
    assert told == [("lama.xlsx", {"policy": 1}, False), ("baru.xlsx", {"policy": 2}, True)]
    after = caller.call("get", "/readiness")
    assert (after["ready"], after["to_confirm"]) == (True, {})
    caller.call("post", "/submission", status=204)


def test_what_has_changed_since_is_not_overwritten(opened: World, three: dict[str, bytes]) -> None:
    desk = Desk(opened)
    desk.send(packed(three))
    save(opened, "policy", Given(mark=GOOD["policy"].mark, explanation="Sendiri"))
    desk.store()
    assert Answer.objects.get().explanation == "Sendiri"
    assert desk.report.changed
    assert not FilledIn.objects.exists()
    assert {"outdated"} <= {fault.fault.code for fault in desk.report.faults}


def test_a_region_that_has_submitted_or_comes_twice_is_left_out(opened: World, three: dict[str, bytes]) -> None:
    far = workbook(opened, FAR, {"policy": {"mark": 3, "explanation": "Perbup 9"}})
    opened.set_assessment(AssessmentState.SUBMITTED, FAR)
    desk = Desk(opened)
    desk.send(packed({"a.xlsx": three["36.03.xlsx"], "b.xlsx": three["36.03.xlsx"], "far.xlsx": far}))
    shown = words(desk.look())
    assert [row.outcome.code for row in desk.report.rows] == ["left-out"] * 3
    assert not desk.report.applicable
    assert "a.xlsx: Other files are of the same region (b.xlsx): send one of them alone" in shown
    assert "b.xlsx: Other files are of the same region (a.xlsx)" in shown
    assert "far.xlsx: " in shown
    neighbour = workbook(opened, NEIGHBOUR, {"policy": {"mark": 3, "explanation": "Perwal 2"}})
    twice = {"a.xlsx": three["36.03.xlsx"], "b.xlsx": three["36.03.xlsx"]}
    desk.send(packed({**twice, "c.xlsx": neighbour, "far.xlsx": far}))
    assert [row.outcome.code for row in desk.report.rows] == ["filled", *["left-out"] * 3]
    assert [(note.row, note.fault.code) for note in desk.report.notes] == [
        (0, "region-twice"), (0, "region-twice"), (0, "not-open"),
    ]  # fmt: skip


def test_many_faults_of_one_file_leave_room_for_the_others(opened: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where nothing can be stored: each fault then names its file."""
    monkeypatch.setattr(forms, "MAX_PARTS", 2)
    faulty = workbook(opened, OWN, {"policy": {"mark": 9}, "budget": {"mark": 9}, "poverty": {"quantity": "x"}})
    good = workbook(opened, NEIGHBOUR, {"policy": {"mark": 3, "explanation": "Perwal 2"}})
    desk = Desk(opened)
    desk.send(packed({"36.03.xlsx": faulty, "36.71.xlsx": good}))
    told = [(note.row > 0, note.fault.code, dict(note.fault.fields).get("count")) for note in desk.report.notes]
    assert told == [(True, "out-of-scale", None), (True, "out-of-scale", None), (False, "more-rows", 1)]
    desk.send(packed({"36.03.xlsx": faulty, "rusak.xlsx": b"PK\x03\x04 rusak", "besar.xlsx": b"0" * (MAX_FILE + 1)}))
    shown = words(desk.look())
    assert "No file is without faults" in shown
    assert "as a whole, or not at all" not in shown
    assert "36.03.xlsx: Rows with faults besides those that are told: 1" in shown
    assert "besar.xlsx: The file has more than 5 MB" in shown
    assert "rusak.xlsx: " in shown


def test_one_workbook_alone_and_several_chosen_at_once(opened: World, three: dict[str, bytes]) -> None:
    desk = Desk(opened)
    desk.send(three["36.03.xlsx"], "36.03.xlsx")
    assert [row.about for row in desk.report.rows] == [("36.03.xlsx",)]
    far = workbook(opened, FAR, {"policy": {"mark": 3, "explanation": "Perbup 9"}})
    chosen = [SimpleUploadedFile(name, one) for name, one in (("a.xlsx", three["36.03.xlsx"]), ("a.xlsx", far))]
    desk.client.post(PAGE, {"file": chosen})
    desk.key = Import.objects.order_by("pk").last().pk  # type: ignore[union-attr]
    keeping.work(key=desk.key)
    assert [(row.about, row.outcome.code) for row in desk.report.rows] == [
        (("a.xlsx",), "filled"),
        (("2 a.xlsx",), "filled"),
    ]


def chosen_files(content: bytes, count: int) -> dict[str, list[SimpleUploadedFile]]:
    return {"file": [SimpleUploadedFile(f"{number}.xlsx", content) for number in range(count)]}


def test_the_workbooks_of_all_regions_are_chosen_at_once(opened: World, three: dict[str, bytes]) -> None:
    request = RequestFactory().post(PAGE, chosen_files(three["36.03.xlsx"], 141))
    name, content = imports._packed(request)
    assert name == "0.xlsx +140", "in no language: the page of the file is read in either"
    assert list(dict(files_in("141", content)).values()) == [three["36.03.xlsx"]] * 141
    assert settings.DATA_UPLOAD_MAX_NUMBER_FILES == MAX_FILES
    desk = Desk(opened)
    refused = desk.client.post(PAGE, chosen_files(b"x", MAX_FILES + 1))
    assert refused.status_code == 413
    assert f"These are more than {MAX_FILES} files" in words(refused)
    assert not Import.objects.exists()


@pytest.mark.parametrize("comment", [b"", b"catatan", b"PK\x05\x06"])
def test_only_the_list_of_an_archive_says_how_many_files_it_has(comment: bytes) -> None:
    inner, stream = packed({f"{number}.xml": b"x" for number in range(9)}), io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("dalam.xlsx", inner)
        archive.comment = comment
    outcome: Any
    for most, outcome in ((0, TooManyEntries), (1, ["dalam.xlsx"] if b"PK" not in comment else TooManyEntries)):
        if outcome is TooManyEntries:
            with pytest.raises(TooManyEntries):
                open_archive(stream, most=most)
        else:
            assert open_archive(stream, most=most).namelist() == outcome


def test_nobody_else_opens_the_page(opened: World) -> None:
    for name, region in (("coordinator", OWN), ("chair", OWN), ("coordinator", FAR)):
        client = Client()
        client.force_login(opened.user(name, region), BACKEND)
        assert client.get(PAGE).status_code == 403


def test_what_was_filled_in_stays_as_it_is(opened: World) -> None:
    row = FilledIn.objects.create(assessment=opened.assessment(OWN), file="a.xlsx", nodes={}, filled_by_name="Ani")
    with pytest.raises(IntegrityError), transaction.atomic():
        FilledIn.objects.filter(pk=row.pk).update(confirmed_by_name="Budi")
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE evaluation_filledin SET file = 'b.xlsx'")


def read(content: bytes) -> dict[str, Any]:
    return {name: found.code if isinstance(found, Fault) else len(found) for name, found in files_in("a.zip", content)}


def test_an_archive_is_opened_within_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    large = packed({"besar.xlsx": b"0" * (MAX_FILE + 1), "kecil.csv": b"code\n", ".sisa": b"x", "~$buka.xlsx": b"x"})
    assert read(large) == {"besar.xlsx": "file-too-large", "kecil.csv": 5}
    long = packed({"a" * 200 + ".csv": b"1", "a" * 200 + "b.csv": b"22"})
    assert list(read(long).values()) == [1, 2]
    monkeypatch.setattr(filling, "MAX_UNPACKED", 10)
    for content, code in (
        (b"PK\x03\x04 bukan arsip", "damaged-archive"),
        (packed({}), "no-files"),
        (packed({f"{number}.csv": b"x" for number in range(MAX_FILES + 1)}), "too-many-files"),
        (packed({"a.csv": b"0" * 6, "b.csv": b"0" * 6}), "archive-too-large"),
    ):
        with pytest.raises(Faults) as refused:
            read(content)
        assert [fault.code for fault in refused.value.faults] == [code]
