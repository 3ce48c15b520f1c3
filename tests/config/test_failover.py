"""A web node is killed under load, then the primary; the replica takes over. Nothing acknowledged is lost, public pages
go on, and writes return. What it measures here stands in docs/scale.md."""

from __future__ import annotations

import shutil
from collections import Counter
from time import monotonic

import pytest

from config.cluster import Cluster, Load, longest_gap
from config.installation import wait_until
from pilar.config.serving import WORKING

WRITES_RETURN = 15.0
"""Seconds from the end of the primary to the first answer that is stored on the replica, which is promoted at once."""
READS_PAUSE = 5.0
"""Seconds in which no public page may be answered at all, whatever is killed."""


@pytest.mark.thorough
def test_nothing_acknowledged_is_lost_with_a_node_and_the_primary(django_db_setup: None) -> None:
    if shutil.which("pgbouncer") is None:
        pytest.skip("no pgbouncer found (PATH): the failover of database and web node was LEFT OUT")
    cluster = Cluster()
    try:
        token = cluster.start_all()
        load = Load(cluster.ports, token)
        load.warm_up()
        moments = {"load begins": monotonic()}
        with load.going_on():
            load.goes_on()
            of_replica = cluster.readers_of_replica()
            cluster.kill_node(0)
            moments["a node is killed"] = monotonic()
            load.goes_on()
            cluster.kill_primary()
            moments["the primary is killed"] = killed = monotonic()
            load.goes_on(writes=0)
            ready = cluster.ask("/health/ready", public=False)
            cluster.promote()
            moments["the replica is promoted"] = monotonic()
            load.goes_on()
            wait_until(lambda: cluster.ask("/health/worker", public=False).status == 200)
            moments["the worker works"] = monotonic()
            load.goes_on()
        ended = moments["load ends"] = monotonic()
        stored = cluster.stored()
    finally:
        cluster.close()
        print(*cluster.faults, sep="\n")
    _tell(load, moments, stored)
    assert set(load.acknowledged) <= set(stored), "nothing acknowledged is lost"
    assert len(stored) == len(set(stored)), "what was sent again is stored once"
    assert set(stored) <= load.sent
    assert 0 < of_replica <= 2 * (WORKING + 1)
    assert (ready.status, ready.json()["status"]) == (200, "degraded")
    assert {one.status for one in load.refused} <= {0, 503}, "a client would give up"
    assert [one for one in load.reads if one.status != 200] == [], "public pages go on"
    assert longest_gap(load.reads, moments["load begins"], ended)[0] < READS_PAUSE
    back = min(one.at for one in load.acknowledged.values() if one.at > moments["the replica is promoted"])
    assert back - killed < WRITES_RETURN


def _tell(load: Load, moments: dict[str, float], stored: list[str]) -> None:
    """Print what docs/scale.md tells (``pytest -s``)."""
    began, ended = moments["load begins"], moments["load ends"]
    acknowledged = list(load.acknowledged.values())
    for said, at in moments.items():
        print(f"{at - began:6.1f} s  {said}")
    print(f"acknowledged {len(acknowledged)}, sent {len(load.sent)}, stored {len(stored)}")
    gap, since = longest_gap(acknowledged, began, ended)
    refused = Counter(one.status for one in load.refused)
    print(f"refused for now {refused}; nothing stored for {gap:.1f} s from {since - began:.1f} s")
    gap, since = longest_gap(load.reads, began, ended)
    failed = Counter((one.path, one.status) for one in load.reads if one.status != 200)
    slowest = max(load.reads, key=lambda one: one.seconds)
    print(f"pages {len(load.reads)}, of which failed {failed}; none for {gap:.2f} s from {since - began:.1f} s")
    print(f"the slowest page took {slowest.seconds:.2f} s, until {slowest.at - began:.1f} s: {slowest.path}")
