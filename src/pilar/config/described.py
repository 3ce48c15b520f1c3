"""Documents that the code writes: who may do what (docs/permissions.md), what moves to which state
(docs/lifecycles.md), what rules of appointments lead to (docs/hospital-simulation.md), and the picture of the floors in
docs/architecture.md. In English, as docs/ is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from pilar.config.state import CHECKOUT
from pilar.evaluation.rules import authority as evaluation
from pilar.evaluation.rules import stages as phases
from pilar.evidence.rules import states as evidence
from pilar.hospital.documents import simulation
from pilar.hospital.reference.simulation import assumed
from pilar.hospital.rules import authority as hospital
from pilar.hospital.rules import booking, pharmacy
from pilar.masterplan.rules import authority as masterplan
from pilar.masterplan.rules import stages as plans
from pilar.measures.rules import authority as measures
from pilar.people.authority import Authority
from pilar.people.rules import ROLES, Permission, roles_with
from pilar.permits.rules import authority as permits
from pilar.permits.rules import cases, desk, objections, register, versions
from pilar.platform.lifecycle import Lifecycle
from pilar.surveys.rules import authority as surveys
from pilar.surveys.rules.surveys import LIFECYCLE
from pilar.villagefinance.rules import auditing, budgets, questions, requests
from pilar.villagefinance.rules import authority as villagefinance

WRITTEN = "Written by `./pilar describe` from the code; do not edit."

TABLES: dict[str, Authority[Any, Any]] = {
    "Evaluation": evaluation.AUTHORITY,
    "Master plans": masterplan.AUTHORITY,
    "Surveys": surveys.AUTHORITY,
    "Measured figures": measures.AUTHORITY,
    "Permits": permits.AUTHORITY,
    "Hospitals": hospital.AUTHORITY,
    "Village finance": villagefinance.AUTHORITY,
}
LIFECYCLES: dict[str, tuple[Lifecycle[Any, Any], dict[Any, str]]] = {
    "A phase of the evaluation": (phases.PHASES, phases.PHASE_NAMES),
    "The assessment of a region": (phases.ASSESSMENTS, phases.ASSESSMENT_NAMES),
    "A version of a plan": (plans.VERSIONS, plans.VERSION_NAMES),
    "A proposal of an office": (plans.PROPOSALS, plans.PROPOSAL_NAMES),
    "A meeting about a plan": (plans.MEETINGS, plans.MEETING_NAMES),
    "A survey": (LIFECYCLE, surveys.STATE_NAMES),
    "An application for a permit": (cases.CASES, cases.STATE_NAMES),
    "A version of a service": (versions.SERVICES, versions.VERSION_NAMES),
    "A permit": (register.PERMITS, register.STATE_NAMES),
    "An objection": (objections.OBJECTIONS, {state: name for state, (name, _tone) in objections.STATE_NAMES.items()}),
    "A complaint, or an enquiry of an investor": (
        desk.LETTERS,
        {state: name for state, (name, _tone) in desk.LETTER_NAMES.items()},
    ),
    "A booking of a hospital": (booking.BOOKINGS, booking.STATE_NAMES),
    "Medicine of a visit": (pharmacy.PHARMACY, pharmacy.PHARMACY_NAMES),
    "The virus scan of evidence": (
        evidence.SCAN_MOVES,
        {state: name for state, (name, _tone) in evidence.SCANS.items()},
    ),
    "The verification of evidence": (
        evidence.VERIFICATION_MOVES,
        {state: state.value for state in evidence.VerificationState},
    ),
    "The budget of a village, or its amendment": (budgets.BUDGETS, budgets.BUDGET_NAMES),
    "A shift within the budget of a village": (budgets.SHIFTS, budgets.SHIFT_NAMES),
    "A payment request of a village": (requests.REQUESTS, requests.REQUEST_NAMES),
    "A flag on the books of a village": (auditing.FLAGS, auditing.FLAG_NAMES),
    "A question about the budget of a village": (questions.QUESTIONS, questions.QUESTION_NAMES),
}


def documents() -> dict[str, str]:
    """The text of each document by its name in docs/."""
    simulated = ("# What rules of appointments lead to", "", WRITTEN, "", *simulation.lines(assumed()))
    return {
        "permissions.md": "\n".join(_permissions()),
        "lifecycles.md": "\n".join(_lifecycles()),
        "hospital-simulation.md": "\n".join(simulated),
        "architecture.md": _architecture(),
    }


def write() -> int:
    """Write them."""
    for name, text in documents().items():
        (CHECKOUT / "docs" / name).write_text(text, encoding="utf-8")
    return 0


def _architecture() -> str:
    """Draw the floors into the document that people write, in the place that it keeps for them."""
    text = (CHECKOUT / "docs" / "architecture.md").read_text(encoding="utf-8")
    picture = "\n".join(("<!-- floors -->", "```mermaid", *_floors(), "```", "<!-- end of floors -->"))
    return re.sub(r"<!-- floors -->.*<!-- end of floors -->", lambda _: picture, text, flags=re.DOTALL)


def _floors() -> Iterator[str]:
    """Draw the floors from the contract by which import-linter holds them."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    floors = next(
        contract for contract in project["tool"]["importlinter"]["contracts"] if contract["type"] == "layers"
    )["layers"]
    yield "flowchart TB"
    names = [re.findall(r"\w+", floor) for floor in floors if floor != "__main__"]
    for number, rooms in enumerate(names):
        yield f'  subgraph f{number}[" "]'
        yield "    direction LR"
        yield from (f"    {room}" for room in rooms)
        yield "  end"
    for number in range(len(names) - 1):
        yield f"  f{number} --> f{number + 1}"


def _permissions() -> Iterator[str]:
    yield from ("# Who may do what", "", WRITTEN, "")
    yield from ("Each cell says where the role must be held; a role of a whole region holds in its offices too.", "")
    for title, authority in TABLES.items():
        kinds, rows = authority.kinds, authority.rows()
        roles = [role for role in ROLES if any(role in row.places for row in rows)]
        yield from _heading(title, [*roles, *kinds])
        for row in rows:
            states = (" ".join(named) if (named := row.states[kind]) is not None else "any" for kind in kinds)
            yield _line([row.action, *(row.places.get(role, "") for role in roles), *states])
        yield ""
    yield from _giving()
    yield from _heading("Everything else", [*ROLES])
    for permission in Permission:
        held = (facts.reach.value if permission in facts.permissions else "" for facts in ROLES.values())
        yield _line([permission.value, *held])
    yield ""


def _giving() -> Iterator[str]:
    columns = ("role", "held for", "given with", "by", "two keys", "second factor")
    yield from ("## Who gives which role", "", _line([*columns]), _line(["---"] * len(columns)))
    for role, facts in ROLES.items():
        givers = ", ".join(sorted(roles_with(facts.given_with)))
        place = facts.unit or facts.reach.value
        marks = ("yes" if held else "" for held in (facts.two_keys, facts.second_factor))
        yield _line([role, place, facts.given_with.value, givers, *marks])
    yield ""


def _heading(title: str, columns: list[str]) -> Iterator[str]:
    names = ["action", *columns]
    yield from (f"## {title}", "", _line(names), _line(["---"] * len(names)))


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _lifecycles() -> Iterator[str]:
    yield from ("# What moves to which state", "", WRITTEN, "")
    for title, (lifecycle, names) in LIFECYCLES.items():
        yield from (f"## {title}", "", "```mermaid", lifecycle.diagram(names), "```", "")
