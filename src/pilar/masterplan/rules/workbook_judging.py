"""What becomes of the programmes of a workbook: a new proposal, a change, an update, nothing, or a refusal."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from pilar.masterplan.rules.comparing import differences
from pilar.masterplan.rules.content import Content
from pilar.masterplan.rules.stages import OPEN_PROPOSALS, ProposalKind, ProposalState
from pilar.masterplan.rules.workbook import HEADERS, PLAN_CODE, Sheet, Told
from pilar.masterplan.rules.workbook_reading import Imported
from pilar.platform.errors import Fault
from pilar.platform.language import mark


class RowOutcome(StrEnum):
    """What becomes of a programme of the workbook."""

    NEW = "new"
    CHANGE = "change"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


OUTCOME_NAMES = {
    RowOutcome.NEW: (mark("New proposal"), "positive"),
    RowOutcome.CHANGE: (mark("Proposal to change a programme"), "positive"),
    RowOutcome.UPDATE: (mark("Changes a proposal"), "caution"),
    RowOutcome.UNCHANGED: (mark("Says the same already"), ""),
    RowOutcome.REFUSED: (mark("Refused"), "negative"),
}
"""The name of each, and the tone in which it is shown."""
STORED = frozenset({RowOutcome.NEW, RowOutcome.CHANGE, RowOutcome.UPDATE})


@dataclass(frozen=True, slots=True)
class KnownProposal:
    """A proposal of the version; ``saves`` tells a later one from the one that was judged."""

    key: int
    number: int
    kind: ProposalKind
    state: ProposalState
    office: int
    content: Content | None
    saves: int


@dataclass(frozen=True, slots=True)
class Known:
    """What stands in a version: programmes (line and content) by code, proposals by what a workbook calls them: the
    code that they were imported with, ``U7``, or the code of the programme that they are about."""

    programmes: Mapping[str, tuple[int, Content]] = field(default_factory=dict)
    proposals: Mapping[str, KnownProposal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowVerdict:
    """What becomes of a programme: ``line`` is the key of the one that changes, ``proposal`` what is updated.

    ``before`` is the content that stands now, None for a new one.
    """

    imported: Imported
    outcome: RowOutcome
    line: int | None = None
    proposal: KnownProposal | None = None
    told: tuple[Told, ...] = ()
    before: Content | None = None


def judge(found: Sequence[Imported], known: Known) -> tuple[RowVerdict, ...]:
    """What becomes of each programme, in their order."""
    return tuple(_judge(one, known) for one in found)


def counted(verdicts: Iterable[RowVerdict]) -> dict[RowOutcome, int]:
    """How many came to each outcome."""
    found = Counter(one.outcome for one in verdicts)
    return {outcome: found[outcome] for outcome in RowOutcome}


def fingerprint(verdicts: Sequence[RowVerdict]) -> str:
    """Tells one preview from another: what is stored is what was shown, or it is shown anew."""
    said = [
        [
            one.imported.code, one.outcome.value, one.line, one.proposal.key if one.proposal else None,
            one.proposal.saves if one.proposal else None,
            repr(one.imported.content),
        ]
        for one in verdicts
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _judge(one: Imported, known: Known) -> RowVerdict:
    if one.content is None:
        return RowVerdict(one, RowOutcome.REFUSED, told=one.told)
    proposal = known.proposals.get(one.code)
    if proposal is not None:
        return _update(one, one.content, proposal)
    if one.code in known.programmes:
        return _change(one, one.content, *known.programmes[one.code])
    if PLAN_CODE.fullmatch(one.code):
        sentence = mark("The plan has no programme or proposal “%(given)s”; call a new one B1 or the like")
        return _refused(one, "code", Fault("unknown-code", sentence, {"given": one.code}))
    return RowVerdict(one, RowOutcome.NEW)


def _change(one: Imported, content: Content, line: int, stands: Content) -> RowVerdict:
    if stands.owner != content.owner:
        sentence = mark("The programme belongs to another office; the meeting may give it to this one")
        return _refused(one, "owner", Fault("other-owner", sentence))
    return RowVerdict(one, RowOutcome.UNCHANGED if _same(stands, content) else RowOutcome.CHANGE, line, before=stands)


def _update(one: Imported, content: Content, proposal: KnownProposal) -> RowVerdict:
    if proposal.state not in OPEN_PROPOSALS or proposal.content is None:
        sentence = mark("Proposal %(number)s is merged, taken back or wants the end of a programme")
        return _refused(one, "code", Fault("proposal-settled", sentence, {"number": proposal.number}))
    if proposal.office != content.owner:
        sentence = mark("The proposal belongs to another office")
        return _refused(one, "owner", Fault("other-owner", sentence))
    outcome = RowOutcome.UNCHANGED if _same(proposal.content, content) else RowOutcome.UPDATE
    return RowVerdict(one, outcome, proposal=proposal, before=proposal.content)


def _refused(one: Imported, name: str, fault: Fault) -> RowVerdict:
    told = Told(Sheet.PROGRAMMES, one.row, HEADERS[Sheet.PROGRAMMES][name], fault)
    return RowVerdict(one, RowOutcome.REFUSED, told=(told,))


def _same(one: Content, other: Content) -> bool:
    """Whether two contents say the same; a spreadsheet ends lines otherwise than a browser."""
    return not differences(_plain_lines(one), _plain_lines(other))


def _plain_lines(one: Content) -> Content:
    texts = ("description", "need", "outside_partners")
    return replace(
        one,
        **{name: _plain(getattr(one, name)) for name in texts},
        risks=tuple(replace(row, text=_plain(row.text), response=_plain(row.response)) for row in one.risks),
    )


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
