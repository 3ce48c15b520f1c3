"""Of sessions only those are offered that take a booking now; of others the page says from when on they do."""

from __future__ import annotations

import re

from django.test import Client
from django.utils import timezone

from hospital.browsing import to
from hospital.test_pages import book, coming, next_session, phone  # noqa: F401
from hospital.world import DAY, HERE, OWN, World
from pilar.areas.reference import today_in
from pilar.hospital.models import PolicyVersion, Session


def test_only_what_can_be_booked_now_is_offered(coming: World, phone: Client) -> None:  # noqa: F811
    """The last sessions shown open later, and say when; a booking is not moved there, nor into a closed one."""
    row = book(coming, next_session())
    rules = PolicyVersion.objects.filter(clinic__code="dalam").latest("number")
    rules.pk, rules.number, rules.facts = None, rules.number + 1, {**rules.facts, "opens_before": 10}
    rules.save(force_insert=True)
    Session.objects.filter(day__gt=row.session.day).update(policy=rules)
    far = Session.objects.filter(hospital=HERE, clinic__code="dalam", day__lte=today_in(OWN, timezone.now()) + 30 * DAY)
    far = far.latest("day")
    clinic, moving = phone.get(to("clinic", HERE, "dalam")).content.decode(), to("move", row.code)
    assert (to("book", far.pk) in clinic, "Pendaftaran untuk hari itu dibuka pada" in clinic) == (False, True)
    shown = phone.get(moving).content.decode()
    assert to("move-to", row.code, far.pk) not in shown
    first = re.findall(to("move-to", row.code, 0).replace("/0/", r"/(\d+)/"), shown)[0]
    Session.objects.filter(pk=first).update(state="closed")
    assert to("move-to", row.code, first) not in phone.get(moving).content.decode()
