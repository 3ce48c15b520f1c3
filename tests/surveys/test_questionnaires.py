"""A questionnaire sent by page: every fault at its line, what it changes, a draft, a second person who releases it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.utils.translation import override

from people.team import account
from pilar.people.models import User
from pilar.people.queries import standing_of_key
from pilar.people.queries.drafts import DraftReleased, ReleasesOwn, VersionTaken
from pilar.people.rules import NotAllowed, Role, Standing
from pilar.platform import documents
from pilar.platform.documents import own
from pilar.platform.errors import Faults
from pilar.platform.tables import Column, Row, Table
from pilar.surveys import operations, queries
from pilar.surveys.documents.questionnaire_workbook import questionnaire_workbook
from pilar.surveys.models import Form, FormDraft, Survey
from pilar.surveys.operations import NewSurvey
from pilar.surveys.queries.inbox import waiting
from pilar.surveys.queries.questionnaires import form_draft, offered
from pilar.surveys.reference import UnknownQuestionnaire, parse
from pilar.surveys.rules.questionnaire_check import check
from pilar.surveys.rules.questionnaire_sheets import inspect_questionnaire, written
from surveys.questionnaires import NEXT, SHIPPED, with_basis
from surveys.world import BACKEND, CLOSES, NOW, OWN, World

PAGE = "/en/kerja/survei/kuesioner/"


@pytest.fixture
def other(world: World) -> Standing:
    """Another person of the secretariat."""
    return standing_of_key(account("kedua@contoh.invalid", Role.SECRETARIAT), NOW)


def sent(world: World, text: str = NEXT) -> int:
    by = world.who("secretariat")
    return operations.send_questionnaire(by=by, document=text, file="kuesioner.yaml", now=NOW)


def drawn_up(world: World, form: str, title: str) -> int:
    given = NewSurvey(form, title, 2026, NOW, CLOSES)
    return operations.create_survey(by=world.who("coordinator"), region=OWN, given=given, now=NOW)


def test_what_ships_lacks_a_paper_alone() -> None:
    for code, text in SHIPPED.items():
        assert [one.code for one in check(text)] == ["no-basis"], code
        assert check(with_basis(code, "9")) == []


def test_a_file_becomes_a_draft_that_another_releases_for_new_surveys(world: World, other: Standing) -> None:
    before = queries.survey(drawn_up(world, "impact-2023", "Lama"), scope=world.who("coordinator"))
    desk = world.client("secretariat")

    def send(**given: Any) -> Any:
        return desk.post(PAGE, given)

    shown = send(file=SimpleUploadedFile("kuesioner.yaml", NEXT.encode()))
    report = shown.context["import"]["report"]
    assert report.fault_count == 0
    said = {row.about: [(value.name, value.was, value.now) for value in row.values] for row in report.rows}
    whole = said.pop(("impact-2023 1.1 → impact-2023 2.0",))
    assert ("Version", "1.1", "2.0") in whole
    assert ("Basis", "", "Letter B-7/2026") in whole
    assert said == {("clearer",): [("Question", "Information on this programme is clear.", "Information is found.")]}
    assert not FormDraft.objects.exists()
    send(rows=shown.context["import"]["kept"].token)
    draft = FormDraft.objects.get()
    assert (draft.code, draft.version, draft.document) == ("impact-2023", "2.0", NEXT)
    page = f"{PAGE}{draft.pk}/"
    assert b"Letter B-7/2026" in desk.get(page).content
    assert desk.get(f"{page}berkas.yaml").content.decode() == NEXT
    mine = desk.get(f"{page}sahkan/")
    refused = desk.post(f"{page}sahkan/", {"agreed": "on", "checked": mine.context["check"].seen})
    assert refused.status_code == 403
    assert [one.form.version for one in offered() if one.form.code == "impact-2023"] == ["1.1"]
    theirs = Client()
    theirs.force_login(User.objects.get(pk=other.account), BACKEND)
    asked = theirs.get(f"{page}sahkan/")
    answer = theirs.post(f"{page}sahkan/", {"agreed": "on", "checked": asked.context["check"].seen})
    assert answer.status_code == 302, answer.content
    assert b"never changes any more" in theirs.get(page).content
    after = queries.survey(drawn_up(world, "impact-2023", "Baru"), scope=world.who("coordinator"))
    assert "Informasi mudah ditemukan." in [item.title.id for item in after.questionnaire.items()]
    assert after.questionnaire.basis is not None
    again = queries.survey(before.key, scope=world.who("coordinator"))
    assert again.questionnaire == before.questionnaire
    assert Survey.objects.get(pk=after.key).form == FormDraft.objects.get().form


def test_one_of_its_own_stands_beside_those_that_ship(world: World, other: Standing) -> None:
    text = with_basis("ikm-2017", "1", ("code: ikm-2017", "code: ikm-daerah"), ("Survei Kepuasan", "Survei Layanan"))
    operations.release_questionnaire(by=other, draft=sent(world, text), now=NOW)
    form = world.client("coordinator").get(f"/en/kerja/survei/daerah/{OWN}/baru/").context["form"]
    codes = [value for value, _label in form.fields["form"].choices]
    assert codes == ["ikm-2017", "ikm-daerah", "impact-2023"]
    row = queries.survey(drawn_up(world, "ikm-daerah", "Layanan"), scope=world.who("coordinator"))
    assert (row.questionnaire.code, row.questionnaire.satisfaction is not None) == ("ikm-daerah", True)
    with pytest.raises(UnknownQuestionnaire, match="ikm-daerah, impact-2023") as unknown:
        drawn_up(world, "tidak-ada", "Lain")
    assert unknown.value.status == 404


def test_who_sent_it_does_not_release_it_and_what_is_released_stays(world: World, other: Standing) -> None:
    key, maker = sent(world), world.who("secretariat")
    with pytest.raises(ReleasesOwn):
        operations.release_questionnaire(by=maker, draft=key, now=NOW)
    given = {"form": Form.objects.first(), "released_by": maker.account, "released_by_name": "x", "released_at": NOW}
    with pytest.raises(IntegrityError, match="form_draft_released_by_another"), transaction.atomic():
        FormDraft.objects.filter(pk=key).update(**given)
    operations.release_questionnaire(by=other, draft=key, now=NOW)
    operations.release_questionnaire(by=other, draft=key, now=NOW)
    assert Form.objects.filter(version="2.0").count() == 1
    with pytest.raises(DraftReleased):
        operations.drop_questionnaire_draft(by=maker, draft=key)
    for change in ({"document": "x"}, {"released_by_name": "Budi"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            FormDraft.objects.filter(pk=key).update(**change)
    view = form_draft(key, scope=other)
    assert view.earlier is not None
    assert view.earlier.version == "1.1"
    third = sent(world, with_basis("impact-2023", "3.0"))
    assert form_draft(third, scope=other).earlier == parse(NEXT)


def test_a_version_is_there_once(world: World, other: Standing) -> None:
    key = sent(world)
    for text, code in ((NEXT, "draft-waits"), (with_basis("impact-2023", "1.1"), VersionTaken.code)):
        with pytest.raises(Faults) as refused:
            sent(world, text)
        assert [fault.code for fault in refused.value.faults] == [code]
    operations.drop_questionnaire_draft(by=other, draft=key)
    assert sent(world) != key


@pytest.mark.parametrize("name", ["coordinator", "verifier", "contributor"])
def test_nobody_else_sends_or_releases(world: World, name: str) -> None:
    key, by = sent(world), world.who(name)
    with pytest.raises(NotAllowed):
        operations.send_questionnaire(by=by, document=NEXT, file="x", now=NOW)
    with pytest.raises(NotAllowed):
        operations.release_questionnaire(by=by, draft=key, now=NOW)
    with pytest.raises(NotAllowed):
        operations.drop_questionnaire_draft(by=by, draft=key)


def test_a_draft_waits_for_everybody_of_the_secretariat_but_who_sent_it(world: World, other: Standing) -> None:
    sent(world)
    assert len([*waiting(other, NOW)]) == 1
    for name in ("secretariat", "coordinator"):
        assert not [*waiting(world.who(name), NOW)]


SECOND = "{code: procedure, kind: scale"
WRONG = [
    ("kind: satisfaction", "kind: poll", "choice"),
    ("kind: satisfaction", "kind: other", "no-satisfaction"),
    ("{value: 2,", "{value: 1,", "not-rising"),
    ("{value: 4,", "{value: 40,", "whole"),
    ("- code: age", "- code: sheet_day", "reserved"),
    ("- code: sex", "- code: age", "code-twice"),
    ("{code: male,", "{code: female,", "code-twice"),
    ("required: false\n      options: districts", "required: perhaps\n      options: districts", "flag"),
    ("{code: procedure, kind: scale", "{code: requirements, kind: scale", "code-twice"),
    ("{code: procedure, kind: scale", "{code: procedure, kind: number", "elements"),
    ("{code: procedure, kind: scale", "{code: procedure, kind: choice", "missing-key"),
    (SECOND, f"{SECOND}, when: {{item: cost, values: [1]}}", "unknown-item"),
    (SECOND, f"{SECOND}, when: {{item: requirements, values: [7]}}", "no-answer"),
    ("respondents: 30", "respondents: many", "number"),
    ("straight: 50", "straight: 101", "whole"),
    ("bot: 0", "robot: 0", "missing-key"),
    ("factor: 25", "factor: 26", "factor"),
    ('from: "76.61"', 'from: "99"', "bands-fall"),
    ('from: "25.00"', 'from: "26"', "bands-gap"),
    ("title: {id: Saran, en: Suggestions}", "title: {id: Saran}", "missing-key"),
    ("format: 1", "format: composite-1", "format"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code"), WRONG)
def test_what_is_wrong_is_told_at_its_line(old: str, new: str, code: str) -> None:
    text = with_basis("ikm-2017", "9", (old, new))
    found = [one for one in check(text) if one.code == code]
    assert found
    was = with_basis("ikm-2017", "9").split("\n")
    line = next(
        number for number, (one, other) in enumerate(zip(was, text.split("\n"), strict=True), 1) if one != other
    )
    # What has to do with another place is told there: the block that is too much, the second of two, what is missing.
    if code in ("elements", "missing-key", "no-satisfaction"):
        assert found[0].line is not None
    elif code in ("code-twice", "flag"):
        assert found[0].line in (line, line + 1)
    else:
        assert found[0].line == line
    assert own(found[0]).text()


def test_faults_are_told_together_on_the_page(world: World) -> None:
    text = with_basis("ikm-2017", "9", ("factor: 25", "factor: 26"), ("respondents: 30", "respondents: many"))
    shown = world.client("secretariat").post(PAGE, {"file": SimpleUploadedFile("k.yaml", text.encode())})
    report = shown.context["import"]["report"]
    lines = text.split("\n")
    assert {(one.row, one.fault.code) for one in report.faults} == {
        (lines.index("  respondents: many") + 1, "number"), (lines.index("  factor: 26") + 1, "factor"),
    }  # fmt: skip
    assert not FormDraft.objects.exists()


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("code", sorted(SHIPPED))
def test_the_workbook_of_a_questionnaire_comes_back_as_it(code: str, language: str) -> None:
    text = with_basis(code, "9")
    with override(language):
        book = questionnaire_workbook(text)
    read = documents.sent(inspect_questionnaire("kuesioner.xlsx", book))
    assert read.misfits == ()
    assert replace(parse(read.text), fingerprint="") == replace(parse(text), fingerprint="")
    assert {item.code for item in parse(text).items()} <= {*read.places}


def test_a_workbook_becomes_a_draft(world: World) -> None:
    desk = world.client("secretariat")
    answer = desk.get(f"{PAGE}impact-2023.xlsx")
    assert answer.content.startswith(b"PK")
    with override("en"):
        book = questionnaire_workbook(NEXT)
    shown = desk.post(PAGE, {"file": SimpleUploadedFile("kuesioner.xlsx", book)})
    report = shown.context["import"]["report"]
    assert report.fault_count == 0
    assert {row.about: (row.sheet, row.row) for row in report.rows}[("clearer",)] == ("Questions", 5)
    desk.post(PAGE, {"rows": shown.context["import"]["kept"].token})
    draft = parse(FormDraft.objects.get().document)
    assert replace(draft, fingerprint="") == replace(parse(NEXT), fingerprint="")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("respondents: 30", "respondents: many", [("number", "Questionnaire")]),
        ("{value: 2,", "{value: 1,", [("not-rising", "Scale")]),
        ("- code: age", "- code: cell", [("reserved", "Profile")]),
        ("{code: male,", "{code: female,", [("code-twice", "Options")]),
        (
            "{code: cost, kind: scale",
            "{code: cost, kind: graph",
            [("choice", "Questions"), ("elements", "Questionnaire")],
        ),
        ('from: "76.61"', 'from: "99"', [("bands-fall", "Bands")]),
    ],
)
def test_a_fault_of_a_workbook_is_told_at_its_sheet_and_row(old: str, new: str, told: list[tuple[str, str]]) -> None:
    with override("en"):
        book = questionnaire_workbook(with_basis("ikm-2017", "9", (old, new)))
    found = documents.sent(inspect_questionnaire("kuesioner.xlsx", book)).misfits
    assert {(one.fault.code, one.sheet) for one in found} >= set(told[:1])
    assert {(one.fault.code, one.sheet) for one in found} <= {*told, ("elements", "Pages")}
    assert all(one.row > 1 for one in found)


def made_by(**sheets: list[list[Any]]) -> dict[str, Table]:
    """The tables of a workbook, each with its headings."""
    return {
        name: Table(
            name, 1, tuple(Column(head, at) for at, head in enumerate(rows[0])),
            tuple(Row(number, tuple(cells)) for number, cells in enumerate(rows[1:], start=2)),
        )
        for name, rows in sheets.items()
    }  # fmt: skip


def test_what_a_workbook_names_and_does_not_have_is_told_at_its_row() -> None:
    assert [fault.code for _at, fault in written(made_by(Kuesioner=[["Isian", "Isi"], ["Kode", "x"]])).faults] == [
        "no-such-sheet"
    ] * 4
    made = written(made_by(
        Kuesioner=[["Isian", "Isi"], ["Kode", "x"], ["Warna", "biru"]],
        Skala=[["Nilai"], ["1"]],
        Profile=[["code"], ["age"]],
        Halaman=[["Kode"], ["one"]],
        Pertanyaan=[["Halaman", "Kode", "Wajib dijawab"], ["one", "easier", False], ["two", "quicker", ""]],
        Pilihan=[["Pertanyaan", "Kode"], ["age", "young"], ["slower", "yes"]],
    ))  # fmt: skip
    assert '        required: "false"' in made.lines  # Excel makes a truth of the word
    assert {(at.sheet, at.row, fault.code) for at, fault in made.faults} == {
        ("Kuesioner", 3, "unknown-field"), ("Pertanyaan", 3, "unknown-page"), ("Pilihan", 3, "unknown-code"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("kind: satisfaction", 'kind: " satisfaction "'),
        ("respondents: 30", "respondents: 30.0"),
        ("status: official", 'status: "official "'),
        ("{value: 1,", "{value: 1.0,"),
        ("since: 2017\n", "since: 2017.0\n"),
        ("required: false, title", "required: 'false ', title"),
        ('version: "9"', "version: 9.10"),
        ("source: assumption\n  respondents", "source: 'assumption '\n  respondents"),
    ],
)
def test_what_passes_the_check_is_read(old: str, new: str) -> None:
    text = with_basis("ikm-2017", "9", (old, new))
    assert check(text) == []
    assert parse(text).code == "ikm-2017"
    assert "9.10" not in text or parse(text).version == "9.10"
    assert parse(text).quota.source == "assumption"
