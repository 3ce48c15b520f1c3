"""Pages where staff define services: versions, their parts by forms and rows, preview, publication by two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilar.areas import queries as areas
from pilar.areas.reference import today_in
from pilar.design.final_acts import Check, Done, Remark, confirm
from pilar.design.forms import FaultsForm, posted, stored
from pilar.design.views import done, file
from pilar.people.rules import NotFound, Standing
from pilar.people.views import OWN_REGION, Shown, answer, button, own_region, page
from pilar.permits import operations
from pilar.permits.documents.licence import sample
from pilar.permits.forms.answers import answers_form
from pilar.permits.forms.services import PART_OF, PARTS, BeginForm, PublishForm, ReasonForm
from pilar.permits.pages.services import ShownService, standard
from pilar.permits.pages.ways import ways
from pilar.permits.queries import services as queries
from pilar.permits.queries.services import VersionRow
from pilar.permits.rules.authority import AUTHORITY, Action, Case
from pilar.permits.rules.services import FACTS, differences
from pilar.permits.rules.versions import SERVICES, VersionState
from pilar.platform.errors import Fault
from pilar.platform.language import N_, translate
from pilar.reports.pdf import typeset


@page(OWN_REGION)
def own(request: HttpRequest, *, by: Standing) -> Shown:
    """Redirect to the services that the reader works on."""
    texts = (_("Services"), _("Choose the region whose services you want to see."))
    return own_region(request, by, "permits:edit-services", texts, lambda region: _may(by, region))


@page("permits/services/editing.html", sends=True)
def edited(request: HttpRequest, region: str, *, by: Standing, now: datetime) -> Shown:
    """The services of a region with missing settings, versions in preparation, and a form for a new service."""
    if not _may(by, region):
        raise NotFound
    form = BeginForm(posted(request))
    if stored(form, lambda: operations.begin_version(by=by, region=region, now=now, **form.cleaned_data)):
        return done(request, _("The service is begun"), "permits:edit-version", form.outcome)
    here, newest = areas.region(region), queries.newest(region, scope=by)
    return {
        "region": here, "form": form, "rows": [ShownService(row, here.name) for row in newest],
        "at_work": queries.at_work(region, scope=by), "writes": _may(by, region, Action.EDIT_SERVICE),
        "ways": ways(by, region, "permits:edit-services"),
    }  # fmt: skip


@button
def begin(request: HttpRequest, region: str, key: str, *, by: Standing, now: datetime) -> HttpResponse:
    """Begin a draft from the version in force."""
    made = operations.begin_version(by=by, region=region, key=key, now=now)
    return done(request, _("A draft is begun from the version that holds"), "permits:edit-version", made)


@page("permits/services/version.html")
def version(_request: HttpRequest, version: int, *, by: Standing, now: datetime) -> Shown:
    """A version: its faults, its changes and the possible actions."""
    row = queries.version(version, scope=by)
    if not _may(by, row.region):
        raise NotFound
    before = queries.before(row)
    moves = [
        (name, translate(move.name), _obstacles(row, step.target, by, now))
        for name, step in STEPS.items()
        if (move := SERVICES.find(row.state, step.target)) and _may(by, row.region, step.action)
    ]
    region = areas.region(row.region)
    return {
        "region": region, "row": row, "shown": ShownService(row, region.name), "before": before,
        "faults": [(fault.said(), _where(row, fault), _row_of(fault)) for fault in row.faults],
        "changes": differences(before.service, row.service) if before else (),
        "parts": [(name, part.title) for name, part in PARTS.items()], "moves": moves,
        "writes": row.state is VersionState.DRAFT and _may(by, row.region, Action.EDIT_SERVICE),
        "others": queries.versions(row.region, row.key, scope=by),
    }  # fmt: skip


@page("permits/services/write.html", sends=True, kept=True)
def write(request: HttpRequest, version: int, part: str, *, by: Standing, now: datetime) -> Shown:
    """A part of a draft by its form and rows."""
    row = _draft(by, version)
    chosen = PARTS[part]
    form, rows = chosen.shown(row.service, row.edition, posted(request))
    act = request.POST.get("do", "") if request.method == "POST" else ""
    if act.startswith(("add", "remove")):
        form, _rows = chosen.shown(row.service, row.edition, None)
        form.initial |= {name: request.POST.get(name, "") for name in form.fields if name in request.POST}
        for each in rows:
            each.read(request.POST)
    elif act:
        good = not [each for each in rows if not each.judge(request.POST)]

        def store() -> int:
            parts = chosen.typed(form, rows)
            return operations.change_version(
                by=by, version=version, parts=parts, seen=form.cleaned_data["seen"], now=now
            )

        if good and stored(form, store, *rows):
            return done(request, _("Kept"), "permits:edit-version", version)
    return {
        "region": areas.region(row.region), "row": row, "form": form, "part": chosen.title,
        "lists": {each.name: each for each in rows},
        "names": _names(row) if part == "dokumen" else (),
        "back": reverse("permits:edit-version", args=[version]),
    }  # fmt: skip


@page("permits/services/preview.html", sends=True)
def preview(request: HttpRequest, version: int, *, by: Standing) -> Shown:
    """A version as applicants will see it: its standard, and its form, which is validated but not stored."""
    row = queries.version(version, scope=by)
    if not _may(by, row.region):
        raise NotFound
    first = {"kind": str(next(iter(row.service.kinds), "")), "applicant": str(next(iter(row.service.applicants), ""))}
    tried = answers_form(row.service, posted(request), initial=first)
    good = tried.is_bound and tried.is_valid()
    here = reverse("permits:preview-version", args=[version])
    return {**standard(request, row, here), "tried": tried, "good": good}


@answer
@require_safe
def preview_document(_request: HttpRequest, version: int, *, by: Standing, now: datetime) -> HttpResponse:
    """The permit document of a version, with made-up facts."""
    row = queries.version(version, scope=by)
    if not _may(by, row.region):
        raise NotFound
    made = sample(row.service, region=row.region, region_name=areas.region(row.region).name, now=now)
    return file(typeset(made), f"contoh-{row.key}.pdf", "application/pdf", inline=True)


@dataclass(frozen=True, slots=True)
class Step:
    """A move of a version: its operation, who may do it, the page before it, and the message after it."""

    operation: Callable[..., None]
    target: VersionState
    action: Action
    title: str
    said: str
    will: tuple[str, ...]
    form: type[FaultsForm] = FaultsForm
    final: bool = True

    @property
    def onward(self) -> bool:
        """Return whether it affects applicants, so that the page shows changes and missing settings."""
        return self.target in (VersionState.PROPOSED, VersionState.PUBLISHED)


STEPS = {
    "usulkan": Step(
        operations.propose_version, VersionState.PROPOSED, Action.EDIT_SERVICE, N_("Check before you propose"),
        N_("The version is proposed"),
        (N_("Somebody else checks it and publishes it. Until then it cannot be changed."),), final=False,
    ),
    "terbitkan": Step(
        operations.publish_version, VersionState.PUBLISHED, Action.PUBLISH_SERVICE, N_("Check before you publish"),
        N_("The version is published"),
        (
            N_("From its first day, applications follow this version. Cases that have begun keep theirs."),
            N_("What is published never changes; a further version follows it."),
        ),
        PublishForm,
    ),
    "kembalikan": Step(
        operations.return_version, VersionState.DRAFT, Action.PUBLISH_SERVICE, N_("Check before you give back"),
        N_("The version is a draft again"), (N_("It becomes a draft again."),), ReasonForm, final=False,
    ),
    "cabut": Step(
        operations.withdraw_version, VersionState.WITHDRAWN, Action.PUBLISH_SERVICE, N_("Check before you withdraw"),
        N_("The version is withdrawn"),
        (N_("From now on nobody applies by this version. Cases that have begun go on by it."),), ReasonForm,
    ),
}  # fmt: skip
"""By the last part of their addresses."""


@answer
def move(request: HttpRequest, version: int, step: str, *, by: Standing, now: datetime) -> HttpResponse:
    """Show the page before a move of a version, or do the move."""
    chosen = STEPS[step]
    form = chosen.form(posted(request), initial={"valid_from": today_in("", now)})

    def look() -> Check | Done:
        row = queries.version(version, scope=by)
        AUTHORITY.require(by, chosen.action, Case(row.region), known=_may(by, row.region))
        here = reverse("permits:edit-version", args=[version])
        if row.state is chosen.target:
            return Done(translate(chosen.said), here)
        allowed, before = SERVICES.move(row.state, chosen.target), queries.before(row) if chosen.onward else None
        changed = differences(before.service, row.service) if before else ()
        return Check(
            title=translate(chosen.title), act=translate(allowed.name), about=str(row.service.name), final=chosen.final,
            trail=((_("Services"), reverse("permits:edit-services", args=[row.region])), (str(row.service.name), here)),
            will=(*map(translate, chosen.will), *(each.text for each in changed)), state=f"{row.state} {row.hash}",
            blocked=tuple(map(Remark, _obstacles(row, chosen.target, by, now))),
            unready=_unready(row) if chosen.onward else (),
        )  # fmt: skip

    return confirm(
        request, look, lambda: chosen.operation(by=by, version=version, now=now, **form.cleaned_data), form=form
    )


@button
def drop(request: HttpRequest, version: int, *, by: Standing) -> HttpResponse:
    """Delete a draft."""
    row = _draft(by, version)
    operations.drop_version(by=by, version=version)
    return done(request, _("The draft is thrown away"), "permits:edit-services", row.region)


def _unready(row: VersionRow) -> tuple[Remark, ...]:
    """List the gaps of a version; the publisher is warned if second applications for the same thing can only be
    recognised by the person."""
    gaps = (each for each in ShownService(row, "").gaps.split(", ") if each)
    remarks = tuple(Remark(_("Not set: %(gap)s") % {"gap": gap}) for gap in gaps)
    if any(field.schema.get("x-once") for field in row.service.fields):
        return remarks
    said = _(
        "No question is marked as one whose answer no other permit has, such as a parcel or the number of a licence: a "
        "second application for the same thing is found by its applicant alone"
    )
    return (*remarks, Remark(said))


def _names(row: VersionRow) -> list[tuple[str, str]]:
    """List the names that the text of the permit can use, each with its meaning."""
    facts = [(f"{{{name}}}", translate(said)) for name, said in FACTS.items()]
    return facts + [(f"{{{field.key}}}", str(field.name)) for field in row.service.fields if field.key not in FACTS]


def _obstacles(row: VersionRow, target: VersionState, by: Standing, now: datetime) -> list[str]:
    if SERVICES.find(row.state, target) is None:
        return []
    facts = queries.facts_of(row, by=by, today=today_in(row.region, now))
    return [obstacle.said() for obstacle in queries.obstacles(row, target, facts)]


def _draft(by: Standing, version: int) -> VersionRow:
    """A draft that the reader may change; raises as the operation does."""
    row = queries.version(version, scope=by)
    AUTHORITY.require(by, Action.EDIT_SERVICE, Case(row.region), known=_may(by, row.region))
    return row


def _may(by: Standing, region: str, *actions: Action) -> bool:
    wanted = actions or (Action.EDIT_SERVICE, Action.PUBLISH_SERVICE)
    return any(AUTHORITY.holds(by, action, Case(region)) for action in wanted)


def _where(row: VersionRow, fault: Fault) -> str:
    part = PART_OF.get(fault.place.partition(".")[0], "umum")
    return reverse(f"permits:write-{part}", args=[row.pk])


def _row_of(fault: Fault) -> str:
    """``Stages, 3`` for ``stages.2.after``."""
    head, _point, rest = fault.place.partition(".")
    number = rest.partition(".")[0]
    title = str(PARTS[PART_OF.get(head, "umum")].title)
    return f"{title}, {int(number) + 1}" if number.isdigit() else title
