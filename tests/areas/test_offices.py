from __future__ import annotations

import pytest
from django.utils import timezone

from pilar.areas import operations, queries
from pilar.areas.models import Office
from pilar.areas.operations import offices
from pilar.areas.rules import OfficeNameTaken, OfficeWordTaken, UnknownRegion
from pilar.people.rules import OPERATOR, PUBLIC, HeldRole, NotAllowed, Role, Standing
from pilar.platform import audit
from pilar.platform.actors import Actor

pytestmark = pytest.mark.usefixtures("places")

COORDINATOR = Standing(Actor("user", "1", "Siti"), (HeldRole(Role.COORDINATOR, "36.03"),))
NEIGHBOUR = Standing(Actor("user", "2", "Budi"), (HeldRole(Role.COORDINATOR, "36.71"),))
SECRETARIAT = Standing(Actor("user", "3", "Ani"), (HeldRole(Role.SECRETARIAT),))
VERIFIER = Standing(Actor("user", "4", "Edi"), (HeldRole(Role.VERIFIER, "36.03"),))


def names() -> list[tuple[str, bool]]:
    return [(row.name, row.closed) for row in queries.offices("36.03", scope=OPERATOR)]


@pytest.mark.parametrize("by", [COORDINATOR, SECRETARIAT, OPERATOR])
def test_an_office_is_added_renamed_and_closed(by: Standing) -> None:
    key = operations.add_office(by=by, region="36.03", name="  Dinas   Kominfo ", abbreviation="Kominfo")
    operations.rename_office(by=by, office=key, name="Dinas Komunikasi dan Informatika", abbreviation="Diskominfo")
    operations.rename_office(by=by, office=key, name="Dinas Komunikasi dan Informatika", abbreviation="Diskominfo")
    operations.close_office(by=by, office=key, now=timezone.now())
    assert names() == [("Dinas Komunikasi dan Informatika", True)]

    close, rename, add = audit.events(target="areas.office", key=key)
    assert [event.action for event in (add, rename, close)] == ["add", "rename", "close"]
    assert {event.area for event in (add, rename, close)} == {"36.03"}
    assert rename.before == {"name": "Dinas Kominfo", "abbreviation": "Kominfo"}
    assert rename.actor == by.actor


@pytest.mark.parametrize("by", [NEIGHBOUR, VERIFIER, PUBLIC])
def test_nobody_else_may(by: Standing) -> None:
    key = operations.add_office(by=OPERATOR, region="36.03", name="Bappeda")
    with pytest.raises(NotAllowed):
        operations.add_office(by=by, region="36.03", name="Dinas lain")
    with pytest.raises(NotAllowed):
        operations.rename_office(by=by, office=key, name="Dinas lain")
    with pytest.raises(NotAllowed):
        operations.close_office(by=by, office=key, now=timezone.now())
    assert names() == [("Bappeda", False)]


def test_a_closed_office_does_not_change_but_its_name_is_free_again() -> None:
    key = operations.add_office(by=OPERATOR, region="36.03", name="Bappeda")
    operations.close_office(by=OPERATOR, office=key, now=timezone.now())
    with pytest.raises(operations.OfficeClosed, match="Bappeda"):
        operations.rename_office(by=OPERATOR, office=key, name="Bapperida")
    with pytest.raises(operations.OfficeClosed):
        operations.close_office(by=OPERATOR, office=key, now=timezone.now())
    operations.add_office(by=OPERATOR, region="36.03", name="Bappeda")
    assert names() == [("Bappeda", True), ("Bappeda", False)]


@pytest.mark.parametrize(("name", "abbreviation"), [("", ""), ("  ", ""), ("x" * 201, ""), ("x", "y" * 41)])
def test_a_name_that_cannot_be_read_is_refused(name: str, abbreviation: str) -> None:
    with pytest.raises(operations.OfficeUnnamed, match="200"):
        operations.add_office(by=OPERATOR, region="36.03", name=name, abbreviation=abbreviation)


def test_a_name_stands_once_in_a_region() -> None:
    operations.add_office(by=OPERATOR, region="36.03", name="Bappeda")
    operations.add_office(by=OPERATOR, region="36.71", name="Bappeda")
    other = operations.add_office(by=OPERATOR, region="36.03", name="Arsip")
    with pytest.raises(OfficeNameTaken, match="bappeda"):
        operations.add_office(by=OPERATOR, region="36.03", name="bappeda")
    with pytest.raises(OfficeNameTaken):
        operations.rename_office(by=OPERATOR, office=other, name="Bappeda")
    assert names() == [("Arsip", False), ("Bappeda", False)]


def test_a_word_stands_for_one_office_of_a_region() -> None:
    add = operations.add_office
    add(by=OPERATOR, region="36.03", name="Dinas Pekerjaan Umum", abbreviation="DPU")
    add(by=OPERATOR, region="36.71", name="Dinas Perumahan", abbreviation="DPU")
    add(by=OPERATOR, region="36.03", name="Bappeda", abbreviation="bappeda")
    other = add(by=OPERATOR, region="36.03", name="Dinas Perumahan")
    for taken in (
        {"name": "Dinas Perumahan", "abbreviation": "dpu"},
        {"name": "DPU"},
        {"name": "Arsip", "abbreviation": "BAPPEDA"},
    ):
        with pytest.raises(OfficeWordTaken):
            operations.rename_office(by=OPERATOR, office=other, **taken)
        if taken["name"] != "Dinas Perumahan":
            with pytest.raises(OfficeWordTaken):
                add(by=OPERATOR, region="36.03", **taken)
    assert names() == [("Bappeda", False), ("Dinas Pekerjaan Umum", False), ("Dinas Perumahan", False)]
    with pytest.raises(OfficeWordTaken, match=r"“DPU”.*“Dinas Pekerjaan Umum”") as refused:
        operations.rename_office(by=OPERATOR, office=other, name="Dinas Perumahan", abbreviation="DPU")
    assert refused.value.status == 409


@pytest.mark.parametrize(
    ("theirs", "ours", "error"),
    [(("Arsip", ""), ("arsip", "X"), OfficeNameTaken),
     (("Arsip", "X"), ("Dinas", "x"), OfficeWordTaken)],
)  # fmt: skip
def test_who_is_slower_by_a_moment_reads_the_same(
    theirs: tuple[str, str], ours: tuple[str, str], error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = [lambda _office: None, offices._refuse_taken]  # the other office is not there yet at the first look
    Office.objects.create(region_id="36.03", name=theirs[0], abbreviation=theirs[1])

    def look(office: Office) -> None:
        looked.pop(0)(office)

    monkeypatch.setattr(offices, "_refuse_taken", look)
    with pytest.raises(error):
        operations.add_office(by=OPERATOR, region="36.03", name=ours[0], abbreviation=ours[1])


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(UnknownRegion):
        operations.add_office(by=OPERATOR, region="99.99", name="Bappeda")
    with pytest.raises(operations.UnknownOffice):
        operations.rename_office(by=OPERATOR, office=0, name="Bappeda")
