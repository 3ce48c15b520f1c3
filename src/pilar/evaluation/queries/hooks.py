"""Read the systems subscribed to publications, and the messages sent to them, for the ministry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from pilar.evaluation.models import Subscription
from pilar.evaluation.rules.authority import AUTHORITY, Action, Case
from pilar.evaluation.rules.hooks import EVENT_NAMES, HookEvent
from pilar.people.rules import Standing, existing
from pilar.platform.hooking import counted, told_last
from pilar.platform.hooks import DeliveryRow
from pilar.platform.language import translate


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """A system that is told, and how many messages wait or were given up."""

    key: int
    title: str
    address: str
    events: tuple[HookEvent, ...]
    ended: bool
    waiting: int
    dead: int

    @property
    def event_names(self) -> tuple[str, ...]:
        return tuple(translate(EVENT_NAMES[event]) for event in self.events)


def keeps_systems(by: Standing) -> bool:
    """Return whether the reader says which systems are told."""
    return AUTHORITY.may(by, Action.KEEP_SYSTEMS, Case())


def require_keeper(by: Standing) -> None:
    """Raise :class:`NotAllowed` for anyone who does not say which systems are told."""
    AUTHORITY.require(by, Action.KEEP_SYSTEMS, Case(), known=True)


def subscriptions(*, scope: Standing) -> tuple[SubscriptionRow, ...]:
    """The systems that are told, those that no longer are last. Raises :class:`NotAllowed`. One query."""
    AUTHORITY.require(scope, Action.SEE_SYSTEMS, Case(), known=True)
    return tuple(map(_row, _rows().order_by(F("ended_at").asc(nulls_first=True), "title")))


def deliveries(subscription: int, *, scope: Standing) -> tuple[SubscriptionRow, tuple[DeliveryRow, ...]]:
    """A system with what it was told last. Raises :class:`NotAllowed`, :class:`NotFound`. Two queries."""
    AUTHORITY.require(scope, Action.SEE_SYSTEMS, Case(), known=True)
    row = existing(_rows().filter(pk=subscription).first())
    return _row(row), told_last(row.deliveries.all(), EVENT_NAMES)


def _rows() -> QuerySet[Any]:
    return counted(Subscription.objects.defer("secret"))


def _row(row: Any) -> SubscriptionRow:
    return SubscriptionRow(
        row.pk,
        row.title,
        row.address,
        tuple(map(HookEvent, row.events)),
        row.ended_at is not None,
        row.waiting,
        row.dead,
    )
