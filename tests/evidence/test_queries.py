"""Who reads what, the same file in two places, and how many questions a list asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evidence import samples
from evidence.cast import OTHER, OWN, PANEL, Cast
from people.team import LATER
from pilar.evidence import operations, queries
from pilar.evidence.operations import Link
from pilar.people.rules import NotFound

pytestmark = pytest.mark.django_db

READERS = ("secretariat", "coordinator", "verifier", "contributor", "colleague", "both", "operator")
STRANGERS = ("neighbour", "assessor", "chair", "public")


@pytest.mark.parametrize("name", READERS)
def test_the_region_and_the_secretariat_read(cast: Cast, name: str) -> None:
    key, scope = cast.add("contributor"), cast.who(name)
    assert queries.history(key, scope=scope)[0].title == "SK Bupati"
    assert queries.revision(key, 1, scope=scope).evidence == key
    assert queries.stored_file(key, 1, scope=scope).file_name == "bukti.pdf"
    assert [row.evidence for row in queries.region_evidence(OWN, scope=scope)] == [key]
    assert [row.evidence for row in queries.evidence_list([key], scope=scope)] == [key]


@pytest.mark.parametrize("name", STRANGERS)
def test_for_everybody_else_it_does_not_exist(cast: Cast, name: str) -> None:
    key, scope = cast.add("contributor"), cast.who(name)
    revision = queries.revision(key, 1, scope=cast.who("operator"))
    for ask in (queries.revision, queries.stored_file):
        with pytest.raises(NotFound):
            ask(key, 1, scope=scope)
    with pytest.raises(NotFound):
        queries.history(key, scope=scope)
    assert not queries.region_evidence(OWN, scope=scope).object_list
    assert queries.evidence_list([key], scope=scope) == ()
    assert queries.revision_list([revision.key], scope=scope) == ()
    assert queries.same_file(revision.sha256, scope=scope) == ()


def test_what_is_not_there_and_a_links_file_are_not_found(cast: Cast) -> None:
    link, scope = cast.add("coordinator", link="https://contoh.invalid/"), cast.who("coordinator")
    for ask in (
        lambda: queries.stored_file(link, 1, scope=scope),
        lambda: queries.revision(link, 2, scope=scope),
        lambda: queries.history(uuid4(), scope=scope),
    ):
        with pytest.raises(NotFound):
            ask()


def test_a_higher_room_names_further_readers(cast: Cast, settings: Any) -> None:
    settings.PILAR_EVIDENCE_READERS = [PANEL]
    own, other = cast.add("contributor"), cast.add("neighbour")
    assessor = cast.who("assessor")
    assert queries.history(own, scope=assessor)
    with pytest.raises(NotFound):
        queries.history(other, scope=assessor)
    released = queries.region_evidence(OTHER, scope=assessor).object_list
    assert [row.title for row in released] == ["SK Wali Kota"]
    with pytest.raises(NotFound):
        queries.history(own, scope=cast.who("chair"))
    with pytest.raises(NotFound):
        queries.history(own, scope=cast.who("public"))


def test_the_same_file_is_shown_as_far_as_one_reads(cast: Cast, settings: Any) -> None:
    settings.PILAR_EVIDENCE_READERS = [PANEL]
    first = cast.add("contributor", title="SK")
    second = cast.add("colleague", title="SK lagi", file_name="salinan.pdf")
    elsewhere = cast.add("neighbour", title="SK tetangga")
    cast.add("contributor", content=samples.png(), file_name="foto.png")
    sha256 = queries.revision(first, 1, scope=cast.who("operator")).sha256

    def seen(name: str) -> list[str]:
        return [use.title for use in queries.same_file(sha256, scope=cast.who(name))]

    assert seen("contributor") == seen("verifier") == seen("assessor") == ["SK", "SK lagi"]
    assert seen("neighbour") == ["SK tetangga"]
    assert seen("secretariat") == ["SK", "SK lagi", "SK tetangga"]
    (row,) = queries.evidence_list([first], scope=cast.who("secretariat"))
    assert [(use.evidence, use.region_code) for use in row.same_file] == [(second, OWN), (elsewhere, OTHER)]
    (row,) = queries.evidence_list([elsewhere], scope=cast.who("neighbour"))
    assert row.same_file == ()


def test_a_list_keeps_the_order_it_was_asked_in_and_leaves_out_what_is_hidden(cast: Cast) -> None:
    first, second, hidden = cast.add("contributor"), cast.add("colleague"), cast.add("neighbour")
    rows = queries.evidence_list([second, hidden, first], scope=cast.who("coordinator"))
    assert [row.evidence for row in rows] == [second, first]
    keys = [row.key for row in rows][::-1]
    assert [row.key for row in queries.revision_list(keys, scope=cast.who("coordinator"))] == keys


def test_where_somebody_adds(cast: Cast) -> None:
    def offices(name: str) -> list[int | None]:
        return [place.office for place in queries.places(OWN, scope=cast.who(name))]

    assert offices("coordinator") == [None, cast.colleagues_office, cast.office]
    assert offices("contributor") == [cast.office]
    for name in ("verifier", "secretariat", "neighbour", "assessor", "public"):
        assert offices(name) == []


def test_lists_ask_as_much_for_many_as_for_few(cast: Cast, settings: Any) -> None:
    settings.PILAR_EVIDENCE_READERS = [PANEL]
    keys = [cast.add("contributor")]

    def counted(ask: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as asked:
            ask()
        return len(asked)

    def counts() -> tuple[int, ...]:
        scopes = [cast.who(name) for name in ("coordinator", "assessor", "secretariat")]
        return tuple(
            count
            for scope in scopes
            for count in (
                counted(lambda scope=scope: queries.region_evidence(OWN, scope=scope)),
                counted(lambda scope=scope: queries.evidence_list(keys, scope=scope)),
                counted(lambda scope=scope: queries.history(keys[0], scope=scope)),
            )
        )

    few = counts()
    for number in range(30):
        keys.append(cast.add("contributor", title=f"Bukti {number}"))
        link = Link(f"https://contoh.invalid/{number}")
        operations.add_revision(by=cast.who("contributor"), evidence=keys[0], content=link, now=LATER)
    assert counts() == few
    assert max(few) <= 3


def test_pages_of_a_region(cast: Cast) -> None:
    keys = {cast.add("contributor", title=f"Bukti {number}") for number in range(5)}
    scope = cast.who("coordinator")
    pages = [queries.region_evidence(OWN, scope=scope, page=number, size=2) for number in (1, 2, 3)]
    assert [len(page.object_list) for page in pages] == [2, 2, 1]
    assert {row.evidence for page in pages for row in page} == keys
    assert queries.region_evidence(OWN, scope=scope, page=99, size=2).number == 3
