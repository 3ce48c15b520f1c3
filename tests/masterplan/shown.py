"""What tests of pages share: the words of a page, forms of rows, many programmes, and a revision."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from masterplan.world import LATER, NOW, World, content
from pilar.masterplan import operations, queries
from pilar.masterplan.models import Entry, Line, Version
from pilar.masterplan.operations import Proposed
from pilar.masterplan.operations.contents import keep_all
from pilar.masterplan.rules.content import Horizon, Target
from pilar.masterplan.rules.stages import ProposalKind


def said(answer: Any, status: int = 200) -> str:
    """The words of a page, without markup."""
    assert answer.status_code == status, answer.content.decode()[:2000]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def at(world: World, more: str = "") -> str:
    return f"/kerja/rencana/versi/{world.version}/{more}"


def rows(name: str, *given: dict[str, str], **more: str) -> dict[str, str]:
    """A form of rows as a browser sends it."""
    sent = {f"{name}-rows": str(len(given)), "do": "save", **more}
    for place, one in enumerate(given):
        sent.update({f"{name}-{place}-{field}": value for field, value in one.items()})
    return sent


def planted(world: World, count: int) -> None:
    """So many programmes in the draft, over the pillars."""
    parts = ("governance_public_service", "branding_tourism", "living_health", "environment_waste")
    plan = Version.objects.get(pk=world.version).plan
    given = [content(world.office, f"Program {number}", part=parts[number % 4]) for number in range(count)]
    kept = keep_all(world.who("coordinator"), plan, given, now=NOW)
    lines = Line.objects.bulk_create(
        Line(plan=plan, code=f"P{number:03d}", opened_at=NOW) for number in range(1, count + 1)
    )
    Entry.objects.bulk_create(
        Entry(version_id=world.version, line=line, content=one) for line, one in zip(lines, kept, strict=True)
    )


def revised(world: World) -> None:
    """A revision in its meeting: P001 moved and retargeted, P002 ended, P003 added."""
    world.call()
    world.decreed(world.submitted(), world.submitted("Pasar digital"))
    by, office = world.who("coordinator"), world.who("contributor")
    operations.bring_into_force(by=by, version=world.version, since=date(2026, 4, 30), now=LATER)
    lines = [one.key for one in queries.programmes(world.row())]
    world.version = operations.start_revision(by=by, version=world.version, reason="Rekomendasi", now=LATER)
    world.call()
    (target,) = content(world.office).targets
    more = replace(target, yearly=((2026, Decimal(100)), (2028, Decimal(246))), measure="")
    other = Target(2, "Waktu layanan", "jam", yearly=((2027, Decimal(2)),))
    changed = content(
        world.office, part="living_health", horizon=Horizon.LONG, partners=(world.cast.colleagues_office,),
        targets=(more, other), quick_win=True,
    )  # fmt: skip
    given = [
        Proposed(ProposalKind.CHANGE, changed, lines[0]),
        Proposed(ProposalKind.DROP, None, lines[1], "Digabung provinsi"),
        Proposed(ProposalKind.ADD, content(world.office, "Posyandu digital")),
    ]
    keys = []
    for one in given:
        key = operations.propose(by=office, version=world.version, office=world.office, given=one, now=NOW)
        operations.submit_proposal(by=office, proposal=key, now=NOW)
        keys.append(key)
    world.met(*keys)
