"""The coordination meeting at work: its agenda, updated live on several screens, and each decision."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilar.design.conditional import part_tag, while_it_holds
from pilar.design.forms import posted
from pilar.masterplan import operations, queries, wording
from pilar.masterplan.forms.content import ContentForm
from pilar.masterplan.forms.meetings import VerdictForm
from pilar.masterplan.pages.content_showing import shown_content
from pilar.masterplan.pages.frame import version_page
from pilar.masterplan.pages.meetings import base
from pilar.masterplan.queries import meetings as reads
from pilar.masterplan.queries.agenda import Agenda, AgendaRow
from pilar.masterplan.queries.choices import Choices
from pilar.masterplan.queries.meetings import MeetingRow
from pilar.masterplan.rules.authority import Action, WrongState, may, require
from pilar.masterplan.rules.content import Content
from pilar.masterplan.rules.decisions import OUTCOME_NAMES, Outcome, Verdict, topic
from pilar.masterplan.rules.stages import MeetingState, ProposalKind
from pilar.masterplan.rules.statements import PART_NAMES
from pilar.people.keeping import typed_before
from pilar.people.rules import Standing, existing
from pilar.people.signin import standing_of
from pilar.people.views import Shown
from pilar.platform.errors import Faults
from pilar.platform.language import N_, translate
from pilar.platform.versions import Outdated, Stored

BUTTONS = {
    Outcome.ACCEPTED: (N_("Accept"), "primary"),
    Outcome.CHANGED: (N_("Accept with changes"), "secondary"),
    Outcome.MERGED: (N_("Merge"), "secondary"),
    Outcome.DEFERRED: (N_("Defer"), "secondary"),
    Outcome.REFUSED: (N_("Refuse"), "danger"),
}
"""The label and style of each button."""
WITHOUT_CONTENT = (Outcome.ACCEPTED, Outcome.DEFERRED, Outcome.REFUSED)
"""Outcomes for the end of a programme, and for the general part."""


GENERAL = "umum"
"""Stands for the general part of the plan among the proposals."""


@version_page("masterplan/meetings/decisions.html", tab="meetings")
def decisions(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """The agenda with the decisions so far; the list updates itself."""
    row, agenda = reads.meeting_agenda(key, scope=by)
    return {
        "row": row.version,
        **base(request, by, row),
        **listed(by, row, agenda),
        "tag": _tag(by, row.key, ""),
    }


@require_safe
def decisions_list(request: HttpRequest, key: int) -> HttpResponse:
    """The list alone, for the update of screens: 304 while nothing has changed.

    ``usulan`` is the proposal (or ``umum``) whose decision is shown above the list.
    """
    if not request.user.is_authenticated:
        # A sign-in page does not fit into the place of the list, and half-typed input next to it must stay.
        if request.htmx:  # type: ignore[attr-defined]
            return render(request, "masterplan/meetings/signed_out.html")
        return redirect_to_login(request.get_full_path())
    by, subject = standing_of(request), _subject(request.GET.get("usulan", ""))
    tag = _tag(by, key, subject)

    def draw() -> HttpResponse:
        row, agenda = reads.meeting_agenda(key, scope=by)
        context = {**base(request, by, row), **listed(by, row, agenda), "tag": tag, "subject": subject}
        context["renewed"] = True
        if subject:
            subject_row = None if subject == GENERAL else agenda.find(int(subject))
            context["present"] = agenda.general if subject == GENERAL else subject_row and subject_row.decision
            context["here"] = subject == GENERAL or (subject_row is not None and subject_row.here)
        return render(request, "masterplan/meetings/decisions_list.html", context)

    return while_it_holds(request, tag, draw)


@version_page("masterplan/meetings/decide.html", tab="meetings", sends=True, kept=True)
def decide(request: HttpRequest, key: int, proposal: int, *, by: Standing) -> Shown:
    """One proposal: its content, the present decision, and the buttons for those who hold the meeting."""
    row, agenda = reads.meeting_agenda(key, scope=by)
    subject = existing(agenda.find(proposal))
    plan = row.version.plan
    choices = queries.content_choices(plan, scope=by, keep=subject.content)
    others = [
        agenda_row
        for agenda_row in agenda.rows
        if agenda_row.key != proposal and agenda_row.kind is not ProposalKind.DROP
    ]
    desk = _Desk(request, row, agenda, subject, others if subject.kind is not ProposalKind.DROP else None)
    desk.choices = choices
    if request.method == "POST":
        require(by, Action.HOLD_MEETINGS, row.case, known=True)
        answer = desk.take(by)
        if answer is not None:
            return answer
    else:
        desk.remember()
    return {
        "row": row.version,
        **base(request, by, row),
        **listed(by, row, agenda),
        **desk.context(by),
        **_proposed(subject, choices, range(plan.first_year, plan.last_year + 1)),
        "one": subject,
        "subject": str(subject.key),
        "tag": _tag(by, row.key, str(subject.key)),
    }, desk.status


@version_page("masterplan/meetings/decide_general.html", tab="meetings", sends=True, kept=True)
def decide_general(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """The general part: vision, missions, analysis and strategies, decided as a whole."""
    row, agenda = reads.meeting_agenda(key, scope=by)
    desk = _Desk(request, row, agenda, None, None)
    if request.method == "POST":
        require(by, Action.HOLD_MEETINGS, row.case, known=True)
        answer = desk.take(by)
        if answer is not None:
            return answer
    else:
        desk.remember()
    texts = queries.statements(row.version)
    return {
        "row": row.version,
        **base(request, by, row),
        **listed(by, row, agenda),
        **desk.context(by),
        "texts": [(translate(PART_NAMES[part]), rows) for part, rows in texts.items() if rows],
        "subject": GENERAL,
        "tag": _tag(by, row.key, GENERAL),
    }, desk.status


class _Desk:
    """The form of one decision: as it is shown, and as it was sent."""

    choices: Choices

    def __init__(
        self,
        request: HttpRequest,
        row: MeetingRow,
        agenda: Agenda,
        subject: AgendaRow | None,
        others: list[AgendaRow] | None,
    ) -> None:
        self.request, self.row, self.agenda, self.subject = request, row, agenda, subject
        self.decision = subject.decision if subject else agenda.general
        self.here = self.decision is not None and (subject is None or subject.here)
        self.outcomes = tuple(Outcome) if others is not None else WITHOUT_CONTENT
        self.sent = posted(request)
        self.status = 200
        self.stored: Stored | None = None
        self.editor: ContentForm | None = None
        present = [attendee for attendee in reads.attendance(row) if attendee.present]
        self.form = VerdictForm(self.sent, attendance=present, others=others, initial=self._first(present))

    def take(self, by: Standing) -> HttpResponse | None:
        """Record the decision; None when the page has to be shown again."""
        assert self.sent is not None
        outcome = _outcome(self.sent.get("outcome", ""))
        if outcome is Outcome.CHANGED and self.subject is not None and outcome in self.outcomes:
            self._edit(self.sent)
            if self.editor is None or "with-content" not in self.sent or self.editor.rearranged:
                self._as_typed(self.sent)
                return None
        valid = self.form.is_valid()
        if outcome is None or outcome not in self.outcomes:
            self.form.add_error(None, _("Say what is decided"))
            valid = False
        if self.editor is not None:
            valid = self.editor.is_valid() and valid
        if not valid or outcome is None:
            self.status = 422
            return None
        return self._store(by, outcome)

    def context(self, by: Standing) -> dict[str, Any]:
        """Return the values that the page shows."""
        deciding = self.row.state is MeetingState.RUNNING and may(by, Action.HOLD_MEETINGS, self.row.case)
        return {
            # Input that was sent too late is shown, too: the meeting may be over, but the text is not lost.
            "form": self.form if deciding or self.sent is not None else None,
            "editor": self.editor,
            "buttons": [
                (outcome.value, translate(BUTTONS[outcome][0]), BUTTONS[outcome][1]) for outcome in self.outcomes
            ],
            "present": self.decision,
            "here": self.here,
            "stored": None if self.stored is None else _stored(self.stored),
        }

    def _store(self, by: Standing, outcome: Outcome) -> HttpResponse | None:
        given = self.form.cleaned_data
        verdict = Verdict(outcome, given["decided_by"], given["reason"], given.get("into"))
        content = self.editor.content() if self.editor is not None else None
        try:
            operations.decide(
                by=by, meeting=self.row.key, proposal=self.subject.key if self.subject else None,
                verdict=verdict, content=content, seen=given["seen"], now=timezone.now(),
            )  # fmt: skip
        except Faults as error:
            self.status = error.status
            self._tell(error)
            return None
        except (operations.MeetingNotRunning, WrongState) as error:
            self.status = error.status
            self.form.add_error(None, error.text())
            return None
        except Outdated as error:
            self.status, self.stored = error.status, error.stored
            self.form.take_version(error.stored.version)
            # The page below shows the decision now, not the one before this form was sent.
            self.row, self.agenda = reads.meeting_agenda(self.row.key, scope=by)
            if self.subject is not None:
                self.subject = self.agenda.find(self.subject.key) or self.subject
            self.decision, self.here = (self.subject.decision if self.subject else self.agenda.general), True
            return None
        number = self.subject.number if self.subject else 0
        said = _("Proposal %(number)s: %(outcome)s") if number else _("General part: %(outcome)s")
        messages.success(self.request, said % {"number": number, "outcome": translate(OUTCOME_NAMES[outcome][0])})
        return self._onwards()

    def _onwards(self) -> HttpResponse:
        """Redirect to the next open proposal, then the general part, then the list."""
        key, rows = self.row.key, self.agenda.rows
        at = next((place for place, row in enumerate(rows) if row is self.subject), -1)
        following = next((agenda for agenda in (*rows[at + 1 :], *rows[: max(at, 0)]) if agenda.is_open), None)
        if following is not None:
            return redirect("masterplan:decide", key, following.key)
        if self.agenda.general is None and self.subject is not None:
            return redirect("masterplan:decide-general", key)
        return redirect("masterplan:decisions", key)

    def remember(self) -> None:
        """Show input that was sent after the session had ended: as typed, and not recorded yet."""
        typed = typed_before(self.request)
        if typed is None:
            return
        if "with-content" in typed and Outcome.CHANGED in self.outcomes:
            self._edit(typed)
        self._as_typed(typed)

    def _edit(self, sent: QueryDict) -> None:
        """Prepare the editor for accepting with changes, filled with the content accepted before, or proposed."""
        assert self.subject is not None
        if self.subject.content is None:
            return
        first = self.subject.decided if self.here and self.subject.decided else self.subject.content
        self.editor = ContentForm(
            sent if "with-content" in sent else None, plan=self.row.version.plan, choices=self.choices, initial=first,
            above=queries.highest_numbers(self.subject.line),
        )  # fmt: skip

    def _as_typed(self, sent: QueryDict) -> None:
        """Show the form as it was sent, without faults for missing input, which was not asked for yet."""
        typed = {name: sent.get(name, "") for name in self.form.fields}
        self.form.is_bound, self.form.initial = False, typed

    def _tell(self, error: Faults) -> None:
        own = [fault for fault in error.faults if fault.place in (*self.form.fields, "outcome", "")]
        self.form.tell(Faults(own))
        others = [fault for fault in error.faults if fault not in own]
        if self.editor is not None:
            self.editor.tell(Faults(others))
        else:
            self.form.tell(Faults([replace(other, place="") for other in others]))

    def _first(self, present: list[Any]) -> dict[str, Any]:
        """Return initial values: the present decision, or the person who decided last in this meeting, or who leads
        it."""
        if self.here and self.decision is not None:
            into = self.subject.into if self.subject else None
            chosen = next((attendee.key for attendee in present if _is(attendee, self.decision)), None)
            return {"seen": self.decision.number, "reason": self.decision.reason, "decided_by": chosen,
                    "into": into[0] if into else None}  # fmt: skip
        seen = self.subject.seen if self.subject else 0
        taken = [row.decision for row in self.agenda.rows if row.here and row.decision]
        latest = max(taken, key=lambda decision: decision.taken_at, default=None)
        chosen = next((attendee.key for attendee in present if latest and _is(attendee, latest)), None)
        return {
            "seen": seen,
            "decided_by": chosen or next((attendee.key for attendee in present if attendee.signs), None),
        }


def listed(by: Standing, row: MeetingRow, agenda: Agenda) -> dict[str, Any]:
    """Return the agenda by pillar, each proposal with its decision, and the progress of the meeting."""
    rows = sorted(agenda.rows, key=lambda agenda_row: (wording.pillar_place(agenda_row.part), agenda_row.number))
    return {
        "agenda": agenda,
        "pillars": [
            (wording.part_name(pillar) if pillar else _("Without a pillar"), list(rows_of_pillar))
            for pillar, rows_of_pillar in groupby(
                rows, key=lambda agenda_row: wording.pillar_of(agenda_row.part) if agenda_row.part else ""
            )
        ],
        "polls": not row.is_over,
        "topics": (topic(row.key),),
        "subject": "",
    }


def _proposed(row: AgendaRow, choices: Choices, years: range) -> dict[str, Any]:
    """Return the proposal in words, with its changes of the programme, and the meeting's changes of it."""

    def changes(before: Content | None, after: Content | None) -> tuple[wording.FieldChange, ...]:
        return wording.content_changes(before, after, choices.names) if before and after else ()

    amended = row.decision is not None and row.decision.outcome is Outcome.CHANGED
    return {
        "content": shown_content(row.content, years, choices.names) if row.content else None,
        "changes": changes(row.present, row.content) if row.kind is ProposalKind.CHANGE else (),
        "amended": changes(row.content, row.decided) if amended else (),
        "money": wording.money(row.money),
    }


def _subject(text: str) -> str:
    return text if text == GENERAL or (text.isascii() and text.isdecimal() and len(text) < 10) else ""


def _tag(by: Standing, key: int, subject: str) -> str:
    return part_tag(reads.agenda_tag(key, scope=by), subject)


def _stored(stored: Stored) -> dict[str, Any]:
    name, _tone = OUTCOME_NAMES[Outcome(stored.values["outcome"])]
    return {**stored.values, "outcome": translate(name), "by": stored.by, "at": stored.at}


def _outcome(text: str) -> Outcome | None:
    return Outcome(text) if text in set(Outcome) else None


def _is(attendee: Any, decision: Any) -> bool:
    return (attendee.name, attendee.position) == (decision.decided_by, decision.position)
