"""The player of scenarios: what its steps may say, and that what is wrong with one is told with its line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

import pytest

from areas.places import PLACES, load
from kit.worlds import once
from pilar.areas.models import Office
from pilar.config.scenario import play, playing
from pilar.config.scenario.fitting import fit
from pilar.config.scenario.playing import Player
from pilar.config.scenario.reading import Moment, Passed, Row, read
from pilar.people import loaders as people
from pilar.people.rules import OPERATOR
from pilar.platform.errors import Faults

NOW = datetime(2028, 2, 29, 18, 30, tzinfo=UTC)  # the first of March in Tangerang

HEAD = """\
source: assumption
region: "36.03"
cast: {coordinator: koordinator@contoh.invalid, nobody: tidak.ada@contoh.invalid}
unless: {ask: areas.offices, with: {region_code: "36.71"}}
tables:
  offices: [{short: A, name: Dinas A}, {short: B, name: "Dinas ${region}"}]
blocks:
  office:
    - {do: areas.add_office, with: {region: "36.71", name: $name, abbreviation: $short}, as: key}
steps:
"""

Played = Callable[[str], bool]


@once
def accounts() -> None:
    load(PLACES)
    people.load_demo_accounts(by=OPERATOR, password_of=lambda _email: "kata-sandi-contoh-2023")


@pytest.fixture
def played(accounts: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Played:
    monkeypatch.setattr(playing, "data_folder", lambda: tmp_path)
    (tmp_path / "demonstration").mkdir()

    def of(steps: str) -> bool:
        (tmp_path / "demonstration" / "story.yaml").write_text(HEAD + steps, encoding="utf-8")
        return play("story", now=NOW)

    return of


def names() -> dict[str, str]:
    return dict(Office.objects.filter(region="36.71").values_list("abbreviation", "name"))


@pytest.mark.django_db
def test_a_step_goes_through_rows_and_keeps_what_came_back_once(played: Played) -> None:
    steps = """
  - {let: {keys: {}}}
  - each: {office: $offices}
    do: areas.add_office
    with: {region: "36.71", name: $office.name, abbreviation: $office.short}
    as: keys[office.short]
  - {do: areas.rename_office, with: {office: $keys.B, name: "Dinas nomor ${keys.A}", abbreviation: $missing|Z}}
"""
    assert played(steps)
    first = Office.objects.get(region="36.71", abbreviation="A")
    assert names() == {"A": "Dinas A", "Z": f"Dinas nomor {first.pk}"}
    assert not played(steps)
    assert len(names()) == 2


@pytest.mark.django_db
def test_steps_are_left_out_and_blocks_are_played_with_names_of_their_own(played: Played) -> None:
    assert played("""
  - {let: {name: Dinas luar}}
  - {play: office, with: {name: Dinas C, short: C}, as: made}
  - {play: office, with: {name: "${name} ${made.key}", short: D}}
  - {play: office, when: "$made.name|", unless: $made.key, with: {short: E}}
  - when: !passed 2028-02-29
    steps:
      - {play: office, with: {short: F}}
  - {play: office, when: !passed now +1 hour, with: {short: G}}
""")
    made = Office.objects.get(region="36.71", abbreviation="C")
    assert names() == {"C": "Dinas C", "D": f"Dinas luar {made.pk}", "F": "Dinas luar"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ("  - {du: areas.add_office}", "du"),
        ("  - {at: now}", "no-call"),
        ("  - {do: areas.build_office}", "areas.build_office"),
        ("  - {do: nowhere.add_office}", "nowhere.add_office"),
        ("  - {draw: plans.party}", "plans.party"),
        ("  - {play: party}", "party"),
        ("  - {do: areas.add_office, with: {name: $office.name}}", "office.name"),
        ("  - {do: areas.add_office, with: {name: $offices.0.colour}}", "offices.0.colour"),
        ("  - {do: areas.add_office, with: {colour: red}}", "colour"),
        ("  - {do: areas.add_office, by: stranger}", "stranger"),
        ("  - {do: areas.add_office, by: nobody}", "nobody"),
        ("  - {draw: measures.reports, with: {course: {begins: 1, starts: 2}}}", "course"),
        ('  - {do: areas.add_office, by: coordinator, with: {region: "36.71", name: X, abbreviation: X}}', "refused"),
        ("  - each: {office: $offices}\n    steps: [{do: areas.add_office, with: {region: '36.03'}}]", "lacking"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line_and_nothing_stays(played: Played, steps: str, told: str) -> None:
    before = Office.objects.count()
    good = '  - {do: areas.add_office, with: {region: "36.71", name: Dinas Y, abbreviation: Y}}\n'
    with pytest.raises(Faults) as raised:
        played(good + steps)
    (fault,) = raised.value.faults
    line = HEAD.count("\n") + 2 + steps.count("\n")
    assert fault.place == f"story.yaml:{line}"
    assert told in f"{fault.code} {fault.text()}"
    assert Office.objects.count() == before


@pytest.fixture
def player(tmp_path: Path) -> Player:
    path = tmp_path / "story.yaml"
    path.write_text(HEAD + "  []\n", encoding="utf-8")
    return Player(read(path), NOW)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("now", "2028-03-01 01:30"),
        ("now -1 day 17:00", "2028-02-29 17:00"),
        ("now -1 day -1 year", "2027-02-28 01:30"),
        ("now -1*count months", "2028-01-01 01:30"),
        ("2026-12-31 -1 month", "2026-11-30 00:00"),
        ("2026-12-31 +2 months", "2027-02-28 00:00"),
        ("2027-01-31 +0 months", "2027-01-31 00:00"),
        ("2026-01-12 10:00", "2026-01-12 10:00"),
        ("2026-01-12", "2026-01-12 00:00"),
        ("day +2*count weeks", "2026-02-06 00:00"),
        ("at +90 minutes", "2028-03-01 03:00"),
        ("now -${count} hours", "2028-02-29 22:30"),
    ],
)
def test_moments(player: Player, text: str, moment: str) -> None:
    context = player.top.inner({"day": date(2026, 1, 9), "count": 2})
    context.names["count"] = 2 if "count} hours" not in text else 3
    found = player.value(Moment(text), context)
    assert found.strftime("%Y-%m-%d %H:%M") == moment
    assert found.utcoffset().total_seconds() == 7 * 3600
    assert player.value(Passed(text), context) is (found < NOW)


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Link:
    address: str


@dataclass(frozen=True)
class Held:
    key: int


@dataclass(frozen=True)
class Thing:
    name: str
    price: Decimal
    colours: tuple[Colour, ...] = ()
    day: date | None = None
    held: Link | Held | None = None


def test_values_become_what_a_parameter_takes() -> None:
    made = fit(
        list[Thing],
        [
            {"name": "a", "price": 1.5, "colours": ["red"], "day": NOW, "held": {"address": "x"}},
            ["b", 2],
            Thing("c", Decimal(3)),
        ],
    )
    assert made == [
        Thing("a", Decimal("1.5"), (Colour.RED,), date(2028, 2, 29), Link("x")),
        Thing("b", Decimal(2)),
        Thing("c", Decimal(3)),
    ]
    assert fit(dict[str, Decimal], {"a": 1}) == {"a": Decimal(1)}
    assert fit(frozenset[Colour], ["red"]) == frozenset({Colour.RED})
    assert fit(tuple[int, Decimal], [1, 2]) == (1, Decimal(2))
    assert fit(datetime, NOW) is NOW
    for kind, value in ((Colour, "blue"), (Thing, {"name": "a", "colour": 1}), (tuple[int, int], [1])):
        with pytest.raises((TypeError, ValueError)):
            fit(kind, value)


def test_a_file_says_at_its_top_only_what_scenarios_have(tmp_path: Path) -> None:
    path = tmp_path / "story.yaml"
    path.write_text(HEAD + "  []\nscene: 1\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"story\.yaml: scene"):
        read(path)
    assert isinstance(Row().line, int)
