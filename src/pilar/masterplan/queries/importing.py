"""Reads for checking a workbook of programmes. Anyone who has the row may read them."""

from __future__ import annotations

from collections import defaultdict

from pilar.areas.models import Office
from pilar.masterplan.models import Entry, Proposal
from pilar.masterplan.queries.choices import frame_of
from pilar.masterplan.queries.rows import VersionRow
from pilar.masterplan.rules.content import read
from pilar.masterplan.rules.stages import OPEN_PROPOSALS, ProposalState
from pilar.masterplan.rules.workbook_judging import Known, KnownProposal
from pilar.masterplan.rules.workbook_reading import BookFrame


def book_frame(row: VersionRow) -> BookFrame:
    """Return the frame that a workbook of a plan is checked against. Four queries."""
    plan = row.plan
    rows = Office.objects.filter(region=plan.region, closed_at=None).order_by("-pk")
    named = list(rows.values_list("abbreviation", "name", "pk"))
    offices = {short.casefold(): key for short, _name, key in named if short}
    offices |= {name.casefold(): key for _short, name, key in named}
    above: dict[str, dict[str, int]] = defaultdict(dict)
    bodies = Entry.objects.filter(line__plan=plan.key).order_by().values_list("line__code", "content__body")
    for code, body in bodies:
        for name in ("targets", "activities", "monitored"):
            there = [entry["number"] for entry in body[name]]
            above[code][name] = max([above[code].get(name, 0), *there])
    return BookFrame(frame_of(plan.region, range(plan.first_year, plan.last_year + 1)), offices, above)


def known_in(row: VersionRow) -> Known:
    """Return the programmes and proposals of a version, for judging a workbook. Two queries."""
    entries = Entry.objects.filter(version=row.key).select_related("line", "content")
    programmes = {entry.line.code: (entry.line_id, read(entry.content.body)) for entry in entries}
    proposals: dict[str, KnownProposal] = {}
    rows = Proposal.objects.filter(version=row.key).select_related("content", "line").order_by("number")
    for proposal in rows:
        state = ProposalState(proposal.state)
        known = KnownProposal(
            proposal.pk, proposal.number, state, proposal.office_id,
            read(proposal.content.body) if proposal.content else None, proposal.saves,
        )  # fmt: skip
        proposals[f"U{proposal.number}"] = known
        if state not in OPEN_PROPOSALS:
            continue
        if proposal.line is not None:
            proposals[proposal.line.code] = known
        elif proposal.origin == "import" and proposal.origin_key:
            proposals[proposal.origin_key] = known
    return Known(programmes, proposals)
