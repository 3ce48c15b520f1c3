"""Numbers of documents: no gap after a rollback or between writers at the same moment, and what patterns may say."""

from __future__ import annotations

import datetime as dt
import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from pilar.platform import numbering
from pilar.platform.errors import Faults
from pilar.platform.models import DocumentNumber
from pilar.platform.transactions import OutsideTransaction

DAY = dt.date(2026, 11, 30)


def give(key: object, *, scope: str = "36.03", day: dt.date = DAY) -> str:
    return numbering.give(
        kind="minutes", scope=scope, day=day, target="masterplan.meeting", key=key, parts={"region": scope}
    )


def numbers(scope: str = "36.03") -> list[int]:
    return list(DocumentNumber.objects.filter(scope=scope).order_by("number").values_list("number", flat=True))


@pytest.mark.django_db
def test_numbers_go_up_within_scope_and_year_and_a_document_has_one() -> None:
    assert [give(1), give(2), give(1)] == ["BA/001/36.03/XI/2026", "BA/002/36.03/XI/2026", "BA/001/36.03/XI/2026"]
    assert give(3, scope="36.71") == "BA/001/36.71/XI/2026"
    assert give(4, day=dt.date(2027, 1, 1)) == "BA/001/36.03/I/2027"
    assert give(5, day=dt.date(2026, 12, 31)) == "BA/003/36.03/XII/2026"


@pytest.mark.django_db
def test_a_number_that_is_rolled_back_goes_to_the_next() -> None:
    give(1)
    with transaction.atomic():
        assert give(2) == "BA/002/36.03/XI/2026"
        transaction.set_rollback(True)
    assert give(3) == "BA/002/36.03/XI/2026"


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_there_are_none() -> None:
    with pytest.raises(OutsideTransaction):
        give(1)


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_moment_leave_no_gap() -> None:
    """Four connections, ten documents each, of which every third is rolled back."""
    failures: list[BaseException] = []

    def write(writer: int) -> None:
        chance = random.Random(writer)
        try:
            for place in range(10):
                with transaction.atomic():
                    give(f"{writer}-{place}")
                    transaction.set_rollback(chance.random() < 1 / 3)
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failures == []
    found = numbers()
    assert found == list(range(1, len(found) + 1))
    assert 10 < len(found) < 40


@pytest.mark.django_db
@pytest.mark.parametrize("changed", [{"number": 3}, {"number": 1}, {"number": 0}, {"key": "1", "number": 2}])
def test_the_database_refuses_gaps_and_repetitions(changed: dict[str, object]) -> None:
    give(1)
    row = {"kind": "minutes", "scope": "36.03", "year": 2026, "number": 2, "text": "x", "key": "2"}
    with pytest.raises(IntegrityError), transaction.atomic():
        DocumentNumber.objects.create(**row | {"target": "masterplan.meeting"} | changed)


@pytest.mark.django_db
def test_a_number_stays() -> None:
    give(1)
    for change in (lambda rows: rows.update(text="BA/009"), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(DocumentNumber.objects.all())


@given(number=st.integers(1, 99_999), day=st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)))
def test_what_is_written_tells_the_number(number: int, day: dt.date) -> None:
    text = numbering.written("B-{n}/{month}/{year}", number, day, {})
    assert text == f"B-{number}/{day:%m}/{day:%Y}"
    assert numbering.written("{n:04}{month_roman}", number, day, {}).startswith(f"{number:04}")


def test_every_pattern_of_the_data_folder_has_a_source() -> None:
    for kind in ("minutes",):
        assert numbering.pattern(kind).source


@pytest.fixture
def patterns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "numbering").mkdir()
    monkeypatch.setenv("PILAR_DATA", str(tmp_path))
    yield tmp_path / "numbering" / "patterns.yaml"
    numbering._patterns.cache_clear()


@pytest.mark.parametrize(
    "text",
    [
        "BA/{year}",
        "{n}{n}",
        "{n.real}",
        "{n!r}",
        "{n:03}/{region:>{n}}",
        "{n:99}",
        "{n}/{}",
        "{n}/{0}",
        "{n",
        "{n}/{a[0]}",
    ],
)
def test_a_pattern_that_could_hide_or_reach_something_is_refused(text: str, patterns: Path) -> None:
    patterns.write_text(f'minutes: {{pattern: "{text}", source: assumption}}\n', encoding="utf-8")
    with pytest.raises(Faults):
        numbering.pattern("minutes")
