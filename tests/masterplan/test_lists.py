"""A list of programmes as a region keeps it: its columns and words are told once, looked at, and stored or refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from kit.neighbours import own
from masterplan.lists import SECTIONS, messy_list, row_of
from masterplan.pages import address, client_of
from masterplan.world import LATER, World, content
from pilar.areas.models import Office
from pilar.masterplan import operations, queries
from pilar.masterplan.imports import Lists
from pilar.masterplan.models import ListWord, Proposal
from pilar.masterplan.operations import SaidWord, WordKind
from pilar.masterplan.rules.content import Fund, read
from pilar.masterplan.rules.quarters import Quarter
from pilar.masterplan.rules.stages import ProposalState
from pilar.masterplan.rules.workbook_judging import DRAFT, NEW, THERE
from pilar.people.rules import Standing
from pilar.platform.errors import Faults
from pilar.platform.imports import keeping
from pilar.platform.imports.kept import Kept

pytestmark = pytest.mark.django_db


def importer(world: World) -> Lists:
    return Lists(world.who("coordinator"), world.version, timezone.now())


def sent(world: World, book: bytes) -> Kept:
    key = keeping.receive(importer(world), name="matriks.xlsx", content=book)
    return keeping.kept(importer(world), key)


def stored(world: World, book: bytes) -> Kept:
    found = sent(world, book)
    assert found.found.faults == ()
    return keeping.confirm(importer(world), token=found.token)


def say(world: World, kind: WordKind, words: Mapping[str, object]) -> None:
    said = [SaidWord(kind, word, str(meaning)) for word, meaning in words.items()]
    operations.say_list_words(by=world.who("coordinator"), version=world.version, said=said)


def told(world: World) -> None:
    """The abbreviations of the two offices are told."""
    say(world, WordKind.OFFICE, {"dinkes": world.cast.colleagues_office, "diskominfo": world.office})


def send(client: Client, world: World, book: bytes) -> Any:
    return client.post(address("list-imports", world.version), {"file": SimpleUploadedFile("matriks.xlsx", book)})


def asked(response: Any) -> Any:
    return response.context["list"]


def chosen(response: Any) -> dict[str, str]:
    """What a browser sends of the form, with what is chosen in it."""
    shown = asked(response)
    found = {one.name: next((value for value, _text, on in one.choices if on), "") for one in shown["columns"]}
    found |= {one.name: next((value for value, _text, on in one.choices if on), "") for one in shown["words"]}
    laid = shown["laid"]
    return found | {"say": "1", "import": str(shown["key"]), "first": str(laid.first), "last": str(laid.last)}


def test_a_messy_list_goes_in_through_what_is_said_of_it(world: World) -> None:
    client = client_of(world, "coordinator")
    first = send(client, world, messy_list())
    assert first.status_code == 422
    assert [(one.word, one.proposed) for one in asked(first)["words"]] == [("dinkes", True), ("diskominfo", True)]
    given = chosen(first)
    # The page proposes the offices that the abbreviations are made of; nothing holds before it is said.
    dinkes, diskominfo = (given[one.name] for one in asked(first)["words"])
    assert (dinkes, diskominfo) == (str(world.cast.colleagues_office), str(world.office))
    assert not own(ListWord).exists()

    assert client.post(address("list-imports", world.version), given).status_code == 302
    second = client.get(address("list-imports", world.version))
    kept = second.context["import"]["kept"]
    assert {one.code: count for one, count in kept.found.counts.items() if count} == {NEW.code: 60}
    assert not any(one.proposed for one in (*asked(second)["columns"], *asked(second)["words"]))
    assert client.post(address("list-imports", world.version), {"rows": kept.token}).status_code == 302

    rows = list(own(Proposal).order_by("number").select_related("content"))
    contents = [read(row.content.body) for row in rows if row.content]
    assert [one.title for one in contents] == [f"Layanan kota {at + 1}" for at in range(60)]
    assert {row.state for row in rows} == {ProposalState.SUBMITTED}
    assert Counter(one.owner for one in contents) == {world.office: 30, world.cast.colleagues_office: 30}
    assert len({one.part for one in contents}) == len(SECTIONS)
    amounts = (1_250_000_000, 750_000_000, 500_000_000, 1_500_000_000, 98_500_000)
    assert [one.money for one in contents] == [Decimal(amounts[at % 5]) for at in range(60)]
    assert contents[3].targets[0].yearly == ((2026, Decimal(60)), (2027, Decimal(75)))
    assert contents[3].targets[0].base == Decimal(20)
    assert [(one.starts, one.ends) for one in contents[1].activities] == [(Quarter(2026, 1), Quarter(2026, 4))]
    assert contents[2].partners == (world.office,)
    assert {budget.fund for one in contents for budget in one.budgets} == {Fund.APBD}


def test_what_was_said_holds_for_the_next_list_and_what_is_there_is_left(world: World) -> None:
    told(world)
    stored(world, messy_list(12))
    found = sent(world, messy_list(14))
    assert [one.outcome for one in found.found.rows] == [NEW, NEW] + [THERE] * 12
    assert found.applicable


FAULTS: dict[tuple[int, int], object] = {
    (3, 1): "", (7, 2): "Dinas Purbakala", (11, 8): "delapan puluh", (14, 10): "sesuai kebutuhan", (19, 12): "PHLN",
    (22, 13): "TW V 2026", (25, 13): "2035", (28, 1): row_of(24)[1], (33, 14): "Dinas Sihir", (41, 10): "-5.000.000",
}  # fmt: skip
NAMES = {
    1: "Nama Program", 2: "OPD Pelaksana", 8: "Target 2026", 10: "Pagu Anggaran (Rp) 2026", 12: "Sumber Dana",
    13: "Waktu Pelaksanaan", 14: "Mitra OPD",
}  # fmt: skip


def test_ten_faults_are_ten_places_and_nothing_is_stored(world: World) -> None:
    told(world)
    response = send(client_of(world, "coordinator"), world, messy_list(changed=FAULTS))
    assert response.status_code == 422
    found = response.context["import"]["kept"].found
    wanted = [(8 + 13 * (place // 10) + place % 10, NAMES[column]) for place, column in FAULTS]
    assert sorted((one.row, one.column.rpartition(" (")[0]) for one in found.faults) == sorted(wanted)
    assert (found.fault_count, found.applicable, own(Proposal).exists()) == (10, False, False)


def test_what_lacks_something_becomes_a_draft_that_its_office_completes(world: World) -> None:
    told(world)
    lacking = messy_list(2, changed={(1, 4): "", (1, 3): ""})
    found = sent(world, lacking)
    assert [one.outcome for one in found.found.rows] == [NEW, DRAFT]
    assert "lacking" in [one.fault.code for one in found.found.notes]
    keeping.confirm(importer(world), token=found.token)
    row = own(Proposal).get(number=2)
    assert (row.state, row.office_id, row.submitted_at) == (ProposalState.DRAFT, world.office, None)

    by = world.who("contributor")
    with pytest.raises(Faults):
        operations.submit_proposal(by=by, proposal=row.pk, now=LATER)
    whole = content(world.office, "Layanan kota 2")
    operations.save_proposal(by=by, proposal=row.pk, content=whole, reason="", seen=1, now=LATER)
    operations.submit_proposal(by=by, proposal=row.pk, now=LATER)
    assert own(Proposal).get(number=2).state == ProposalState.SUBMITTED


def test_a_list_comes_again_after_an_office_gave_its_draft_another_title(world: World) -> None:
    told(world)
    lacking = messy_list(2, changed={(1, 4): ""})
    stored(world, lacking)
    row = own(Proposal).get(number=2)
    renamed = content(world.office, "Layanan kota yang baru")
    by = world.who("contributor")
    operations.save_proposal(by=by, proposal=row.pk, content=renamed, reason="", seen=1, now=LATER)
    assert [one.outcome for one in sent(world, lacking).found.rows] == [THERE, THERE]
    assert [one.outcome for one in stored(world, messy_list(3)).found.rows] == [NEW, THERE, THERE]
    assert own(Proposal).count() == 3


def test_one_field_in_two_columns_is_refused_before_one_of_them_is_lost(world: World) -> None:
    say(world, WordKind.COLUMN, {"apbd 2026": "budget.2026", "apbn 2026": "budget.2026"})
    book = b"Program;OPD;Sub Dimensi;APBD 2026;APBN 2026\nPosyandu;Dinkes;Kesehatan;500;300\n"
    key = keeping.receive(importer(world), name="a.csv", content=book)
    found = keeping.kept(importer(world), key).found
    assert [(one.row, one.fault.code) for one in found.faults] == [(1, "field-twice")]
    assert found.faults[0].fault.fields["columns"] == "APBD 2026 (D), APBN 2026 (E)"
    assert not found.applicable


def test_rows_of_headings_can_be_said(world: World) -> None:
    """A list whose headings nobody knows: the rows are said first, then its columns."""
    client = client_of(world, "coordinator")
    book = b"Daftar;;\nProg.;Instnsi;Sub\n1;2;3\nSampah pilah;Dinas Kesehatan;Pelayanan publik\n"
    first = client.post(address("list-imports", world.version), {"file": SimpleUploadedFile("a.csv", book)})
    rows = chosen(first) | {"first": "2", "last": "2"}
    assert client.post(address("list-imports", world.version), rows).status_code == 302
    second = client.get(address("list-imports", world.version))
    assert [one.word for one in asked(second)["columns"]] == ["prog", "instnsi", "sub"]
    names = [one.name for one in asked(second)["columns"]]
    meant = chosen(second) | dict(zip(names, ("title", "owner", "part"), strict=True))
    assert client.post(address("list-imports", world.version), meant).status_code == 302
    third = client.get(address("list-imports", world.version))
    assert [(one.title, one.outcome) for one in third.context["import"]["kept"].found.rows] == [("Sampah pilah", DRAFT)]


def test_only_offices_of_the_region_can_be_meant(world: World) -> None:
    elsewhere = Office.objects.exclude(region="36.03").values_list("pk", flat=True)[0]
    for kind, word, meaning in (
        (WordKind.OFFICE, "dinkes", str(elsewhere)),
        (WordKind.COLUMN, "program", "budget.1999"),
        (WordKind.PART, "smart", "unknown"),
        (WordKind.FUND, "", "unknown"),
        (WordKind.ROWS, "a", "9-2"),
    ):
        with pytest.raises(Faults):
            say(world, kind, {word: meaning})
    assert not own(ListWord).exists()
    response = client_of(world, "coordinator").post(
        address("list-imports", world.version), {"say": "1", "import": "0", "fund": "unknown"}
    )
    assert response.status_code == 404


def test_what_is_said_can_be_changed_and_taken_back(world: World) -> None:
    say(world, WordKind.FUND, {"": "apbd"})
    say(world, WordKind.OFFICE, {"dinkes": world.office})
    say(world, WordKind.OFFICE, {"dinkes": "-"})
    say(world, WordKind.FUND, {"": ""})
    words = queries.list_words(world.row())
    assert (dict(words.of(WordKind.OFFICE)), words.fund) == ({"dinkes": "-"}, None)


def test_nobody_else_sees_a_regions_list(world: World) -> None:
    key = sent(world, messy_list(1)).key
    by: Standing = world.who("coordinator")
    assert keeping.tables(Lists(by, world.version, timezone.now()), key)
    response = client_of(world, "contributor").get(address("list-imports", world.version))
    assert response.status_code == 403
