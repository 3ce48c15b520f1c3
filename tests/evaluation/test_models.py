"""The database guards too: each constraint and trigger refuses what it is there for."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.db.models import ProtectedError

from pilar.areas.models import Region
from pilar.evaluation.models import Instrument, PublishedResult, PublishedScore, ResultGroup, ScoringYear

pytestmark = pytest.mark.usefixtures("regions")


def _result(**changed: object) -> PublishedResult:
    fields = {"region_id": "36.03", "year": 2023, "final": Decimal("3.35"), "source_url": "https://example.org/a"}
    return PublishedResult.objects.create(**{**fields, **changed})


def _group(**changed: object) -> ResultGroup:
    fields = {"code": "regular", "year": 2023, "title_id": "a", "title_en": "b", "source_url": "https://example.org"}
    return ResultGroup.objects.create(**{**fields, **changed})


def _instrument(**changed: object) -> Instrument:
    fields = {
        "code": "one", "version": "1", "sha256": "0" * 64, "title_id": "a", "title_en": "b", "document": "x",
        "scale_minimum": Decimal(0), "scale_maximum": Decimal(4),
    }  # fmt: skip
    return Instrument.objects.create(**{**fields, **changed})


@pytest.mark.parametrize(
    ("constraint", "changed"),
    [
        ("phase_known", {"phase": "IV"}),
        ("improvement_has_origin", {"improvement": Decimal("0.10")}),
        ("improvement_has_origin", {"improvement_origin": "printed"}),
        ("improvement_has_origin", {"improvement": Decimal("0.10"), "improvement_origin": "guessed"}),
        ("states_something", {"final": None}),
        ("rank_positive", {"rank": 0}),
        ("source_is_an_address", {"source_url": "javascript:alert(1)"}),
        ("source_is_an_address", {"source_url": ""}),
    ],
)
def test_a_statement_that_cannot_be_is_refused(constraint: str, changed: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match=f"published_result_{constraint}"):
        _result(**changed)


def test_a_source_speaks_once_of_a_region_year_and_phase() -> None:
    _result()
    _result(source_url="https://example.org/b")
    _result(phase="II")
    with pytest.raises(IntegrityError, match="published_result_once_a_source"):
        _result(final=Decimal("3.36"))


def _scored(minimum: str = "1", maximum: str = "5") -> None:
    scale = {"scale_minimum": Decimal(minimum), "scale_maximum": Decimal(maximum)}
    ScoringYear.objects.create(year=2023, instrument=_instrument(**scale))


@pytest.mark.parametrize(
    "changed",
    [
        {"final": Decimal("5.01")},
        {"final": Decimal("0.99")},
        {"improvement": Decimal("4.01"), "improvement_origin": "printed"},
        {"improvement": Decimal("-4.01"), "improvement_origin": "printed"},
    ],
)
def test_a_statement_lies_on_the_scale_of_its_year(changed: dict[str, object]) -> None:
    _scored()
    with pytest.raises(IntegrityError, match="off the scale"):
        _result(**changed)


def test_the_edges_of_the_scale_are_allowed() -> None:
    _scored()
    _result(final=Decimal(1), improvement=Decimal(-4), improvement_origin="derived")
    _result(final=Decimal(5), improvement=Decimal(4), improvement_origin="printed", phase="I")


def test_a_year_without_an_instrument_may_have_any_scale() -> None:
    assert _result(final=Decimal("87.125")).final == Decimal("87.125")


def test_a_score_keeps_the_digits_that_it_is_given() -> None:
    _result(final=Decimal("3.350"))
    assert str(PublishedResult.objects.get().final) == "3.350"


def test_a_group_is_of_the_year_of_its_results() -> None:
    with pytest.raises(IntegrityError, match="is not of year 2023"), transaction.atomic():
        _result(group=_group(year=2024))
    assert _result(group=_group()).group is not None


def test_a_group_is_not_moved_to_another_year() -> None:
    group = _group()
    with pytest.raises(ProgrammingError, match="Cannot update"):
        ResultGroup.objects.filter(pk=group.pk).update(year=2024)


@pytest.mark.parametrize(
    ("constraint", "changed"),
    [("size_positive", {"size": 0}), ("source_is_an_address", {"source_url": "example.org"})],
)
def test_a_group_that_cannot_be_is_refused(constraint: str, changed: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match=f"result_group_{constraint}"):
        _group(**changed)


def test_a_group_stands_once_a_year() -> None:
    _group()
    _group(year=2024)
    with pytest.raises(IntegrityError, match="result_group_once_a_year"):
        _group()


def test_what_is_spoken_of_cannot_be_deleted() -> None:
    group = _group()
    _result(group=group)
    with pytest.raises(ProtectedError):
        Region.objects.get(code="36.03").delete()
    with pytest.raises(ProtectedError):
        group.delete()


@pytest.mark.parametrize(
    ("constraint", "changed"),
    [
        ("has_a_node", {"node": ""}),
    ],
)
def test_a_score_that_cannot_be_is_refused(constraint: str, changed: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match=f"published_score_{constraint}"):
        PublishedScore.objects.create(**{"result": _result(), "node": "impact", "value": Decimal(3), **changed})


@pytest.mark.parametrize("value", ["5.01", "0.99"])
def test_a_score_lies_on_the_scale_of_its_year(value: str) -> None:
    _scored()
    result = _result()
    with pytest.raises(IntegrityError, match="off the scale"):
        PublishedScore.objects.create(result=result, node="impact", value=Decimal(value))


def test_a_score_stands_once_a_node() -> None:
    result = _result()
    PublishedScore.objects.create(result=result, node="impact", value=Decimal(3))
    with pytest.raises(IntegrityError, match="published_score_once_a_node"):
        PublishedScore.objects.create(result=result, node="impact", value=Decimal(2))


def test_an_instrument_version_stands_once() -> None:
    _instrument()
    _instrument(version="2")
    with pytest.raises(IntegrityError, match="instrument_version_once"):
        _instrument()


def test_a_scale_rises() -> None:
    with pytest.raises(IntegrityError, match="instrument_scale_rises"):
        _instrument(scale_minimum=Decimal(4))


def test_an_instrument_has_a_hash() -> None:
    with pytest.raises(IntegrityError, match="instrument_sha256_is_a_hash"):
        _instrument(sha256="F" * 64)


@pytest.mark.parametrize("field", ["document", "sha256", "title_id"])
def test_a_loaded_instrument_never_changes(field: str) -> None:
    loaded = _instrument()
    with pytest.raises(ProgrammingError, match="Cannot update or delete"):
        Instrument.objects.filter(pk=loaded.pk).update(**{field: "1" * 64})


def test_a_loaded_instrument_is_never_deleted() -> None:
    loaded = _instrument()
    with pytest.raises(ProgrammingError, match="Cannot update or delete"):
        loaded.delete()


def test_a_year_is_scored_by_one_instrument() -> None:
    loaded = _instrument()
    ScoringYear.objects.create(year=2023, instrument=loaded)
    with pytest.raises(IntegrityError):
        ScoringYear.objects.create(year=2023, instrument=loaded)
