"""Mutants: each breaks one thing of a file and leaves a file that can be run."""

from __future__ import annotations

from typing import Any

from pilar.config.mutation.mutants import Kind, mutants
from pilar.platform import locks

SOURCE = '''
from django.db import transaction


@transaction.atomic
def close(*, by, survey, region):
    """Close it."""
    require(by, "close", region)
    row = Survey.objects.select_for_update().get(pk=survey, region=region)
    if row.answers < 5 and not row.forced:
        raise TooFew
    row.closed = True
    row.save()
    audit.record(by=by, action="close", key=row.pk)


TABLE = {"close": Allowed(COORDINATOR, "region", OPEN)}
'''


def test_each_breaks_one_thing() -> None:
    found = {(one.kind, one.told): one for one in mutants(SOURCE)}
    assert {kind for kind, _told in found} == set(Kind)
    broken = {
        (Kind.AUDIT, "without: audit.record(by=by, action='close', key=row.pk)"): "audit.record",
        (Kind.PERMISSION, "without: require(by, 'close', region)"): "require",
        (Kind.LOCK, "without select_for_update"): "select_for_update",
        (Kind.ATOMIC, "close without a transaction"): "@transaction.atomic",
        (Kind.FILTER, "get without region="): "region=region",
        (Kind.EFFECT, "without: row.save()"): "row.save()",
        (Kind.REFUSAL, "without: raise TooFew"): "raise TooFew",
        (Kind.PERMISSION, "every role: Allowed(COORDINATOR, 'region', OPEN)"): "COORDINATOR",
        (Kind.PERMISSION, "in every state: Allowed(COORDINATOR, 'region', OPEN)"): "OPEN",
        (Kind.COMPARISON, "other comparison: row.answers < 5"): "row.answers < 5",
        (Kind.NUMBER, "6 for 5"): "5",
    }
    for key, gone in broken.items():
        assert gone in SOURCE
        assert gone not in found[key].text, key
        compile(found[key].text, "mutant", "exec")
    whole = [word for gone in broken.values() for word in [gone] if word not in ("COORDINATOR", "OPEN", "5")]
    for key, one in found.items():
        assert sum(word not in one.text for word in whole) <= 1, key


def test_a_row_found_through_the_door_is_found_without_its_lock() -> None:
    source = "def close(by, key):\n    return locked_survey(by, key)\n"
    source += "def free(key):\n    return held(ROWS, pk=key, open=True)\n"
    found = {one.told: one for one in mutants(source)}
    assert {told: one.kind for told, one in found.items()} == {
        "without the lock: locked_survey(by, key)": Kind.LOCK,
        "without the lock: held(ROWS, pk=key, open=True)": Kind.LOCK,
        "held without pk=": Kind.FILTER,
        "held without open=": Kind.FILTER,
    }
    scope: dict[str, Any] = {"locked_survey": lambda by, key: locks.hold(Rows(), pk=key)}
    exec(found["without the lock: locked_survey(by, key)"].text, scope)
    assert scope["close"]("ani", 5) == {"pk": 5}


class Rows:
    """Rows that can be filtered and not locked."""

    def filter(self, **wanted: Any) -> Rows:
        self.wanted = wanted
        return self

    def first(self) -> dict[str, Any]:
        return self.wanted


def test_lines_are_those_of_the_file() -> None:
    lines = SOURCE.splitlines()
    (audit,) = (one for one in mutants(SOURCE) if one.kind is Kind.AUDIT)
    assert "audit.record" in lines[audit.line - 1]
