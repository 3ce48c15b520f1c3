"""Hand an application to a proxy of its applicant, and take it back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from pilar.evidence.operations import HeldUpload, keep_private, to_be_scanned
from pilar.people.models import Proxy
from pilar.people.operations import held, tell_citizen, there
from pilar.people.queries import acting_for
from pilar.people.queries.public import actor_of
from pilar.people.rules import NotAllowed, NotFound, Standing
from pilar.permits.models import Case
from pilar.permits.operations.applying import add_case_file
from pilar.permits.operations.steps import happened, own_case
from pilar.permits.queries import completeness, trail
from pilar.permits.rules import services
from pilar.permits.rules.authority import RIGHTS, Right, WrongState
from pilar.permits.rules.cases import CaseState, EventKind


@transaction.atomic
def transfer_case(*, by: Standing, case: int, proxy: int, letter: HeldUpload, now: datetime) -> None:
    """Hand a case to the holder of a confirmed ``proxy`` of its applicant, together with the letter of authority. The
    case is theirs until the applicant takes it back. Only the applicant may do this.

    Raises :class:`NotFound`, :class:`WrongState`, :class:`NotAllowed`, Faults at ``file``.
    """
    row = own_case(by, case, Right.TRANSFER, now=now)
    account = there(Proxy.objects, pk=proxy, principal=row.applicant_id).holder_id
    others = acting_for(Standing(actor_of(account or 0)), purpose="permits", now=now)
    if row.applicant_id != by.citizen or not any(other.proxy == proxy and not other.declared for other in others):
        raise NotAllowed
    service, by_proxy = trail.service_of(row), row.answers | {"proxy": True}
    before = services.required(service, row.answers | {"proxy": False})
    asked = [requirement.key for requirement in services.required(service, by_proxy) if requirement not in before]
    origin = row.handed_by_id or row.applicant_id  # the account that may take it back, even if it is handed on
    to_be_scanned(
        add_case_file(row, next(iter(asked), completeness.LETTER), by, now, **keep_private(by=by, held=letter))
    )
    happened(
        row, EventKind.TRANSFERRED, by=by, now=now, said={"from": row.applicant_id, "to": account},
        fields={"applicant_id": account, "handed_by_id": None if account == origin else origin, "answers": by_proxy},
    )  # fmt: skip


@transaction.atomic
def take_back_case(*, by: Standing, case: int, now: datetime) -> None:
    """Take back an application from the proxy, who is notified but not asked. The letter of authority stays with it.

    Raises :class:`NotFound` for everybody but the person who handed it over, :class:`WrongState`.
    """
    row = held(Case.objects, pk=case)
    own = {acted_for.account for acted_for in acting_for(by, purpose="permits", now=now)}
    if row.handed_by_id is None or row.handed_by_id != by.citizen or row.handed_by_id not in own:
        raise NotFound
    if row.state not in RIGHTS[Right.TRANSFER]:
        raise WrongState(state=CaseState(row.state))
    proxy = row.applicant_id
    happened(
        row, EventKind.TRANSFERRED, by=by, now=now, said={"from": proxy, "to": by.citizen, "back": True},
        fields={"applicant_id": by.citizen, "handed_by_id": None, "answers": row.answers | {"proxy": False}},
    )  # fmt: skip
    about = row.number or trail.service_of(row).name.id
    tell_citizen.later(account=proxy, about=about, path=reverse("permits:own-cases"))
