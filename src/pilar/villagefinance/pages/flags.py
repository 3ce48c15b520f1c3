"""Flags on the books of villages: the list, one with its reply, villages by risk, samples for audits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilar.areas import queries as areas
from pilar.areas.reference import today_in
from pilar.design.final_acts import Check, Done, confirm
from pilar.design.forms import posted, stored, stored_once
from pilar.design.tables import Asked, Column, Table
from pilar.design.views import done, number, searched
from pilar.people.rules import Standing
from pilar.people.views import Shown, answer, page
from pilar.platform.language import translate
from pilar.villagefinance import operations
from pilar.villagefinance.documents.paper import money
from pilar.villagefinance.forms.flags import AnswerForm, CorrectVerdictForm, JudgeForm, SampleForm
from pilar.villagefinance.queries import flags as queries
from pilar.villagefinance.queries.corrections import about_flag, corrections
from pilar.villagefinance.rules.auditing import FLAG_NAMES, JUDGED, FlagElsewhere, FlagState
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of

FLAGGED = Table(
    gettext_lazy("Flags"),
    Column("title", gettext_lazy("What is asked about")),
    Column("village", gettext_lazy("Code"), on_page=False),
    Column("village_name", gettext_lazy("Name of the village")),
    Column("year", gettext_lazy("Year"), on_page=False),
    Column("number", gettext_lazy("Number"), on_page=False),
    Column("day", gettext_lazy("Day")),
    money("amount", gettext_lazy("Amount, Rp")),
    Column("state_name", gettext_lazy("State")),
    Column("reply", gettext_lazy("Reply of the village"), on_page=False),
    Column("reason", gettext_lazy("Reason"), on_page=False),
)
RANKED = Table(
    gettext_lazy("Villages by risk"),
    Column("rank", gettext_lazy("Rank"), "risk.rank", number=True),
    Column("village", gettext_lazy("Code"), "risk.village", on_page=False),
    Column("village_name", gettext_lazy("Name of the village")),
    Column("score", gettext_lazy("Risk score"), "risk.score", number=True),
    Column("flags", gettext_lazy("Flags"), "risk.flags", number=True),
    Column("open", gettext_lazy("Still open"), "risk.open", number=True),
)
DRAWN = Table(
    gettext_lazy("Entries drawn"),
    Column("village", gettext_lazy("Code"), on_page=False),
    Column("village_name", gettext_lazy("Name of the village")),
    Column("place", gettext_lazy("Place in the chain"), number=True),
    Column("day", gettext_lazy("Day")),
    Column("document", gettext_lazy("Document")),
    Column("told", gettext_lazy("What for")),
    money("amount", gettext_lazy("Amount, Rp")),
    Column("hits", gettext_lazy("Drawn, times"), number=True),
)


def _framed(context: Mapping[str, Any], by: Standing, tab: str) -> Mapping[str, Any]:
    """Add the region of a page and the tabs that the reader has."""
    region = areas.region(context["code"])
    may_audit = AUTHORITY.may(by, Action.DRAW_SAMPLE, case_of(region.code))
    return {"region": region, "tab": tab, "may_audit": may_audit}


flag_page = partial(page, frame=_framed)


@flag_page("villagefinance/flags/flags.html", tab="flags")
def listed(request: HttpRequest, region: str, *, by: Standing, now: datetime) -> Shown:
    """The flags of a region that a reader may see: those of their village, or all that the inspectorate was told of."""
    asked, rules = Asked.of(request), queries.rules_of(region, now).rules
    rule, state = request.GET.get("rule", ""), request.GET.get("state", "")
    state = state if state in {*FlagState} else ""
    flags = queries.flags(
        region, scope=by, now=now, search=searched(request), rule=rule, state=state, **asked.part
    )  # fmt: skip
    return {
        "code": region,
        "flags": FLAGGED.of(flags, asked, about=region),
        "q": searched(request),
        "rule": rule,
        "state": state,
        "rules": [("", _("All")), *((flag_rule.origin.rule, str(flag_rule.title)) for flag_rule in rules)],
        "states": [("", _("All")), *((flag_state.value, translate(name)) for flag_state, name in FLAG_NAMES.items())],
    }


@flag_page("villagefinance/flags/flag.html", tab="flags", sends=True)
def flag(request: HttpRequest, village: str, year: int, number: int, *, by: Standing, now: datetime) -> Shown:
    """A flag with the figures that raised it, and the form for the reply of the village."""
    row = queries.flag(village, year, number, scope=by, now=now)
    answers, judges = queries.moves_of(row, by)
    form = AnswerForm(posted(request), initial={"reply": row.reply})
    at: dict[str, Any] = {"village": village, "year": year, "number": number}
    if stored(form, lambda: operations.answer_flag(by=by, now=now, **at, **form.cleaned_data)):
        return done(request, _("The answer is kept"), "villagefinance:flag", village, year, number)
    judged = row.state in JUDGED and AUTHORITY.may(by, Action.JUDGE_FLAG, case_of(village))
    return {
        "code": village[:5], "row": row, "form": form if answers else None, "may_judge": judges, "may_correct": judged,
        "before": corrections(village, about_flag(year, number)),
    }  # fmt: skip


@answer
def judge(
    request: HttpRequest, village: str, year: int, number: int, *, by: Standing, now: datetime
) -> HttpResponse:  # fmt: skip
    """Close a flag, or mark it as a false alarm."""
    form = JudgeForm(posted(request))
    at: dict[str, Any] = {"village": village, "year": year, "number": number}
    return confirm(
        request,
        lambda: _check(village, year, number, by, now),
        lambda: operations.judge_flag(by=by, now=now, **at, **form.cleaned_data),
        form=form,
    )


@answer
def correct_verdict(
    request: HttpRequest, village: str, year: int, number: int, *, by: Standing, now: datetime
) -> HttpResponse:  # fmt: skip
    """Give another verdict; the earlier one stays readable."""
    form = CorrectVerdictForm(posted(request))
    at: dict[str, Any] = {"village": village, "year": year, "number": number}
    sent = form.cleaned_data if form.is_bound and form.is_valid() else {}
    return confirm(
        request,
        lambda: _check_again(**at, by=by, now=now, sent=sent),
        lambda: operations.correct_verdict(by=by, now=now, **at, **form.cleaned_data),
        form=form,
    )


@flag_page("villagefinance/flags/risks.html", tab="risks")
def risks(request: HttpRequest, region: str, *, by: Standing, now: datetime) -> Shown:
    """The villages of a region by the weights of their flags in a year."""
    asked, year = Asked.of(request), number(request, "tahun", most=4) or today_in(region, now).year
    rows = queries.risks(region, scope=by, year=year, now=now)
    rules = queries.rules_of(region, now).rules
    return {
        "code": region, "year": year, "risks": RANKED.of(rows, asked, about=f"{region} {year}"), "rules": rules
    }  # fmt: skip


@flag_page("villagefinance/flags/samples.html", tab="samples", sends=True)
def samples(request: HttpRequest, region: str, *, by: Standing, now: datetime) -> Shown:
    """The samples of a region, and the form to draw one."""
    rows = queries.samples(region, scope=by)
    form = SampleForm(posted(request), initial={"year": today_in(region, now).year})
    if stored_once(
        form, lambda: operations.draw_sample(by=by, region=region, now=now, **form.cleaned_data),
        kind="villagefinance.sample", owner=by.account,
    ):  # fmt: skip
        to = ("audit-sample", region, form.outcome) if form.outcome else ("audit-samples", region)
        return done(request, _("The sample is drawn"), f"villagefinance:{to[0]}", *to[1:])
    return {"code": region, "samples": rows, "form": form}


@flag_page("villagefinance/flags/sample.html", tab="samples")
def sample(request: HttpRequest, region: str, number: int, *, by: Standing) -> Shown:
    """A sample with its entries."""
    row, entries = queries.sample(region, number, scope=by)
    return {"code": region, "row": row, "entries": DRAWN.of(entries, Asked.of(request), about=f"{region} {number}")}


def _check(village: str, year: int, number: int, by: Standing, now: datetime, *, again: bool = False) -> Check | Done:
    row = queries.flag(village, year, number, scope=by, now=now)
    AUTHORITY.require(by, Action.JUDGE_FLAG, case_of(village), known=True)
    here = reverse("villagefinance:flag", args=[village, year, number])
    if row.state in JUDGED:
        return Done(row.state_name, here)
    return Check(
        title=_("Check before you judge the flag"), act=_("Give the verdict"), about=f"{row.village_name}: {row.title}",
        will=(_("The village reads your verdict and its reason."), _("A false alarm does not count in the ranking.")),
        trail=((row.title, here),), state=f"{row.state} {row.reply}",
    )  # fmt: skip


def _check_again(
    village: str, year: int, number: int, *, by: Standing, now: datetime, sent: Mapping[str, Any]
) -> Check | Done:  # fmt: skip
    row = queries.flag(village, year, number, scope=by, now=now)
    AUTHORITY.require(by, Action.JUDGE_FLAG, case_of(village), known=True)
    if row.state not in JUDGED:
        raise FlagElsewhere
    last = next(iter(corrections(village, about_flag(year, number))), None)
    if sent and last and last.says({"state": sent["verdict"], "reason": sent["reason"]}, sent["why"]):
        return Done(row.state_name, reverse("villagefinance:flag", args=[village, year, number]))
    return Check(
        title=_("Check before you correct the verdict"), act=_("Correct the verdict"), final=False,
        about=f"{row.village_name}: {row.title}", state=f"{row.state} {row.reason}",
        trail=((row.title, reverse("villagefinance:flag", args=[village, year, number])),),
        will=(
            _("The first verdict and its reason stay to be read: %(state)s") % {"state": row.state_name},
            _("The village reads your verdict and its reason."),
        ),
    )  # fmt: skip
