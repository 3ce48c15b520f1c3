"""What pydantic refuses is told in the reader's language, whatever it refuses."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

import pytest
from django.test import Client
from django.utils import translation
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from pilar.config.api_faults import OTHERWISE, told
from pilar.platform.language import translate


class Everything(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str = Field(default="xx", min_length=2, max_length=3, pattern="^[a-z]+$")
    count: int = Field(default=1, ge=0, le=9)
    share: Decimal = Field(default=Decimal(1), gt=0, lt=Decimal("2.5"), max_digits=3, decimal_places=2)
    sure: bool = True
    day: date = date(2026, 1, 1)
    at: AwareDatetime | None = None
    key: UUID | None = None
    kind: Literal["one", "two", "three"] = "one"
    parts: list[int] = Field(default=[1], min_length=1, max_length=2)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, "Isian ini tidak ada"), ({"other": 1}, "Keterangan tidak mengenal isian ini"),
        ({"text": 1}, "Ini bukan teks"), ({"text": "x"}, "Tulis sedikitnya 2 karakter"),
        ({"text": "xxxx"}, "Tulis paling banyak 3 karakter"), ({"text": "12"}, ""),
        ({"count": "x"}, "Ini bukan bilangan bulat"), ({"count": -1}, "Ini harus sedikitnya 0"),
        ({"count": 1.5}, "Ini bukan bilangan bulat"), ({"share": "2.5"}, "Ini harus kurang dari 2,5"),
        ({"share": "x"}, "Ini bukan angka"), ({"share": "1.001"}, ""), ({"sure": "mungkin"}, ""), ({"day": "x"}, ""),
        ({"at": "2026-01-01T00:00:00"}, ""), ({"key": "x"}, ""), ({"kind": "four"}, "'one', 'two', 'three'"),
        ({"parts": 1}, "Ini bukan daftar"), ({"parts": []}, "Berikan sedikitnya 1"), ({"parts": [1, 2, 3]}, ""),
    ],
)  # fmt: skip
def test_every_refusal_is_indonesian(given: dict[str, Any], text: str) -> None:
    class Asked(Everything):
        needed: int

    with pytest.raises(ValidationError) as refused:
        Asked.model_validate(given | ({"needed": 1} if given else {}))
    errors = refused.value.errors()
    with translation.override("id"):
        said = told(errors)
        assert all(one["text"] != translate(OTHERWISE) for one in said), errors
        assert text in said[0]["text"]
        assert not any(re.search(r"\b(the|this|is|should|field|input|least|or)\b", one["text"]) for one in said), said


def test_an_unknown_code_has_a_sentence_too() -> None:
    with translation.override("id"):
        (one,) = told([{"type": "made_up", "loc": ("body", 0), "msg": "Value error"}])
    assert one == {"code": "made_up", "place": "body.0", "text": "Ini tidak sesuai dengan keterangan isian"}


@pytest.mark.django_db
def test_the_api_tells_it_so() -> None:
    answer = Client().get("/api/v1/results?year=abc")
    assert answer.status_code == 422
    assert [one["text"] for one in answer.json()["faults"]] == ["Ini bukan bilangan bulat"]
