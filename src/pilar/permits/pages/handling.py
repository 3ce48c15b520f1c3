"""The desk of officers: due stages, one case with its documents, and the acts on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilar.areas import queries as areas
from pilar.areas.reference import local
from pilar.design.final_acts import Check, Done, Remark, confirm
from pilar.design.forms import posted, stored
from pilar.design.tables import Asked, Column, Table
from pilar.design.views import done, searched
from pilar.people.rules import NotFound, Standing, role_of
from pilar.people.views import Shown, answer, button, page
from pilar.permits import operations
from pilar.permits.forms.cases import (
    AbsenceForm,
    BackForm,
    ChecksForm,
    DecisionForm,
    Given,
    MessageForm,
    OutcomeForm,
    RelativeForm,
    ReturnForm,
    StopForm,
    TextForm,
    VisitForm,
)
from pilar.permits.pages.letters import confirm_letter
from pilar.permits.pages.register import came_of
from pilar.permits.pages.ways import ways
from pilar.permits.queries import cases
from pilar.permits.queries.events import did_last, says_else, standing_act
from pilar.permits.queries.rows import CaseDetail, CaseRow
from pilar.permits.rules.authority import AUTHORITY, Action, Case
from pilar.permits.rules.cases import CLOSED, OPEN, STATE_NAMES, CaseState, EventKind
from pilar.permits.rules.services import StageKind
from pilar.platform.language import N_, translate

DESK = Table(
    gettext_lazy("On my desk"),
    Column("number", gettext_lazy("Number")),
    Column("service", gettext_lazy("Service")),
    Column("stage_name", gettext_lazy("Stage")),
    Column("desk_due", gettext_lazy("Due on this desk")),
    Column("due", gettext_lazy("Due in all")),
    Column("desk_used", gettext_lazy("Days on this desk"), number=True),
    Column("used", gettext_lazy("Days in all"), number=True),
    Column("taken_by", gettext_lazy("Taken by")),
)
CASES = Table(
    gettext_lazy("Applications"),
    Column("number", gettext_lazy("Number")),
    Column("service", gettext_lazy("Service")),
    Column("state_name", gettext_lazy("State")),
    Column("sent_at", gettext_lazy("Sent on"), lambda row: row.sent_at and local(row.sent_at, row.region)),
    Column("due", gettext_lazy("Due")),
)


@dataclass(frozen=True, slots=True)
class Step:
    """An act on a case: its operation, the title of its page, the button, the message afterwards, and its consequences.

    ``kind``: the kind of stage that it completes, in one of ``states``; without one it concerns the whole case, for
    officers who may do ``action``. ``final``: it cannot be undone (tests/final_acts.py). ``letter``: it sends a letter,
    unless it grants. ``first``: it concerns the first stage, which is not named. ``many``: it can be done with several
    cases at once. ``silent``: only for cases that count as granted.
    """

    operation: Callable[..., object]
    title: str
    act: str
    done: str
    will: str
    form: type[Given] = Given
    kind: str = ""
    states: frozenset[str] = frozenset({CaseState.RUNNING.value})
    action: str = ""
    final: bool = True
    letter: bool = False
    first: bool = False
    many: bool = False
    silent: bool = False

    def named(self, stage: str) -> Mapping[str, str]:
        """The stage, if the operation takes it."""
        return {"stage": stage} if self.kind and not self.first else {}

    def is_for(self, row: CaseRow) -> bool:
        """Return whether a stage on a desk waits for this act, and no letter has to be read before it."""
        return self.kind in ("*", row.stage_kind) and row.state in self.states and not (self.letter and row.refuses)

    def fits(self, row: CaseDetail, stage: str) -> bool:
        """Return whether it can be done now with a case, or with a stage of it."""
        if not self.kind:
            return self.action in row.acts and not stage and not (self.silent and (not row.granted or row.own))
        stage_row = next((stage_row for stage_row in row.stages if stage_row.stage.key == stage), None)
        mine = stage_row is not None and stage_row.mine and not row.own and self.kind in ("*", stage_row.stage.kind)
        return mine and row.row.state in self.states


_SENT = frozenset({CaseState.SUBMITTED.value})
STEPS: Mapping[str, Step] = {
    "terima": Step(
        operations.pass_check, N_("Check before you accept it as complete"), N_("Accept as complete"),
        N_("The application is complete; its clock runs"),
        N_("Today is its day 0: the clock begins, and the next stages open"), kind="check", states=_SENT,
        first=True, many=True,
    ),
    "kembalikan": Step(
        operations.return_case, N_("Check before you return it"), N_("Return to the applicant"),
        N_("The application is returned"), N_("The applicant gets one list of everything that is missing or wrong"),
        ReturnForm, kind="check", states=_SENT, final=False, letter=True, first=True,
    ),
    "periksa-ulang": Step(
        operations.check_again, N_("Check it again"), N_("Finish the stage"), N_("The stage is finished"),
        N_("The stages after it open again"), TextForm, kind="check", final=False,
    ),
    "rekomendasi": Step(
        operations.recommend, N_("Recommendation"), N_("Hand in the recommendation"),
        N_("The recommendation is handed in"), N_("It goes to the person who decides, with your name"), OutcomeForm,
        kind="recommend", final=False, many=True,
    ),
    "berita-acara": Step(
        operations.record_visit, N_("Minutes of the visit"), N_("Hand in the minutes"),
        N_("The minutes are handed in"), N_("They are signed by you and by who was there for the applicant"),
        VisitForm, kind="visit", final=False,
    ),
    "putuskan": Step(
        operations.decide, N_("Decision"), N_("Hand it to the head"), N_("The decision waits for the head"),
        N_("The head signs it, or sends it back"), DecisionForm, kind="decide", final=False, many=True,
    ),
    "tanda-tangan": Step(
        operations.sign_case, N_("Check before you sign"), N_("Sign"), N_("The decision is signed"),
        N_("A permit gets its number and stands in the register; a refusal goes to the applicant"), kind="sign",
        letter=True, many=True,
    ),
    "kabulkan": Step(
        operations.grant_by_silence, N_("Check before you issue what counts as granted"),
        N_("Issue it, since the limit is over"), N_("The decision is signed"),
        N_("The permit gets its number and stands in the register; the stages that are left are not done any more"),
        action=Action.SIGN, silent=True,
    ),
    "mundur": Step(
        operations.send_back, N_("Send it back to an earlier stage"), N_("Send it back"), N_("It is sent back"),
        N_("What came after that stage is done again; the clock goes on"), BackForm, kind="*", final=False,
    ),
    "hentikan": Step(
        operations.stop_clock, N_("Check before you stop the clock"), N_("Stop the clock"),
        N_("The clock stands, and the applicant knows why"),
        N_("The applicant gets one list of everything; what remains of the days goes on afterwards"), StopForm,
        action=Action.STOP, final=False, letter=True,
    ),
    "lanjutkan": Step(
        operations.resume_clock, N_("Let the clock go on"), N_("Let the clock go on"), N_("The clock runs again"),
        N_("What remained of the days goes on today"), action=Action.RESUME, final=False,
    ),
    "tutup": Step(
        operations.lapse_case, N_("Check before you close it"), N_("Close the application"),
        N_("The application is closed"),
        N_("No permit comes of it; what was paid of its levy is to be given back, and the applicant is told"),
        action=Action.LAPSE,
    ),
    "lapor": Step(
        operations.escalate, N_("Tell the head"), N_("Tell the head"), N_("The head knows"),
        N_("The head is told that this application will miss its limit"), action=Action.ESCALATE, final=False,
    ),
}  # fmt: skip
"""By the names of their addresses."""
_DONE, _SIGNED = frozenset({EventKind.DONE}), frozenset({EventKind.SIGNED, EventKind.REFUSED})
LEFT: Mapping[str, frozenset[EventKind]] = {
    "terima": frozenset({EventKind.ACCEPTED}), "kembalikan": frozenset({EventKind.RETURNED}), "periksa-ulang": _DONE,
    "rekomendasi": _DONE, "berita-acara": _DONE, "putuskan": frozenset({EventKind.DECIDED}), "tanda-tangan": _SIGNED,
    "kabulkan": _SIGNED, "mundur": frozenset({EventKind.SENT_BACK}), "hentikan": frozenset({EventKind.STOPPED}),
    "lanjutkan": frozenset({EventKind.RESUMED}), "tutup": frozenset({EventKind.WITHDRAWN}),
    "lapor": frozenset({EventKind.ESCALATED}),
}  # fmt: skip
"""The kind of event that each act leaves in a case."""
WRITTEN = ("text", "conditions", "found", "remarks")
"""Fields with text that the officer would have to write again."""
TAKE = "ambil"
MANY: Mapping[str, Step] = {
    TAKE: Step(
        operations.take_stage, N_("Check before you take them"), N_("Take it"), N_("they stand on your desk"),
        N_("Colleagues see that they are yours; you can give each back"), kind="*",
        states=AUTHORITY.table[Action.TAKE].states, final=False,
    ),
    **{name: step for name, step in STEPS.items() if step.many},
}  # fmt: skip
"""Acts that can be done with all ticked stages of a desk."""


@page("permits/desk/list.html")
def desk(request: HttpRequest, region: str, *, by: Standing, now: datetime) -> Shown:
    """Show the open stages on the reader's desk, those due first at the top, with the days that the desk itself has
    used."""
    asked, mine, search = Asked.of(request), "milik-saya" in request.GET, searched(request)
    cases.require_reader(by, region)
    rows = cases.desk(region, scope=by, now=now, search=search, mine=mine, **asked.part)
    many = [(name, translate(step.act)) for name, step in MANY.items() if any(map(step.is_for, rows))]
    return {
        "rows": DESK.of(rows, asked, about=region), "region": areas.region(region), "q": search, "mine": mine,
        "many": many, "drafts": cases.counter_drafts(region, scope=by, now=now),
        "ways": ways(by, region, "permits:desk"), "declared": cases.has_declared(by),
        "batches": cases.open_batches(scope=by),
        "appointments": cases.appointments(region, scope=by, now=now),
    }  # fmt: skip


@answer
def own_desk(_request: HttpRequest, *, by: Standing) -> HttpResponse:
    """Redirect to the desk of the reader's region, or to its services for people who write them."""
    for action, to in ((Action.READ, "permits:desk"), (Action.EDIT_SERVICE, "permits:edit-services")):
        for region in sorted(AUTHORITY.extent(by, action).touched):
            return redirect(to, region)
    raise NotFound


@page("permits/desk/colleagues.html", sends=True)
def colleagues(request: HttpRequest, region: str, *, by: Standing, now: datetime) -> Shown:
    """Show which colleagues are away with their deputies, and the relatives whose applications the reader does not
    handle."""
    staff = cases.colleagues(region, now=now)
    heads = AUTHORITY.may(by, Action.DELEGATE, Case(region))
    away = [colleague for colleague in staff if heads or colleague.user == by.account]
    if not away:
        raise NotFound
    declares = request.POST.get("do") == "declare"
    absence = AbsenceForm(None if declares else posted(request))
    relative = RelativeForm(posted(request) if declares else None)
    absence.fields["who"].choices = [
        (f"{colleague.user}:{colleague.role}", f"{colleague.name}, {colleague.role_name}") for colleague in away
    ]
    absence.fields["deputy"].choices = list(dict.fromkeys((colleague.user, colleague.name) for colleague in staff))
    if stored(relative, lambda: operations.declare_relative(by=by, now=now, **relative.cleaned_data)):
        return done(request, _("Declared"), "permits:colleagues", region)

    def enter() -> int:
        given = dict(absence.cleaned_data)
        user, role = given.pop("who").split(":")
        return operations.enter_absence(by=by, region=region, user=int(user), role=role_of(role), now=now, **given)

    if stored(absence, enter):
        return done(request, _("Entered"), "permits:colleagues", region)
    rows = cases.absences(region, scope=by, now=now)
    return {"region": areas.region(region), "rows": rows, "absence": absence, "relative": relative}


@button
def end_absence(request: HttpRequest, region: str, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """End an absence: the officer is back and acts for themselves."""
    operations.end_absence(by=by, absence=key, now=now)
    return done(request, _("Entered"), "permits:colleagues", region)


@page("permits/desk/all.html")
def all_cases(request: HttpRequest, region: str, *, by: Standing, now: datetime) -> Shown:
    """The applications of a region that the reader may see."""
    asked, search, state = Asked.of(request), searched(request), request.GET.get("status", "")
    cases.require_reader(by, region)
    sent = {state: name for state, name in STATE_NAMES.items() if state in OPEN | CLOSED}
    names = {**sent, cases.OVERDUE: N_("The applicant is late")}
    rows = cases.all_cases(
        region, scope=by, now=now, search=search, state=state if state in names else "", **asked.part
    )  # fmt: skip
    states = [("", _("All")), *((str(state), translate(name)) for state, name in names.items())]
    return {
        "rows": CASES.of(rows, asked, about=region), "region": areas.region(region), "q": search, "state": state,
        "states": states,
    }  # fmt: skip


@page("permits/desk/case.html", sends=True)
def desk_case(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """One complete application: the applicant, answers and documents side by side with the checklist, its progress and
    clock."""
    row = cases.officers_case(key, scope=by, now=now)
    checks = Action.CHECK in row.acts and any(
        stage.mine and stage.stage.kind is StageKind.CHECK for stage in row.stages
    )
    form = ChecksForm(posted(request), row=row) if checks and not row.own else None
    if form and stored(form, lambda: operations.check_files(by=by, case=key, now=now, **form.given())):
        return done(request, _("The checks are kept"), "permits:desk-case", key)
    if form is None and request.method == "POST":
        messages.warning(request, _("Nothing was kept: this is not to be done now"))
        return redirect("permits:desk-case", key)
    return {
        "row": row, "form": form, "lines": [(file, form.line(file.key) if form else None) for file in row.files],
        **came_of(key, now=now),
        "acts": _acts(row), "message": MessageForm() if Action.WRITE in row.acts else None,
    }  # fmt: skip


@button
def take(request: HttpRequest, key: int, stage: str, *, by: Standing, now: datetime) -> HttpResponse:
    """Take a stage, or give it back."""
    operations.take_stage(by=by, case=key, stage=stage, now=now)
    return done(request, _("Noted"), "permits:desk-case", key)


@answer
def act(request: HttpRequest, key: int, step: str, *, by: Standing, now: datetime, stage: str = "") -> HttpResponse:
    """Check before you do something with a case: one of :data:`STEPS`."""
    if step not in STEPS:
        raise NotFound
    chosen, first = STEPS[step], cases.officers_case(key, scope=by, now=now)
    form = chosen.form(posted(request), row=first)
    address = reverse("permits:desk-case", args=[key])

    def look() -> Check | Done:
        row = cases.officers_case(key, scope=by, now=now)
        if not chosen.fits(row, stage):
            return _came_of(request, row, step, stage, form, by=by)
        desk_of = reverse("permits:desk", args=[row.row.region])
        return Check(
            title=translate(chosen.title), act=translate(chosen.act), about=f"{row.row.number}, {row.service.name}",
            trail=((_("On my desk"), desk_of), (row.row.number, address)), will=(translate(chosen.will),),
            unready=tuple(Remark(text) for text in (*(gap.text for gap in row.gaps), *_granted(row), *_alike(row))),
            final=chosen.final,
        )  # fmt: skip

    def acted() -> None:
        chosen.operation(by=by, case=key, now=now, **chosen.named(stage), **form.given())

    if chosen.letter and (chosen.kind != StageKind.SIGN or first.refused):
        return confirm_letter(request, look, acted, form=form, case=key)
    return confirm(request, look, acted, form=form)


def _came_of(
    request: HttpRequest, row: CaseDetail, step: str, stage: str, form: Given, *, by: Standing
) -> Done:  # fmt: skip
    """Explain why an act cannot be done now, and return the text that was written and not stored."""
    key, address = row.row.key, reverse("permits:desk-case", args=[row.row.key])
    if request.method != "POST":
        return Done(_("This is not to be done now"), address)
    form.is_valid()
    sent = {**form.cleaned_data, "to": request.POST.get("to", "")}  # the form no longer has a stage to choose
    done_by_reader = standing_act(key, row.service, LEFT[step], stage, request.POST.get("outcome", ""), scope=by)
    if done_by_reader is not None and not says_else(done_by_reader, sent):  # a second click
        return Done(translate(STEPS[step].done), address)
    if done_by_reader is not None:
        said = _("You have done this already, in another window and with something else, which stands")
    elif did_last(key, scope=by):  # from another window
        said = _("Nothing was kept: this is not to be done now")
    else:
        said = _("A colleague was faster. See how it stands now; of yours nothing was kept")
    if written := "; ".join(str(sent[name]) for name in WRITTEN if sent.get(name)):
        said += ". " + _("What you wrote: %(text)s") % {"text": written}
    return Done(said, address, warns=True)


def _acts(row: CaseDetail) -> list[tuple[str, str, bool]]:
    """List the acts on a case that the reader can do now: button, address, and whether it is secondary."""
    acts = []
    for name, step in STEPS.items():
        for stage in ("", *(stage_row.stage.key for stage_row in row.stages if stage_row.open)):
            if name == "berita-acara" and step.fits(row, stage):
                address = reverse("permits:visit", args=[row.row.key, stage])
                acts.append((_("Write the minutes at the place, without a line too"), address, False))
            if step.fits(row, stage) and (name != "mundur" or row.service.stage(stage).returns):
                args = [row.row.key, name, *([stage] if stage else [])]
                aside = step.kind in ("", "*")
                acts.append((translate(step.act), reverse("permits:act", args=args), aside))
    return acts


def _granted(row: CaseDetail) -> list[str]:
    """Warn an officer who is about to continue a case that already counts as granted."""
    sentence = _("The limit is over: by %(law)s it counts as granted and can no longer be refused")
    return [sentence % {"law": row.granted}] if row.granted else []


def _alike(row: CaseDetail) -> list[str]:
    sentence = _("Look at %(number)s, too: it is of the same person, or names the same number or parcel")
    return [sentence % {"number": case.number} for case in row.alike]
