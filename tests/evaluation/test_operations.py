"""Each operation: what it changes, what it writes into the audit log, who and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from evaluation.samples import document, group, row
from pilar import index
from pilar.evaluation import operations
from pilar.evaluation.models import Instrument, PublishedResult, PublishedScore, ResultGroup, ScoringYear
from pilar.people.rules import OPERATOR, PUBLIC, NotAllowed
from pilar.platform import audit

pytestmark = pytest.mark.usefixtures("regions")

DOORS: list[tuple[str, Callable[..., Any]]] = [
    (
        "add_instrument",
        lambda by: operations.add_instrument(by=by, instrument=index.parse_instrument(document()), document=document()),
    ),
    (
        "choose_instrument",
        lambda by: operations.choose_instrument(by=by, year=2023, instrument=index.parse_instrument(document())),
    ),
    ("record_group", lambda by: operations.record_group(by=by, group=group())),
    ("record_statement", lambda by: operations.record_statement(by=by, row=row())),
    ("withdraw_others", lambda by: operations.withdraw_others(by=by, years=(), groups=(), statements=())),
]


@pytest.mark.parametrize("door", [door for _name, door in DOORS], ids=[name for name, _door in DOORS])
def test_nobody_without_the_permission_changes_anything(door: Callable[..., Any]) -> None:
    with pytest.raises(NotAllowed):
        door(PUBLIC)
    assert not Instrument.objects.exists()
    assert not PublishedResult.objects.exists()
    assert not ResultGroup.objects.exists()


def _add(text: str) -> str:
    return operations.add_instrument(by=OPERATOR, instrument=index.parse_instrument(text), document=text)


def test_an_instrument_is_kept_with_its_text_and_hash() -> None:
    assert _add(document()) == "added"
    stored = Instrument.objects.get()
    assert stored.document == document()
    assert stored.sha256 == index.parse_instrument(document()).sha256
    (event,) = audit.events(target="evaluation.instrument", key="smart-city-2023 1.0")
    assert (event.action, event.after) == ("add", {"sha256": stored.sha256})


def test_the_same_version_with_other_comments_is_unchanged() -> None:
    _add(document())
    assert _add("# a comment\n" + document()) == "unchanged"
    assert Instrument.objects.get().document == document()


def test_the_same_version_with_other_content_is_refused() -> None:
    _add(document())
    with pytest.raises(operations.InstrumentChanged, match=r"smart-city-2023.*1\.0"):
        _add(document(impact=10, quick_win=30))


def test_a_new_version_stands_beside_the_old_one() -> None:
    _add(document())
    assert _add(document(version="2.0", impact=10, quick_win=30)) == "added"
    assert Instrument.objects.count() == 2


def test_a_year_changes_its_instrument() -> None:
    for version in ("1.0", "2.0"):
        _add(document(version=version))
    one, two = (index.parse_instrument(document(version=version)) for version in ("1.0", "2.0"))
    chosen = [operations.choose_instrument(by=OPERATOR, year=2023, instrument=each) for each in (one, one, two)]
    assert chosen == ["added", "unchanged", "changed"]
    assert ScoringYear.objects.get(year=2023).instrument.version == "2.0"
    newest, _first = audit.events(target="evaluation.scoring_year", key=2023)
    assert newest.before == {"instrument": "smart-city-2023 1.0"}


def test_a_group_is_added_changed_and_left() -> None:
    outcomes = [
        operations.record_group(by=OPERATOR, group=each)
        for each in (group(), group(), group(size=190), group(size=190))
    ]
    assert outcomes == ["added", "unchanged", "changed", "unchanged"]
    newest, _first = audit.events(target="evaluation.group", key="2023 2023-regular")
    assert (newest.before, newest.after) == ({"size": 191}, {"size": 190})


def test_a_statement_is_added_with_its_scores_in_order() -> None:
    assert operations.record_statement(by=OPERATOR, row=row()) == "added"
    stored = PublishedResult.objects.get()
    assert [score.node for score in stored.scores.all()] == ["baseline", "output", "outcome", "impact", "quick_win"]
    (event,) = audit.events(target="evaluation.published_result", key="36.03 2023")
    assert event.area == "36.03"
    assert event.after is not None
    assert event.after["final"] == "3.35"
    assert event.after["source_url"] == "https://example.org/tangerang"


def test_a_changed_statement_keeps_its_place_and_tells_only_what_changed() -> None:
    operations.record_statement(by=OPERATOR, row=row())
    key = PublishedResult.objects.get().pk
    assert operations.record_statement(by=OPERATOR, row=row()) == "unchanged"
    assert operations.record_statement(by=OPERATOR, row=row(scores={"impact": Decimal("2.75")})) == "changed"
    stored = PublishedResult.objects.get()
    assert stored.pk == key
    assert [(score.node, score.value) for score in stored.scores.all()] == [("impact", Decimal("2.75"))]
    newest, _first = audit.events(target="evaluation.published_result", key="36.03 2023")
    assert newest.action == "change"
    assert set(newest.before or {}) == {"scores"}


def test_another_source_is_another_statement() -> None:
    operations.record_statement(by=OPERATOR, row=row())
    other = row(source_url="https://example.org/other", final=Decimal("3.40"))
    assert operations.record_statement(by=OPERATOR, row=other) == "added"
    assert PublishedResult.objects.count() == 2


@pytest.mark.parametrize("final", ["3.354", "3.350", "3"])
def test_a_figure_is_kept_with_the_digits_that_it_is_printed_with(final: str) -> None:
    operations.record_statement(by=OPERATOR, row=row(final=Decimal(final), scores={"impact": Decimal("2.7455")}))
    assert str(PublishedResult.objects.get().final) == final
    assert str(PublishedScore.objects.get().value) == "2.7455"


@pytest.mark.parametrize(
    "changed",
    [
        {"final": Decimal("4.01")},
        {"scores": {"impact": Decimal("-0.01")}},
        {"improvement": Decimal("4.01")},
    ],
)
def test_a_figure_off_the_scale_of_its_year_is_refused(instrument: index.Instrument, changed: dict[str, Any]) -> None:
    with pytest.raises(operations.OffScale, match="4"):
        operations.record_statement(by=OPERATOR, row=row(**changed))
    assert operations.record_statement(by=OPERATOR, row=row(year=2019, **changed)) == "added", (
        "of 2019 nothing is known"
    )


@pytest.mark.parametrize("code", ["nowhere", "2023-regular"])
def test_a_group_must_be_one_of_the_year(code: str) -> None:
    operations.record_group(by=OPERATOR, group=group(year=2024))
    with pytest.raises(operations.UnknownGroup):
        operations.record_statement(by=OPERATOR, row=row(group=code))


def test_what_is_no_longer_stated_is_withdrawn_and_stays_in_the_log(instrument: index.Instrument) -> None:
    operations.record_group(by=OPERATOR, group=group())
    operations.record_statement(by=OPERATOR, row=row(group="2023-regular"))
    gone = operations.withdraw_others(by=OPERATOR, years=(), groups=(), statements=())
    assert [kind for kind, _name in gone] == ["statement", "group", "year"]
    assert not PublishedResult.objects.exists()
    assert not ResultGroup.objects.exists()
    assert not ScoringYear.objects.exists()
    assert Instrument.objects.count() == 1, "a loaded instrument stays"
    newest, *_rest = audit.events(target="evaluation.published_result", key="36.03 2023")
    assert newest.action == "withdraw"
    assert newest.before is not None
    assert newest.before["scores"]["impact"] == "2.74"


def test_what_is_still_stated_stays(instrument: index.Instrument) -> None:
    operations.record_group(by=OPERATOR, group=group())
    operations.record_statement(by=OPERATOR, row=row())
    gone = operations.withdraw_others(
        by=OPERATOR,
        years={2023},
        groups={("2023-regular", 2023)},
        statements={("36.03", 2023, "", "https://example.org/tangerang")},
    )
    assert gone == ()
    assert PublishedResult.objects.count() == 1
