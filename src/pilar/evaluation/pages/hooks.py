"""Other systems that are told of publications, for the ministry."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from pilar.design.final_acts import Check, Done, confirm
from pilar.design.forms import posted, stored
from pilar.design.told_systems import ending
from pilar.design.views import done
from pilar.evaluation import operations
from pilar.evaluation.forms.hooks import SubscriptionForm
from pilar.evaluation.queries import hooks as queries
from pilar.people.rules import Standing
from pilar.people.views import Shown, answer, button, page


@page("evaluation/hooks/systems.html", sends=True)
def systems(request: HttpRequest, *, by: Standing, now: datetime) -> Shown:
    """The systems that are told of publications; the secret of a new one is shown this once."""
    rows = queries.subscriptions(scope=by)
    form, secret = SubscriptionForm(posted(request)), ""
    if stored(form, lambda: operations.subscribe(by=by, now=now, **form.cleaned_data)):
        secret, form, rows = form.outcome[1], SubscriptionForm(), queries.subscriptions(scope=by)
    return {"systems": rows, "form": form if queries.keeps_systems(by) else None, "secret": secret}


@page("evaluation/hooks/system.html")
def system(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """Show the messages to a system: sent, waiting and given up."""
    row, told = queries.deliveries(key, scope=by)
    return {"row": row, "told": told, "keeps": queries.keeps_systems(by)}


@answer
def end_system(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Check before you tell a system no longer."""
    queries.require_keeper(by)

    def look() -> Check | Done:
        row, _told = queries.deliveries(key, scope=by)
        above = (_("Systems that are told"), reverse("evaluation:systems"))
        return ending(row, (above, (row.title, reverse("evaluation:system", args=[key]))))

    return confirm(request, look, lambda: operations.end_subscription(by=by, subscription=key, now=now))


@button
def deliver_again(request: HttpRequest, key: int, delivery: UUID, *, by: Standing, now: datetime) -> HttpResponse:
    """Try a dead letter again."""
    operations.deliver_again(by=by, subscription=key, delivery=delivery, now=now)
    return done(request, _("It is sent again within a minute"), "evaluation:system", key)
