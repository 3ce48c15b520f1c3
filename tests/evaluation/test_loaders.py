"""The data folder into the tables: all or nothing, idempotent, and told as a difference."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

import pilar
from evaluation.samples import document
from pilar import index
from pilar.evaluation import loaders, operations, reference
from pilar.evaluation.models import Instrument, InstrumentDraft, PublishedResult, ResultGroup, ScoringYear
from pilar.evaluation.operations.published import keep_instrument
from pilar.people.rules import OPERATOR, PUBLIC, NotAllowed
from pilar.platform.errors import Faults
from pilar.platform.language import translate
from pilar.platform.models import AuditEvent

pytestmark = pytest.mark.usefixtures("regions")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of our own: the published statements, and one small instrument."""
    shutil.copytree(Path(pilar.__file__).parents[2] / "data" / "published", tmp_path / "published")
    (tmp_path / "instruments").mkdir()
    (tmp_path / "instruments" / "smart-city-2023.yaml").write_text(document(), encoding="utf-8")
    monkeypatch.setenv("PILAR_DATA", str(tmp_path))
    _forget()
    yield tmp_path
    _forget()


def _forget() -> None:
    for cached in (reference._published, reference._groups):
        cached.cache_clear()


def _load() -> tuple[loaders.Changes, list[str]]:
    _forget()
    said: list[str] = []
    return loaders.load(by=OPERATOR, say=said.append), said


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_everything_is_loaded_and_counted(data: Path) -> None:
    changes, said = _load()
    rows = reference.published_results()
    assert PublishedResult.objects.count() == len(rows) == changes.count("statement", "added")
    assert ResultGroup.objects.count() == len(reference.groups())
    assert ScoringYear.objects.get().year == 2023
    assert len(said) == 4, "a number for each kind, no long lists"


def test_a_second_load_changes_nothing(data: Path) -> None:
    _load()
    events = AuditEvent.objects.count()
    changes, said = _load()
    assert (changes.made, said, AuditEvent.objects.count()) == ([], [], events)


def test_unchanged_files_cost_one_query(data: Path, django_assert_num_queries: object) -> None:
    _load()
    with django_assert_num_queries(1):
        loaders.load(by=OPERATOR)


def test_a_changed_figure_is_told(data: Path) -> None:
    _load()
    _edit(data / "published" / "results.csv", "3.67,3.35,0.12", "3.67,3.36,0.12")
    changes, said = _load()
    assert changes.made == [("statement", "changed", "36.03 Kabupaten Tangerang 2023")]
    assert any("36.03 Kabupaten Tangerang 2023" in line for line in said)
    assert str(PublishedResult.objects.get(region="36.03").final) == "3.36"


@pytest.mark.thorough
def test_a_vanished_row_is_withdrawn(data: Path) -> None:
    _load()
    path = data / "published" / "results.csv"
    kept = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("36.03")]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    changes, _said = _load()
    assert changes.made == [("statement", "withdrawn", "36.03 2023")]
    assert not PublishedResult.objects.filter(region="36.03").exists()


def test_a_changed_instrument_under_the_same_version_stops_the_load(data: Path) -> None:
    _load()
    _edit(data / "published" / "results.csv", "3.67,3.35,0.12", "3.67,3.36,0.12")
    path = data / "instruments" / "smart-city-2023.yaml"
    path.write_text(document(impact=10, quick_win=30), encoding="utf-8")
    with pytest.raises(operations.InstrumentChanged):
        _load()
    assert str(PublishedResult.objects.get(region="36.03").final) == "3.35", "nothing was loaded"


@pytest.mark.parametrize("year", [2023, 2026])
def test_an_instrument_released_by_page_stays_when_a_file_of_its_version_comes(data: Path, year: int) -> None:
    released = document(version="2.0", year=year, impact=10, quick_win=30)
    _release(released)
    _load()
    path = data / "instruments" / "smart-city-2023.yaml"
    path.write_text(document(version="2.0", impact=20, quick_win=20), encoding="utf-8")
    changes, said = _load()
    assert changes.kept == [("smart-city-2023", "2.0")]
    assert said[0] == translate(loaders.KEPT, instrument="smart-city-2023", version="2.0")
    assert Instrument.objects.get(version="2.0").document == released
    assert ScoringYear.objects.get(year=2023).instrument.version == ("2.0" if year == 2023 else "1.0")
    event = AuditEvent.objects.get(action="keep", target="evaluation.instrument")
    assert event.after["sha256"] == index.parse_instrument(released).sha256
    assert _load()[1] == []


def _release(text: str) -> None:
    """As two people of the secretariat would by page."""
    instrument = index.parse_instrument(text)
    with transaction.atomic():
        made = keep_instrument(by=OPERATOR, instrument=instrument, document=text)
    InstrumentDraft.objects.create(
        code=made.code, version=made.version, sha256=made.sha256, title_id="a", title_en="a", document=text,
        file="instrumen.yaml", sent_by_name="Ani", sent_at=timezone.now(), instrument=made, four_eyes=False,
        released_by_name="Budi", released_at=timezone.now(),
    )  # fmt: skip


@pytest.mark.thorough
def test_a_new_version_scores_its_year(data: Path) -> None:
    _load()
    path = data / "instruments" / "smart-city-2023.yaml"
    path.write_text(document(version="2.0", impact=10, quick_win=30), encoding="utf-8")
    changes, _said = _load()
    assert ("instrument", "added", "smart-city-2023 2.0") in changes.made
    assert ScoringYear.objects.get().instrument.version == "2.0"
    assert Instrument.objects.count() == 2


def test_a_faulty_file_loads_nothing(data: Path) -> None:
    _edit(data / "published" / "results.csv", "3.67,3.35,0.12", "3.67,high,0.12")
    with pytest.raises(Faults):
        _load()
    assert not PublishedResult.objects.exists()
    assert not Instrument.objects.exists()


def test_loading_needs_the_permission(data: Path) -> None:
    with pytest.raises(NotAllowed):
        loaders.load(by=PUBLIC)
