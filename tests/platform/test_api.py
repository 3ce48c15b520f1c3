"""Schemas read off rows: which fields, under which name, of which type; and views that answer with rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

import pytest
from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from ninja import NinjaAPI, Schema
from ninja.testing import TestClient

from pilar.platform.api import (
    PageOut,
    Routes,
    RowSchema,
    TextOrNull,
    Trimmed,
    problem_of,
    refusals,
)
from pilar.platform.errors import Fault


class State(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True)
class Quarter:
    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"


@dataclass(frozen=True)
class Title:
    id: str
    en: str

    def __str__(self) -> str:
        return self.id


@dataclass(frozen=True)
class Part:
    key: int
    title: Title
    share: Fraction

    def double(self) -> int:
        return self.key * 2


@dataclass(frozen=True)
class Row:
    key: int
    secret: str
    title: Title
    state: State
    amount: Decimal | None
    quarter: Quarter
    parts: tuple[Part, ...]
    known: Mapping[int, Decimal | None]
    pair: tuple[str, int]
    best: Part | None

    @property
    def many(self) -> int:
        return len(self.parts)


class TitleOut(RowSchema, of=Title, fields="id en"):
    pass


class PartOut(RowSchema, of=Part, fields="key title share twice=double"):
    """A part."""


class RowOut(
    RowSchema,
    of=Row,
    fields="id=key state amount quarter many parts known first=pair.0 best best_en=best.title.en",
):
    pass


class RowDetail(RowOut, of=Row, fields="title_en=title.en amount"):
    amount: Trimmed | None


@dataclass(frozen=True)
class Beside:
    row: Row
    note: str


class BesideOut(RowOut, of=Beside, fields="note", base="row"):
    note: TextOrNull


class RowPage(PageOut):
    rows: list[PartOut]


PART = Part(3, Title("satu", "one"), Fraction(1, 3))
ROW = Row(
    7, "hidden", Title("judul", "title"), State.OPEN, Decimal("1E+1"), Quarter(2026, 1), (PART,),
    {1: Decimal("2.50"), 2: None}, ("a", 1), None,
)  # fmt: skip
TOLD = {
    "id": 7, "state": "open", "amount": "10", "quarter": "2026-Q1", "many": 1,
    "parts": [{"key": 3, "title": {"id": "satu", "en": "one"}, "share": "1/3", "twice": 6}],
    "known": {1: "2.50", 2: None}, "first": "a", "best": None, "best_en": None,
}  # fmt: skip


def test_a_row_is_told_by_the_names_of_the_schema_and_nothing_else() -> None:
    assert RowOut.model_validate(ROW).model_dump() == TOLD
    assert "secret" not in RowOut.model_fields


def test_the_description_is_that_of_the_types_of_the_row() -> None:
    described = RowOut.model_json_schema()["properties"]
    assert list(described) == list(TOLD)
    assert described["state"] == {"enum": ["open", "closed"], "title": "State", "type": "string"}
    assert described["amount"]["anyOf"] == [{"type": "string"}, {"type": "null"}]
    assert described["quarter"]["type"] == described["first"]["type"] == "string"
    assert described["many"]["type"] == "integer"
    assert described["parts"]["items"] == {"$ref": "#/$defs/PartOut"}
    assert described["best_en"]["anyOf"] == [{"type": "string"}, {"type": "null"}]
    assert PartOut.model_json_schema()["description"] == "A part."


def test_a_schema_adds_to_another_and_says_types_of_its_own() -> None:
    found = RowDetail.model_validate(Row(**{**vars(ROW), "amount": Decimal("1.500"), "best": PART})).model_dump()
    assert (found["amount"], found["title_en"], found["best_en"]) == ("1.5", "title", "one")
    assert list(RowDetail.model_fields) == [*TOLD, "title_en"]


def test_inherited_fields_are_read_off_the_row_within() -> None:
    assert BesideOut.model_validate(Beside(ROW, "")).model_dump() == TOLD | {"note": None}


def test_what_is_not_in_the_row_cannot_be_told() -> None:
    with pytest.raises(TypeError, match=r"Wrong\.size: .*Row.* has no size"):

        class Wrong(RowSchema, of=Row, fields="key size"):
            pass


def test_of_several_schemas_one_has_to_be_said() -> None:
    with pytest.raises(TypeError, match=r"Nested\.row: say the type in the class, .* has no schema of .*Row"):

        class Nested(RowSchema, of=Beside, fields="row"):
            pass


def test_a_refusal_has_the_names_of_its_room() -> None:
    made = problem_of("Bus", __name__)
    described = made.model_json_schema()
    assert (described["title"], list(described["$defs"])) == ("BusProblem", ["BusFault"])
    assert refusals(made, 404, 409) == {404: made, 409: made}
    found = made(type="t", title="t", status=422, code="c", faults=[Fault("bad", "Bad %(what)s", {"what": "x"}, "at")])
    assert found.model_dump()["faults"] == [{"code": "bad", "place": "at", "text": "at: Bad x"}]


class Given(Schema):
    text: str


class Spoken(Routes):
    supplied = {**Routes.supplied, "by": lambda request: "somebody"}


router = Spoken()


@router.get("/pairs", response=list[PartOut])
def pairs(by: str) -> tuple[Part, ...]:
    assert by == "somebody"
    return PART, PART


@router.get("/pages", response={200: RowPage, **refusals(problem_of("Car", __name__), 404)})
def pages(number: int = 1) -> Page[Part]:
    return Paginator([PART] * 3, 2).get_page(number)


@router.post("/made/{key}", response={201: Given, 404: Given})
def make(request: HttpRequest, *, now: datetime, key: int, given: Given) -> dict[str, str]:
    assert now <= datetime.now(UTC)
    return {"text": f"{request.method} {key} {given.text}"}


@router.delete("/made/{key}", response={204: None, 404: Given})
def drop(key: int) -> None:
    """Nothing to say."""


@pytest.fixture(scope="module")
def client() -> TestClient:
    api = NinjaAPI(urls_namespace="test-of-the-door")
    api.add_router("", router)
    return TestClient(api)


def test_two_rows_are_two_rows_and_no_status_with_a_body(client: TestClient) -> None:
    assert len(client.get("/pairs").json()) == 2


def test_a_page_tells_how_many_there_are(client: TestClient) -> None:
    found = client.get("/pages?number=2").json()
    assert (found["total"], found["page"], found["pages"], len(found["rows"])) == (3, 2, 2, 1)


def test_the_status_is_the_good_one_that_the_route_names(client: TestClient) -> None:
    made = client.post("/made/5", json={"text": "told"})
    assert (made.status_code, made.json()) == (201, {"text": "POST 5 told"})
    dropped = client.delete("/made/5")
    assert (dropped.status_code, dropped.content) == (204, b"")
