"""The road of a booking (docs/roads.md)."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hospital.browsing import checked
from hospital.test_pages import next_session
from hospital.world import World
from kit.roads import road
from people.citizens import entered
from pilar.hospital import operations as do
from pilar.hospital.models import Booking
from pilar.people.rules import SCHEDULE


def test_a_place_is_booked(world: World) -> None:
    do.open_sessions(by=SCHEDULE, now=timezone.now())
    phone = entered(Client(), "anak@contoh.invalid")
    address = f"{reverse('hospital:book', args=[next_session().pk])}?untuk={world.who('daughter').citizen}"
    with road("A place is booked") as step:
        step(lambda: checked(phone, address, payer="general", visit="1"))
    assert Booking.objects.get(patient=world.patient).number == 1
