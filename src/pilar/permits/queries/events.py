"""Read the events of a case: all of them for officers, the applicant's part for applicants."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from pilar.areas.reference import local_time
from pilar.evidence.rules.signing import REASONS
from pilar.people.rules import SCHEDULE, Standing
from pilar.permits.models import CaseEvent
from pilar.permits.queries import trail
from pilar.permits.queries.rows import EventRow
from pilar.permits.queries.tracking import TOLD
from pilar.permits.reference.reasons import Why, reasons
from pilar.permits.rules.cases import EventKind
from pilar.permits.rules.services import Service
from pilar.platform.language import N_, translate
from pilar.platform.names import reference_of

K = EventKind
WHY = {
    K.STOPPED: Why.STOP, K.SENT_BACK: Why.SEND_BACK, K.DECIDED: Why.REFUSE, K.REFUSED: Why.REFUSE,
    K.WITHDRAWN: Why.WITHDRAW,
}  # fmt: skip
"""The kind of reason that the code in an event belongs to."""
APPLICANTS = {*TOLD, K.CORRECTED, K.TRANSFERRED, K.APPOINTMENT, K.OBJECTED, K.OBJECTION_ENDED, K.MINUTES, K.REMINDED}
PLAIN = {K.RETURNED, K.STOPPED, K.WITHDRAWN, K.REFUSED, K.ISSUED, K.REMINDED, K.RECALCULATED}
"""Events whose reason applicants see; notes between desks are not shown to them."""
ENDED_BY = {
    K.RETURNED: K.SUBMITTED, K.STOPPED: K.RESUMED, K.RESUMED: K.STOPPED, K.SENT_BACK: K.OPENED, K.REFUSED: K.REOPENED,
}  # fmt: skip
"""Events after which an earlier act no longer counts; an act on a stage no longer counts once that stage is
repeated."""


def events_of(
    service: Service, rows: Iterable[CaseEvent], names: Mapping[str, str], *, region: str, inside: bool
) -> tuple[EventRow, ...]:
    """List the events of a case; ``names``: those of requirements and questions. Officers also see who did it, and
    why."""
    stages = {stage.key: str(stage.name) for stage in service.stages}
    return tuple(
        EventRow(
            row.at, EventKind(row.kind), stages.get(row.stage, row.stage), str(row.by) if inside else "", row.reason,
            row.facts, tuple(_told(row, stages, names, region)) if inside or row.kind in PLAIN else (),
        )
        for row in rows if inside or row.kind in APPLICANTS
    )  # fmt: skip


def did_last(case: int, *, scope: Standing) -> bool:
    """Return whether the last act of a person on a case is the reader's, as after their second click."""
    last = CaseEvent.objects.filter(case=case).exclude(by=SCHEDULE.signature).order_by("number").last()
    return last is not None and reference_of(last.by) == scope.signature


def standing_act(
    case: int, service: Service, kinds: Collection[EventKind], stage: str, outcome: str, *, scope: Standing
) -> CaseEvent | None:
    """Return the last of these kinds, at a stage and with an outcome where they are given, if it is the reader's act
    and still counts, as after a second click; later acts of others do not matter."""
    rows = list(CaseEvent.objects.filter(case=case).order_by("number"))
    last = next((row for row in reversed(rows) if row.kind in kinds and (not stage or row.stage in ("", stage))), None)
    if last is None or reference_of(last.by) != scope.signature or outcome not in ("", last.facts.get("outcome")):
        return None
    if last.kind in (K.DONE, K.DECIDED):
        return last if last.stage in trail.done_of(service, rows) else None
    ended = ENDED_BY.get(EventKind(last.kind))
    after = (row for row in rows if row.number > last.number and (ended != K.OPENED or row.stage == last.stage))
    return last if all(event.kind != ended for event in after) else None


def says_else(event: CaseEvent, sent: Mapping[str, Any]) -> bool:
    """Return whether somebody has repeated their act with another text, reason, stage or day. Empty fields are ignored,
    but an unticked box counts as no."""
    kept = {name: value for name, value in event.facts.items() if name != "findings"}
    if event.reason:
        kept["reason"] = event.reason
    if "findings" in event.facts:
        findings = event.facts["findings"]
        kept["text"] = " ".join(
            finding["text"] for finding in findings if finding["code"] == "answer" and not finding["requirement"]
        )
        kept["documents"] = [finding["requirement"] for finding in findings]
    said = {name: value for name, value in sent.items() if value or isinstance(value, bool)}
    return any(name in kept and not _is_kept(kept[name], value) for name, value in said.items())


def finding_text(finding: Mapping[str, str], names: Mapping[str, str]) -> str:
    """Write a finding in one line."""
    what = names.get(finding.get("requirement") or finding.get("field") or "", "")
    parts = [what, str(reasons(Why.FINDING)[finding["code"]].name), finding.get("text", "")]
    return ": ".join(part for part in parts if part)


def _is_kept(kept: Any, sent: Any) -> bool:
    if isinstance(sent, list):
        return set(sent) <= set(kept)
    if isinstance(sent, date):
        return bool(kept == sent.isoformat())
    return bool(kept == (sent.strip() if isinstance(sent, str) else sent))


def _told(event: CaseEvent, stages: Mapping[str, str], names: Mapping[str, str], region: str) -> Iterator[str]:
    said, why = event.facts, WHY.get(EventKind(event.kind))
    if moved := trail.moved_by(event, region):
        yield moved
    if why and event.reason:
        known = reasons(why).get(event.reason)
        yield str(known.name) if known else event.reason
    if event.kind == K.RESUMED and event.reason == "over":
        yield translate(N_("The day had come that the stop named"))
    if "to" in said and said["to"] in stages:
        yield translate(N_("Back to: %(stage)s"), stage=stages[said["to"]])
    yield from (finding_text(each, names) for each in said.get("findings", ()))
    if cause := REASONS.get(said.get("waited_for", "")):
        yield translate(N_("The signature had to wait: %(why)s"), why=translate(cause))
    if event.kind == K.APPOINTMENT and "at" in said:
        yield f"{local_time(datetime.fromisoformat(said['at']), region)}, {said['place']}"
    yield from (str(said[name]) for name in ("text", "conditions") if said.get(name))
