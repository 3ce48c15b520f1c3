"""Accept the rest of an agenda as proposed: its number, and the proposals that need decisions of their own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pilar.design.final_acts import Check, Done, Remark, confirm
from pilar.design.forms import posted
from pilar.masterplan import operations
from pilar.masterplan.forms.meetings import RestForm
from pilar.masterplan.pages.frame import framed
from pilar.masterplan.pages.meetings import base
from pilar.masterplan.queries import meetings as reads
from pilar.masterplan.rules.authority import Action, require
from pilar.masterplan.rules.deciding_rest import APART_NAMES
from pilar.masterplan.rules.stages import MeetingState
from pilar.people.rules import Standing
from pilar.people.views import answer
from pilar.platform.language import translate


@answer
def accept_rest(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Accept the rest as proposed."""
    row, _agenda = reads.meeting_agenda(key, scope=by)
    require(by, Action.HOLD_MEETINGS, row.case, known=True)
    if row.state is not MeetingState.RUNNING:
        raise operations.MeetingNotRunning
    present = [attendee for attendee in reads.attendance(row) if attendee.present]
    first = {"decided_by": next((attendee.key for attendee in present if attendee.signs), None)}
    form = RestForm(posted(request), attendance=present, initial=first)

    def look() -> Check | Done:
        return _check(*reads.meeting_agenda(key, scope=by))

    def act() -> Done:
        count = operations.accept_rest(by=by, meeting=key, seen=row.saves, now=now, **form.cleaned_data)
        said = ngettext(
            "%(count)s proposal is accepted as it is", "%(count)s proposals are accepted as they are", count
        )
        return Done(said % {"count": count}, reverse("masterplan:decisions", args=[key]))

    def page(request: HttpRequest, shown: dict[str, Any], status: int) -> HttpResponse:
        context = {**base(request, by, row), **shown}
        return framed(request, row.version, "meetings", "masterplan/meetings/accept_rest.html", context, status=status)

    return confirm(request, look, act, form=form, page=page)


def _check(row: reads.MeetingRow, agenda: reads.Agenda) -> Check | Done:
    rest, titles = agenda.rest, {agenda_row.number: agenda_row for agenda_row in agenda.rows}
    back = reverse("masterplan:decisions", args=[row.key])
    if not rest.accepted:
        return Done(_("No proposal is left that can be accepted as it is"), back, warns=True)
    apart = [
        Remark(
            _("%(number)s. %(title)s: %(reason)s")
            % {"number": number, "title": titles[number].title, "reason": translate(APART_NAMES[why])},
            reverse("masterplan:decide", args=[row.key, titles[number].key]),
        )
        for number, why in rest.apart
    ]
    waiting = reads.proposals_waiting(row)
    if waiting:
        said = _("%(count)s proposals are not handed in; the meeting does not decide about them")
        apart.append(Remark(said % {"count": waiting}, reverse("masterplan:proposals", args=[row.version.key])))
    accepted = set(rest.accepted)
    return Check(
        title=_("Check before you accept the rest as proposed"),
        act=_("Accept the rest as proposed"),
        about=row.title,
        will=(
            _("Each of these proposals gets its own decision: accepted as it is, by who is named below."),
            _("A decision stays in the minutes; another one can only be added to it until they are signed off."),
            _("The general part is decided by itself."),
        ),
        counts=(
            (_("Accepted by this"), str(len(rest.accepted))),
            (_("Offices"), str(len({agenda_row.office for agenda_row in agenda.rows if agenda_row.key in accepted}))),
            (_("Left to decisions of their own"), str(len(rest.apart))),
            (_("Decided before"), str(sum(agenda_row.here for agenda_row in agenda.rows))),
        ),
        unready=tuple(apart),
        trail=((row.title, reverse("masterplan:meeting", args=[row.key])), (_("Decisions"), back)),
        state=str(row.saves),
    )
