"""An instrument sent by page: every fault at its place, what it changes, a draft, a second person who releases it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.template.loader import render_to_string
from django.test import Client
from django.utils.translation import override

from evaluation.cycle.foreign import INSTRUMENT as FOREIGN
from evaluation.cycle.planted import BASIS, NEXT_VERSION
from evaluation.cycle.world import INSTRUMENT, NOW, World
from people.team import account
from pilar import index
from pilar.evaluation import operations, queries
from pilar.evaluation.documents.instrument_workbook import instrument_workbook
from pilar.evaluation.documents.writing import instrument_line
from pilar.evaluation.models import Campaign, Instrument, InstrumentDraft, Phase
from pilar.evaluation.queries.inbox import waiting
from pilar.evaluation.queries.snapshots import SnapshotRow, header_of
from pilar.people.models import User
from pilar.people.queries import standing_of_key
from pilar.people.queries.drafts import DraftReleased, ReleasesOwn
from pilar.people.rules import NotAllowed, Role, Standing
from pilar.platform.errors import Faults

SNAPSHOT = {"instrument_code": "cycle-test", "instrument_version": "1.1", "computed_at": NOW}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PAGE = "/en/kerja/instrumen/"


@pytest.fixture
def other(world: World) -> Standing:
    """Another person of the secretariat."""
    return standing_of_key(account("kedua@contoh.invalid", Role.SECRETARIAT), NOW)


class Desk:
    """The secretariat at the page."""

    def __init__(self, user: Any) -> None:
        self.client = Client()
        self.client.force_login(user, BACKEND)

    def send(self, content: str | bytes, name: str = "instrumen.yaml") -> Any:
        given = content.encode() if isinstance(content, str) else content
        self.shown = self.client.post(PAGE, {"file": SimpleUploadedFile(name, given)})
        return self.shown.context["import"]["report"]

    def store(self) -> Any:
        return self.client.post(PAGE, {"rows": self.shown.context["import"]["kept"].token})


def sent(world: World, text: str = NEXT_VERSION) -> int:
    by = world.who("secretariat")
    return operations.send_instrument(by=by, document=text, file="instrumen.yaml", now=NOW)


def test_a_file_becomes_a_draft_that_another_releases_for_campaigns(world: World, other: Standing) -> None:
    text = NEXT_VERSION.replace("{id: Baik, en: Good}", "{id: Baik sekali, en: Quite good}", 1)
    desk = Desk(world.user("secretariat"))
    report = desk.send(text)
    assert report.fault_count == 0
    said = {row.about: [(value.name, value.was, value.now) for value in row.values] for row in report.rows}
    whole = said.pop(("cycle-test 1.0 → cycle-test 1.1",))
    assert ("Version", "1.0", "1.1") in whole
    assert ("Basis", "", "Letter B-7/2026") in whole
    changed = {about[0]: values for about, values in said.items()}
    assert changed
    assert all(("Mark 3", "Good", "Quite good") in values for values in changed.values())
    assert not InstrumentDraft.objects.exists()
    desk.store()
    draft = InstrumentDraft.objects.get()
    assert (draft.code, draft.version, draft.document) == ("cycle-test", "1.1", text)
    assert not Instrument.objects.filter(version="1.1").exists()
    page = f"{PAGE}{draft.pk}/"
    assert b"Quite good" in desk.client.get(page).content
    mine = desk.client.get(f"{page}sahkan/")
    desk.client.post(f"{page}sahkan/", {"agreed": "1", "checked": mine.context["check"].seen})
    assert not Instrument.objects.filter(version="1.1").exists()
    theirs = Desk(User.objects.get(pk=other.account)).client
    asked = theirs.get(f"{page}sahkan/")
    answer = theirs.post(f"{page}sahkan/", {"agreed": "on", "checked": asked.context["check"].seen})
    assert answer.status_code == 302, answer.content
    made = Instrument.objects.get(version="1.1")
    assert (made.sha256, made.document) == (index.parse_instrument(text).sha256, text)
    choices = theirs.get("/en/kerja/periode-baru/").context["form"].fields["instrument"].choices
    assert "cycle-test 1.1" in [value for value, _label in choices]
    public = Client().get("/en/instrumen/cycle-test/1.1/").content.decode()
    assert "Letter B-7/2026" in public
    assert "official" in public


def test_who_sent_it_does_not_release_it_and_what_is_released_stays(world: World, other: Standing) -> None:
    key, maker = sent(world), world.who("secretariat")
    with pytest.raises(ReleasesOwn):
        operations.release_instrument(by=maker, draft=key, now=NOW)
    operations.release_instrument(by=other, draft=key, now=NOW)
    operations.release_instrument(by=other, draft=key, now=NOW)
    assert Instrument.objects.filter(version="1.1").count() == 1
    with pytest.raises(DraftReleased):
        operations.drop_instrument_draft(by=maker, draft=key)
    for change in ({"document": "x"}, {"released_by_name": "Budi"}, {"file": "y"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            InstrumentDraft.objects.filter(pk=key).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        InstrumentDraft.objects.filter(pk=key).delete()


def test_the_database_knows_four_eyes(world: World) -> None:
    key, maker = sent(world), world.who("secretariat")
    given = {"instrument": Instrument.objects.get(), "released_by": maker.account, "released_by_name": "x"}
    with pytest.raises(IntegrityError, match="instrument_draft_released_by_another"), transaction.atomic():
        InstrumentDraft.objects.filter(pk=key).update(released_at=NOW, **given)


def test_a_draft_that_is_thrown_away_can_be_sent_again(world: World, other: Standing) -> None:
    key = sent(world)
    with pytest.raises(Faults) as refused:
        sent(world)
    assert [fault.code for fault in refused.value.faults] == ["draft-waits"]
    operations.drop_instrument_draft(by=other, draft=key)
    assert sent(world) != key


@pytest.mark.parametrize("name", ["coordinator", "chair", "public"])
def test_nobody_else_sends_or_releases(world: World, name: str) -> None:
    key, by = sent(world), world.who(name)
    with pytest.raises(NotAllowed):
        operations.send_instrument(by=by, document=NEXT_VERSION, file="x", now=NOW)
    with pytest.raises(NotAllowed):
        operations.release_instrument(by=by, draft=key, now=NOW)
    with pytest.raises(NotAllowed):
        operations.drop_instrument_draft(by=by, draft=key)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (BASIS, "scale:", "no-basis"),
        ("version: 1.1", "version: 1.0", "version-taken"),
        ("code: cycle-test", "code: cycle-test-draft", "code-of-trials"),
        ("code: cycle-test", f"code: {'c' * 61}", "too-long"),
    ],
)
def test_what_is_an_instrument_and_still_no_draft(world: World, old: str, new: str, code: str) -> None:
    report = Desk(world.user("secretariat")).send(NEXT_VERSION.replace(old, new, 1))
    assert [one.fault.code for one in report.faults] == [code]


def test_faults_are_told_at_once_where_they_stand_in_the_readers_language(world: World) -> None:
    text = NEXT_VERSION.replace("version: 1.1", "version: satu").replace("weight: ", "weight: 9", 1)
    desk = Desk(world.user("secretariat"))
    report = desk.send(text)
    lines = text.split("\n")
    assert {one.fault.code for one in report.faults} == {"text", "weights-sum"}
    assert {one.row for one in report.faults if one.fault.code == "text"} == {lines.index("version: satu") + 1}
    assert [one.column for one in report.faults if one.fault.code == "weights-sum"] == ["final"]
    with override("id"):
        assert "tidak dapat menjadi versi" in report.faults[0].fault.said()


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("text", [INSTRUMENT, FOREIGN])
def test_the_workbook_of_an_instrument_comes_back_as_it(world: World, text: str, language: str) -> None:
    with_basis = index.parse_instrument(text.replace("scale:", BASIS, 1).replace("\nversion: 1", "\nversion: 7", 1))
    with override(language):
        book = instrument_workbook(with_basis)
    desk = Desk(world.user("secretariat"))
    assert desk.send(book, "instrumen.xlsx").faults == ()
    desk.store()
    assert InstrumentDraft.objects.get().sha256 == with_basis.sha256


def test_a_fault_of_a_workbook_is_told_at_its_sheet_and_row(world: World) -> None:
    text = NEXT_VERSION.replace("weight: ", "weight: 9", 1)
    with pytest.raises(index.InstrumentFaults):
        index.parse_instrument(text)
    wrong = index.parse_instrument(NEXT_VERSION)
    object.__setattr__(wrong.root.children[0], "weight", 1)
    with override("en"):
        book = instrument_workbook(wrong)
    report = Desk(world.user("secretariat")).send(book, "instrumen.xlsx")
    (fault,) = report.faults
    assert (fault.fault.code, fault.sheet, fault.column) == ("weights-sum", "Indicators", "final")
    assert fault.row == 3


def test_templates_are_there_for_everybody_who_reads_the_instrument(world: World) -> None:
    answer = Client().get("/instrumen/cycle-test/1.0/berkas.xlsx")
    assert answer.status_code == 200
    assert answer.content.startswith(b"PK")
    shown = Desk(world.user("secretariat")).client.get("/en/instrumen/").content.decode()
    assert PAGE in shown
    assert PAGE not in Client().get("/en/instrumen/").content.decode()


def test_the_public_list_shows_what_was_released_and_no_draft(world: World, other: Standing) -> None:
    stranger = Client()
    first = stranger.get("/en/instrumen/")
    key = sent(world)
    assert "1.1" not in stranger.get("/en/instrumen/").content.decode()
    operations.release_instrument(by=other, draft=key, now=NOW)
    again = stranger.get("/en/instrumen/", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 200
    assert "cycle-test 1.1" in again.content.decode()
    assert [one.version for one in queries.instruments(scope=queries.PUBLIC)].count("1.1") == 1


def test_results_show_on_which_paper_their_instrument_rests(world: World, other: Standing) -> None:
    assert header_of(world.phases[1]).paper is None
    operations.release_instrument(by=other, draft=sent(world), now=NOW)
    Campaign.objects.update(instrument=Instrument.objects.get(version="1.1"))
    header = header_of(Phase.objects.get(pk=world.phases[1].pk))
    shown = render_to_string("evaluation/cycle/results/facts.html", {"header": header, "snapshot": SNAPSHOT})
    assert "Surat B-7/2026" in shown
    assert "resmi" in shown
    version = cast("SnapshotRow", SimpleNamespace(**SNAPSHOT))
    assert instrument_line(version, header) == "cycle-test 1.1 · Surat B-7/2026, 2 Februari 2026 (resmi)"


def test_a_draft_waits_for_everybody_of_the_secretariat_but_who_sent_it(world: World, other: Standing) -> None:
    sent(world)
    told = [one.text for one in waiting(other, NOW) if "Instrumen uji" in one.text]
    assert len(told) == 1
    for name in ("secretariat", "coordinator"):
        assert not [one for one in waiting(world.who(name), NOW) if "Instrumen uji" in one.text]
