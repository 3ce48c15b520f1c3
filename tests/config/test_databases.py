"""Which databases a process has: all of them one, those of the web server a pool and a replica as well."""

from __future__ import annotations

import pytest

from pilar.config.database import POOL, REPLICA, WEB, UnfitDatabaseUrl, databases

ADDRESS = "postgres://pilar_web:rahasia@{}:5432/pilar"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.delenv(WEB, raising=False)
    for name, host in (("DATABASE_URL", "utama"), (POOL, "kolam"), (REPLICA, "salinan")):
        monkeypatch.setenv(name, ADDRESS.format(host))
    return monkeypatch


def hosts() -> dict[str, tuple[str, bool]]:
    return {alias: (one["HOST"], one.get("DISABLE_SERVER_SIDE_CURSORS", False)) for alias, one in databases().items()}


def test_worker_and_commands_have_the_one_database(told: pytest.MonkeyPatch) -> None:
    assert hosts() == {"default": ("utama", False)}


def test_a_process_that_answers_has_the_pool_and_the_replica(told: pytest.MonkeyPatch) -> None:
    told.setenv(WEB, "1")
    assert hosts() == {"default": ("kolam", True), "direct": ("utama", False), "replica": ("salinan", True)}
    told.delenv(POOL)
    assert hosts() == {"default": ("utama", False), "replica": ("salinan", True)}
    told.delenv(REPLICA)
    assert hosts() == {"default": ("utama", False)}


@pytest.mark.parametrize("name", ["DATABASE_URL", POOL, REPLICA])
def test_each_is_an_address_of_postgresql(told: pytest.MonkeyPatch, name: str) -> None:
    told.setenv(name, "mysql://pilar@utama/pilar")
    with pytest.raises(UnfitDatabaseUrl) as refused:
        databases()
    assert refused.value.text().startswith(f"{name} ")
