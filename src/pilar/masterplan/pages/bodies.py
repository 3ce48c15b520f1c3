"""The bodies that carry a plan: council, executing team, forum; with their members and decrees."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from pilar.areas import queries as areas
from pilar.design.forms import Rows, posted, shown_on
from pilar.design.views import done
from pilar.evidence import queries as evidence
from pilar.evidence.queries import RevisionRow
from pilar.masterplan import operations, queries
from pilar.masterplan.forms.plans import BodyForm, MemberForm
from pilar.masterplan.operations import NewBody
from pilar.masterplan.pages.frame import framed, version_page
from pilar.masterplan.queries import BodyRow, VersionRow
from pilar.masterplan.rules.authority import Action, Case, may, require
from pilar.masterplan.rules.bodies import body_fingerprint
from pilar.masterplan.wording import part_name
from pilar.people.rules import Standing
from pilar.people.views import Shown, answer
from pilar.platform.versions import Outdated


@version_page("masterplan/bodies/bodies.html", tab="bodies", public=True)
def bodies(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """The bodies of a plan."""
    row = queries.version(key, scope=by)
    return {
        "row": row,
        "bodies": [(body, seats(body)) for body in queries.bodies(row.plan.key)],
        "may_manage": may(by, Action.MANAGE_BODIES, Case(row.plan.region)),
    }


@answer
def add(request: HttpRequest, key: int, *, by: Standing) -> HttpResponse:
    """Add a body."""
    return _save(request, by, _managed(by, key), None)


@answer
def change(request: HttpRequest, key: int, body: int, *, by: Standing) -> HttpResponse:
    """Change a body."""
    row = _managed(by, key)
    return _save(request, by, row, queries.body(row.plan.key, body))


def seats(body: BodyRow) -> list[tuple[Any, str]]:
    """Return the members, each with the name of their pillar."""
    return [(member, part_name(member.pillar) if member.pillar else "") for member in body.members]


def _managed(by: Standing, key: int) -> VersionRow:
    row = queries.version(key, scope=by)
    require(by, Action.MANAGE_BODIES, Case(row.plan.region), known=True)
    return row


def _save(request: HttpRequest, by: Standing, row: VersionRow, there: BodyRow | None) -> HttpResponse:
    form, rows = _forms(request, by, row, there)
    sent, status, outdated = request.POST.dict(), 200, None
    seen = sent.get("seen", "") if request.method == "POST" else _seen(there)
    if request.method == "POST":
        if sent.get("do", "save") != "save":
            rows.read(sent)
            form = BodyForm(
                initial={name: sent.get(name, "") for name in BodyForm.base_fields}, evidence=_pieces(by, row)
            )
        elif all([rows.judge(sent), form.is_valid()]):
            given = NewBody(**form.cleaned_data, members=tuple(member_form.member() for member_form in rows.forms))
            try:
                with shown_on(form, rows):
                    operations.save_body(
                        by=by, plan=row.plan.key, given=given, body=there.key if there else None, seen=seen
                    )
                    return done(
                        request, _("“%(title)s” is kept") % {"title": given.title}, "masterplan:bodies", row.key
                    )
                status = 422
            except Outdated:
                assert there is not None
                outdated, status = queries.body(row.plan.key, there.key), 409
                seen = _seen(outdated)
        else:
            status = 422
    context = {"form": form, "rows": rows, "seen": seen, "body": there, "outdated": outdated}
    return framed(request, row, "bodies", "masterplan/bodies/change.html", context, status=status)


def _forms(
    request: HttpRequest, by: Standing, row: VersionRow, there: BodyRow | None
) -> tuple[BodyForm, Rows[MemberForm]]:
    first: dict[str, Any] = {}
    members: list[dict[str, Any]] = []
    if there is not None:
        first = {name: getattr(there, name) for name in BodyForm.base_fields}
        members = [{name: getattr(member, name) for name in MemberForm.base_fields} for member in there.members]
    sent = posted(request)
    form = BodyForm(sent, initial=first, evidence=_pieces(by, row))
    return form, Rows(MemberForm, "members", first=members, offices=areas.offices(row.plan.region, scope=by))


def _pieces(by: Standing, row: VersionRow) -> list[RevisionRow]:
    return list(evidence.region_evidence(row.plan.region, scope=by, size=evidence.MAX_PAGE).object_list)


def _seen(body: BodyRow | None) -> str:
    return "" if body is None else body_fingerprint(body.given)
