"""Calls of the operations by which services are written, and what each leaves behind (permits/acts.py)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from kit.acts import Call
from permits.definitions import given
from pilar.permits import operations as do
from pilar.permits.models import ServiceVersion

OWN = "36.03"
NOW = datetime(2026, 3, 10, 3, tzinfo=UTC)
TODAY = date(2026, 3, 10)


def version(state: str = "published", region: str = OWN, number: int = 1, **named: Any) -> ServiceVersion:
    """A version of a service; a published one came with the data."""
    law = {"valid_from": date(2026, 1, 1), "published_at": NOW, "publisher": "user:99", "shipped": True}
    return ServiceVersion.objects.create(
        region_id=region, key="reklame", number=number, definition=given(region=region), hash="0", state=state,
        **{**(law if state == "published" else {}), **named},
    )  # fmt: skip


def before(state: str) -> Any:
    """A service with a published version, and one at work."""
    return lambda _w: (version(), version(state, number=2, proposer="user:98" if state == "proposed" else ""))


def mine() -> int:
    return ServiceVersion.objects.filter(region=OWN, key="reklame").latest("number").pk


CALLS: Mapping[str, Call] = {
    "begin_version": lambda _w, by: do.begin_version(by=by, region=OWN, key="reklame", now=NOW),
    "change_version": lambda _w, by: do.change_version(
        by=by, version=mine(), parts={"limit": {"days": 9}}, seen=1, now=NOW
    ),
    "propose_version": lambda _w, by: do.propose_version(by=by, version=mine(), now=NOW),
    "return_version": lambda _w, by: do.return_version(by=by, version=mine(), reason="Batas?", now=NOW),
    "publish_version": lambda _w, by: do.publish_version(
        by=by, version=mine(), valid_from=TODAY, now=NOW
    ),
    "withdraw_version": lambda _w, by: do.withdraw_version(
        by=by, version=mine(), reason="Keliru", now=NOW
    ),
    "drop_version": lambda _w, by: do.drop_version(by=by, version=mine()),
    "load_services": lambda _w, by: do.load_services(by=by, now=NOW),
}  # fmt: skip
LEFT = """
begin_version | editor | begin permits.service-version | serviceversion+1
change_version | editor | change permits.service-version | serviceversion~1
propose_version | editor | move permits.service-version | people_notice+1 serviceversion~1
return_version | head | move permits.service-version | people_notice+1 serviceversion~1
publish_version | head | move permits.service-version | serviceversion~2
withdraw_version | head | move permits.service-version | serviceversion~1
drop_version | editor | drop permits.service-version | serviceversion-1
load_services | operator | 28 x load permits.service-version | serviceversion+28
"""
BEFORE = {
    "begin_version": lambda _w: version(), "withdraw_version": lambda _w: version(),
    "change_version": before("draft"), "propose_version": before("draft"), "drop_version": before("draft"),
    "return_version": before("proposed"), "publish_version": before("proposed"),
}  # fmt: skip
