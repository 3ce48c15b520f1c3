"""Complaints and enquiries, for their authors and for the office; and the subscribed systems of a region."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from pilar.areas import queries as areas
from pilar.areas.reference import today_in
from pilar.design.final_acts import Check, Done, confirm
from pilar.design.forms import posted, stored
from pilar.design.sheets import XLSX
from pilar.design.tables import Asked, Column, Table
from pilar.design.told_systems import ending
from pilar.design.views import done, file
from pilar.measures.rules.periods import parse_period
from pilar.people.rules import PUBLIC, Standing
from pilar.people.views import Shown, button, page
from pilar.people.views import answer as answered
from pilar.permits import operations
from pilar.permits.documents.quarterly import quarterly_document, quarterly_workbook
from pilar.permits.forms.around import LetterAnswerForm, LetterForm, QuarterForm, SubscriptionForm
from pilar.permits.queries import desk as queries
from pilar.permits.queries import investment
from pilar.permits.queries.quarterly import quarterly
from pilar.permits.rules.authority import AUTHORITY, Action, Case
from pilar.permits.rules.desk import LetterKind, LetterState
from pilar.permits.rules.quarterly import Heading
from pilar.platform import limits
from pilar.platform.receipts import OtherContent
from pilar.reports.pdf import typeset

WRITING = limits.Limit("permit-letter", most=5, seconds=600)
LETTERS = Table(
    gettext_lazy("Letters"),
    Column("key", gettext_lazy("Number")),
    Column("kind_name", gettext_lazy("Kind")),
    Column("asked_at", gettext_lazy("Came on"), lambda row: today_in(row.region, row.asked_at)),
    Column("case", gettext_lazy("Application")),
    Column("due", gettext_lazy("To be answered by")),
    Column("state_name", gettext_lazy("State")),
)


@never_cache
@page("permits/around/write.html", public=True, sends=True)
def write(request: HttpRequest, region: str, kind: LetterKind, *, by: Standing, now: datetime) -> Shown:
    """The form for complaints about an application and enquiries of investors, open to everybody."""
    complains = kind is LetterKind.COMPLAINT
    form = LetterForm(
        posted(request), about_a_case=complains,
        initial={"case": request.GET.get("nomor", ""), "text": request.GET.get("tentang", "")[:200]},
    )  # fmt: skip
    if request.method == "POST" and by.account is None:
        limits.count(request, WRITING, now=now)
    trapped = bool(request.POST.get("alamat_situs"))
    fields = ("case", "text", "contact") if complains else ("text", "contact")

    def send() -> str:
        try:
            return operations.write_letter(
                by=by, region=region, kind=kind, key=form.cleaned_data["once"], now=now,
                **{name: form.cleaned_data[name] for name in fields},
            )  # fmt: skip
        except OtherContent:
            form.renew()
            raise

    if not trapped and stored(form, send):
        return done(
            request,
            _("Your letter has arrived. Keep this address: the answer stands here"),
            "permits:letter-of",
            form.outcome,
        )
    return {"region": areas.region(region), "form": form, "complains": complains}


@never_cache
@page("permits/around/letter_of.html", public=True, sends=True)
def letter_of(request: HttpRequest, token: str, *, now: datetime) -> Shown:
    """A letter with its answer, for its author, who may escalate it to the head of the office."""
    row = queries.letter_of(token, scope=PUBLIC, now=now)
    if request.method == "POST":
        operations.escalate_letter(by=PUBLIC, token=token, now=now)
        return done(request, _("The head of the office answers it now"), "permits:letter-of", token)
    return {"row": row, "region": areas.region(row.region), "may_escalate": not row.escalated}


@page("permits/around/letters.html")
def letters(request: HttpRequest, region: str, *, by: Standing, now: datetime) -> Shown:
    """Show the letters of people, by due day."""
    asking = Asked.of(request)
    rows = queries.letters(region, scope=by, now=now, **asking.part)
    return {"region": areas.region(region), "rows": LETTERS.of(rows, asking, about=region)}


@page("permits/around/letter.html", sends=True)
def letter(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """A letter with its answer, or the form for one."""
    row = queries.letter(key, scope=by, now=now)
    form = LetterAnswerForm(posted(request))
    if stored(form, lambda: operations.answer_letter(by=by, letter=key, now=now, **form.cleaned_data)):
        return done(request, _("The answer is kept"), "permits:letter", key)
    action = Action.ANSWER_ESCALATED if row.state is LetterState.ESCALATED else Action.ANSWER_LETTER
    answers = row.state is not LetterState.ANSWERED and AUTHORITY.may(by, action, Case(row.region))
    return {"row": row, "region": areas.region(row.region), "form": form if answers or form.errors else None}


@page("permits/around/quarter.html", sends=True)
def quarter(request: HttpRequest, region: str, of: tuple[int, int], *, by: Standing, now: datetime) -> Shown:
    """The report of a quarter with the notes of the office."""
    report = quarterly(region, *of, scope=by, now=now)
    form = QuarterForm(posted(request), initial={section.heading.value: section.note for section in report.sections})

    def keep() -> None:
        notes = {heading: form.cleaned_data[heading] for heading in Heading}
        operations.note_quarter(by=by, region=region, year=of[0], quarter=of[1], notes=notes, now=now)

    if stored(form, keep):
        return done(request, _("The changes are kept"), "permits:quarter", region, of)
    this = parse_period("{}-Q{}".format(*of))
    around = [
        ((period.start.year, period.start.month // 3 + 1), period.text())
        for period in (this.previous(), this, this.next())
        if period.start <= today_in(region, now)
    ]
    writes = AUTHORITY.may(by, Action.REPORT, Case(region))
    return {
        "region": areas.region(region), "found": report, "form": form if writes else None, "of": of, "around": around,
        "quarter": this.text(),
    }  # fmt: skip


@answered
def quarter_file(
    request: HttpRequest, region: str, of: tuple[int, int], kind: str, *, by: Standing, now: datetime
) -> HttpResponse:
    """The report of a quarter as ``pdf`` or ``xlsx``."""
    report = quarterly(region, *of, scope=by, now=now)
    name = f"laporan-ptsp-{region}-{of[0]}-{of[1]}.{kind}"
    if kind == "pdf":
        return file(typeset(quarterly_document(report)), name, "application/pdf", inline=True)
    return file(quarterly_workbook(report), name, XLSX)


@page("permits/around/systems.html", sends=True)
def systems(request: HttpRequest, region: str, *, by: Standing, now: datetime) -> Shown:
    """The subscribed systems of a region; the secret of a new one is shown only once."""
    rows = investment.subscriptions(region, scope=by)
    form = SubscriptionForm(posted(request))
    secret = ""
    if stored(form, lambda: operations.subscribe(by=by, region=region, now=now, **form.cleaned_data)):
        secret, form, rows = form.outcome[1], SubscriptionForm(), investment.subscriptions(region, scope=by)
    keeps = AUTHORITY.may(by, Action.KEEP_SYSTEMS, Case(region))
    return {"region": areas.region(region), "systems": rows, "form": form if keeps else None, "secret": secret}


@page("permits/around/system.html")
def system(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """Show the messages to a system: sent, waiting and undeliverable."""
    row, told = investment.deliveries(key, scope=by)
    keeps = AUTHORITY.may(by, Action.KEEP_SYSTEMS, Case(row.region))
    return {"row": row, "told": told, "region": areas.region(row.region), "keeps": keeps}


@answered
def end_system(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Check before you unsubscribe a system."""

    def look() -> Check | Done:
        row, _told = investment.deliveries(key, scope=by)
        AUTHORITY.require(by, Action.KEEP_SYSTEMS, Case(row.region), known=True)
        above = (_("Systems that are told"), reverse("permits:systems", args=[row.region]))
        return ending(row, (above, (row.title, reverse("permits:system", args=[key]))))

    return confirm(request, look, lambda: operations.end_subscription(by=by, subscription=key, now=now))


@button
def deliver_again(request: HttpRequest, key: int, delivery: UUID, *, by: Standing, now: datetime) -> HttpResponse:
    """Retry an undeliverable message."""
    operations.deliver_again(by=by, subscription=key, delivery=delivery, now=now)
    return done(request, _("It is sent again within a minute"), "permits:system", key)
