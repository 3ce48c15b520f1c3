"""What an investor asks, what is reported, and how systems are told, without a database."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from permits.around import BREAD, NOW, OSS, PLOT
from pilar.permits.reference.investment import desk_limit, published, risks
from pilar.permits.reference.kbli import kbli
from pilar.permits.rules.desk import LETTERS, LetterKind, LetterState
from pilar.permits.rules.investment import Capital, covers, oss_faults, potential_faults, realised_faults, sums
from pilar.platform.hooks import PAUSES, PREFIX, next_try, signed

DISTRICTS = {"36.03.01": "Balaraja"}


def test_a_place_is_for_what_it_names_and_below() -> None:
    assert covers(("41", "10710"), "41011")
    assert not covers(("41", "10710"), "10711")
    assert covers((), "10711")


@pytest.mark.parametrize(
    ("changed", "places"),
    [
        ({}, set()),
        ({"source": "https://contoh.go.id"}, set()),
        ({"source": "kata orang"}, {"source"}),
        ({"code": "Lahan 1"}, {"code"}),
        ({"name": " "}, {"name"}),
        ({"kbli": ("A",)}, {"kbli"}),
        ({"kbli": ("99998",)}, {"kbli"}),
        ({"district": "36.71.01"}, {"district"}),
        ({"area": Decimal(0)}, {"area"}),
    ],
)
def test_a_place_has_a_source_or_is_an_assumption(changed: dict[str, Any], places: set[str]) -> None:
    assert {one.place for one in potential_faults(replace(PLOT, **changed), kbli(), DISTRICTS)} == places


@pytest.mark.parametrize(
    ("changed", "places"),
    [
        ({}, set()),
        ({"quarter": 5}, {"quarter"}),
        ({"year": 1999}, {"year"}),
        ({"nib": "123"}, {"nib"}),
        ({"kbli": "1071"}, {"kbli"}),
        ({"business": ""}, {"business"}),
        ({"realised": Decimal(-1), "planned": Decimal(-1)}, {"realised", "planned"}),
    ],
)
def test_what_is_reported_is_whole(changed: dict[str, Any], places: set[str]) -> None:
    assert {one.place for one in realised_faults(replace(BREAD, **changed), kbli(), DISTRICTS)} == places


def test_the_mirror_takes_known_levels_alone() -> None:
    assert oss_faults(OSS, kbli(), risks()) == []
    assert [one.place for one in oss_faults(replace(OSS, risk="sedang"), kbli(), risks())] == ["risk"]


def test_sums_are_exact() -> None:
    rows = [
        (Capital.PMDN, Decimal("0.10"), Decimal("0.20"), 1),
        (Capital.PMA, Decimal("0.20"), Decimal("0.10"), 2),
        (Capital.PMDN, Decimal("0.10"), Decimal("0.10"), 3),
    ]
    assert sums(rows) == {
        "": (Decimal("0.40"), Decimal("0.40"), 6),
        "pmdn": (Decimal("0.20"), Decimal("0.30"), 4),
        "pma": (Decimal("0.20"), Decimal("0.10"), 2),
    }


def test_what_was_published_is_as_its_sources_say() -> None:
    rows = published("36.03")
    assert published("36.71") == ()
    assert all(one.source.startswith("https://") for one in rows)
    last = next(one for one in rows if one.period == "2024")
    assert (last.total, last.pmdn, last.pma) == (Decimal("26.2"), Decimal("16.8"), Decimal("9.4"))
    assert last.pmdn is not None
    assert last.pma is not None
    assert last.pmdn + last.pma == last.total
    assert {one.period for one in rows if one.whole} == {"2021", "2022", "2023", "2024"}


def test_a_limit_without_a_source_says_so() -> None:
    assert {desk_limit(kind, date(2026, 3, 1)).source for kind in LetterKind} == {"assumption"}


def test_every_letter_can_be_answered() -> None:
    for state in (LetterState.ASKED, LetterState.ESCALATED):
        assert any(one.target is LetterState.ANSWERED for one in LETTERS.moves(state))


def test_whoever_receives_can_tell_who_sends_and_when() -> None:
    secret = PREFIX + base64.b64encode(b"k" * 32).decode()
    headers = signed(secret, "m1", NOW, b'{"a":1}')
    moment = str(int(NOW.timestamp()))
    wanted = hmac.new(b"k" * 32, b"m1." + moment.encode() + b'.{"a":1}', hashlib.sha256).digest()
    assert headers["webhook-signature"] == "v1," + base64.b64encode(wanted).decode()
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("m1", moment)
    for other in (signed(secret, "m2", NOW, b'{"a":1}'), signed(secret, "m1", NOW, b'{"a":2}'),
                  signed(secret, "m1", NOW + timedelta(seconds=1), b'{"a":1}')):  # fmt: skip
        assert other["webhook-signature"] != headers["webhook-signature"]


def test_the_standard_s_own_example_is_signed_alike() -> None:
    """The example of the reference implementation (standard-webhooks/standard-webhooks, python tests)."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    from datetime import UTC, datetime

    found_ = signed(
        secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", datetime.fromtimestamp(1614265330, UTC), b'{"test": 2432232314}'
    )
    assert found_["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_pauses_grow_until_it_is_a_dead_letter() -> None:
    assert list(PAUSES) == sorted(PAUSES)
    assert [next_try(number, NOW) for number in (1, len(PAUSES))] == [NOW + PAUSES[0], NOW + PAUSES[-1]]
    assert next_try(len(PAUSES) + 1, NOW) is None
