"""Judge the programmes of a workbook: a new proposal, a change, an update, nothing, or a refusal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pilar.masterplan.rules.comparing import differences
from pilar.masterplan.rules.content import BUDGETED, Content
from pilar.masterplan.rules.list_reading import code_of
from pilar.masterplan.rules.stages import OPEN_PROPOSALS, ProposalState
from pilar.masterplan.rules.workbook import PLAN_CODE, Sheet
from pilar.masterplan.rules.workbook_reading import Imported
from pilar.platform.errors import Fault
from pilar.platform.imports import REFUSED, Outcome
from pilar.platform.language import N_

NEW = Outcome("new", N_("newly proposed"), "positive", stored=True)
CHANGE = Outcome("change", N_("to change a programme"), "positive", stored=True)
DRAFT = Outcome("draft", N_("a draft, which its office completes"), "caution", stored=True)
UPDATE = Outcome("update", N_("to change a proposal"), "caution", stored=True)
UNCHANGED = Outcome("unchanged", N_("the same already"), listed=True)
THERE = Outcome("there", N_("there already, left as it is"), listed=True)
LIST_OUTCOMES = (NEW, DRAFT, THERE, REFUSED)
OUTCOMES = (NEW, CHANGE, UPDATE, UNCHANGED, REFUSED)


@dataclass(frozen=True, slots=True)
class KnownProposal:
    """A proposal of the version; ``saves`` shows whether it has changed since it was judged."""

    key: int
    number: int
    state: ProposalState
    office: int
    content: Content | None
    saves: int


@dataclass(frozen=True, slots=True)
class Known:
    """The content of a version: programmes (line and content) by code, proposals by their name in the workbook: the
    code of their import, ``U7``, or the code of the programme concerned."""

    programmes: Mapping[str, tuple[int, Content]] = field(default_factory=dict)
    proposals: Mapping[str, KnownProposal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowVerdict:
    """The result for a programme: ``line`` is the key of the one that changes, ``proposal`` the one that is updated.

    ``before`` is the present content, None for a new one; ``faults`` belong to the row that names it.
    """

    imported: Imported
    outcome: Outcome
    line: int | None = None
    proposal: KnownProposal | None = None
    faults: tuple[Fault, ...] = ()
    before: Content | None = None

    @property
    def seen(self) -> str:
        """Return the state that must not change between checking and storing."""
        proposal = (self.proposal.key, self.proposal.saves) if self.proposal else None
        return repr((self.imported.code, self.line, proposal, self.imported.content))


def judge(every: Sequence[Imported], known: Known) -> tuple[RowVerdict, ...]:
    """Judge each programme, in order; of two rows about one proposal the second is refused."""
    first: dict[int, Imported] = {}
    return tuple(_once(_judge(imported, known), first) for imported in every)


def judge_listed(every: Sequence[Imported], known: Known) -> tuple[RowVerdict, ...]:
    """Judge the programmes of a list, which has less content than a workbook: programmes that the office has in the
    plan or proposed under the same title stay unchanged, and an incomplete programme is a draft."""
    settled = {ProposalState.WITHDRAWN}
    contents = [content for _line, content in known.programmes.values()]
    contents += [
        proposal.content for proposal in known.proposals.values() if proposal.content and proposal.state not in settled
    ]
    # An imported proposal keeps the name of its import: its office may have changed the title since.
    there = {code_of(content.owner, content.title) for content in contents} | set(known.proposals)
    return tuple(
        RowVerdict(imported, REFUSED if imported.content is None else _of_list(imported, imported.content, there))
        for imported in every
    )


LACKING = {
    "no-description": N_("Programmes that do not say what they do: %(count)s"),
    "no-need": N_("Programmes that do not say which need they answer: %(count)s"),
    "no-target": N_("Programmes without an indicator: %(count)s"),
    "no-yearly-target": N_("Indicators without a target: %(count)s"),
    "no-activity": N_("Programmes that do not say when something is done: %(count)s"),
}
"""What drafts lack, by the codes of ``checking.missing_of``."""


def lacking_in(stored: Iterable[RowVerdict]) -> tuple[Fault, ...]:
    """Return notes on programmes that lack something for being handed in."""
    counts = Counter(fault.code for verdict in stored for fault in verdict.imported.missing)
    faults = [Fault("lacking", LACKING[code], {"count": counts[code]}) for code in LACKING if counts[code]]
    sentence = N_("What lacks something is stored as a draft, which its office completes and hands in")
    return (*faults, Fault("drafts", sentence)) if faults else ()


def _of_list(imported: Imported, content: Content, there: Collection[str]) -> Outcome:
    if code_of(content.owner, content.title) in there:
        return THERE
    return DRAFT if imported.missing else NEW


def _judge(imported: Imported, known: Known) -> RowVerdict:
    if imported.content is None:
        return RowVerdict(imported, REFUSED)
    proposal = known.proposals.get(imported.code)
    if proposal is not None:
        imported = kept(imported, imported.content, proposal.content)
        return _update(imported, imported.content or proposal.content, proposal)
    if imported.code in known.programmes:
        line, stands = known.programmes[imported.code]
        imported = kept(imported, imported.content, stands)
        return _change(imported, imported.content or stands, line, stands)
    if PLAN_CODE.fullmatch(imported.code):
        sentence = N_("The plan has no programme or proposal “%(given)s”; call a new one B1 or the like")
        return _refused(imported, Fault("unknown-code", sentence, {"given": imported.code}, "code"))
    return RowVerdict(imported, NEW)


def kept(imported: Imported, content: Content, stands: Content | None) -> Imported:
    """Return a programme of a workbook with the present values that the workbook has no column for."""
    head = [name for name in BUDGETED if (Sheet.PROGRAMMES.value, name) in imported.silent]
    below = [name for name in BUDGETED if (Sheet.ACTIVITIES.value, name) in imported.silent]
    if stands is None or not (head or below):
        return imported
    known = {activity.number: activity for activity in stands.activities}
    parents = {activity.parent for activity in content.activities}
    activities = []
    for activity in content.activities:
        before = known.get(activity.number)
        names = [name for name in below if name != "weight" or activity.number not in parents]
        further = {name: getattr(before, name) for name in names} if before else {}
        activities.append(replace(activity, **further))
    further = {name: getattr(stands, name) for name in head}
    return replace(imported, content=replace(content, **further, activities=tuple(activities)))


def _once(verdict: RowVerdict, first: dict[int, Imported]) -> RowVerdict:
    if verdict.proposal is None:
        return verdict
    earlier = first.setdefault(verdict.proposal.key, verdict.imported)
    if earlier is verdict.imported:
        return verdict
    sentence = N_("Row %(row)s is about the same proposal")
    return _refused(verdict.imported, Fault("proposal-twice", sentence, {"row": earlier.row.number}, "code"))


def _change(imported: Imported, content: Content, line: int, stands: Content) -> RowVerdict:
    if stands.owner != content.owner:
        sentence = N_("The programme belongs to another office; the meeting may give it to this one")
        return _refused(imported, Fault("other-owner", sentence, {}, "owner"))
    return RowVerdict(imported, UNCHANGED if _same(stands, content) else CHANGE, line, before=stands)


def _update(imported: Imported, content: Content, proposal: KnownProposal) -> RowVerdict:
    if proposal.state not in OPEN_PROPOSALS or proposal.content is None:
        sentence = N_("Proposal %(number)s is merged, taken back or wants the end of a programme")
        return _refused(imported, Fault("proposal-settled", sentence, {"number": proposal.number}, "code"))
    if proposal.office != content.owner:
        sentence = N_("The proposal belongs to another office")
        return _refused(imported, Fault("other-owner", sentence, {}, "owner"))
    outcome = UNCHANGED if _same(proposal.content, content) else UPDATE
    return RowVerdict(imported, outcome, proposal=proposal, before=proposal.content)


def _refused(imported: Imported, fault: Fault) -> RowVerdict:
    return RowVerdict(imported, REFUSED, faults=(fault,))


def _same(content: Content, other: Content) -> bool:
    """Return whether two contents are equal, apart from the line endings of spreadsheets and browsers."""
    return not differences(_plain_lines(content), _plain_lines(other))


def _plain_lines(content: Content) -> Content:
    texts = ("description", "need", "outside_partners", "objective")
    return replace(
        content,
        **{name: _plain(getattr(content, name)) for name in texts},
        activities=tuple(replace(row, objective=_plain(row.objective)) for row in content.activities),
        risks=tuple(replace(row, text=_plain(row.text), response=_plain(row.response)) for row in content.risks),
    )


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
