"""The text of a permit is data of its service's version."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from permits.test_issuing import file_of, finish, issue
from permits.world import NOW, World, definition, publish
from pilar.permits import operations as do
from pilar.permits.models import ServiceVersion
from reports.reading import words


def test_its_text_is_that_of_the_version_with_which_the_case_began(world: World) -> None:
    text = {
        "title": "Keputusan tentang izin praktik", "opening": ["Diberikan kepada {holder} di {place}:"],
        "body": ["Dengan STR nomor {str_number}, berlaku sampai {str_until}.", "Kamar operasi: {beds}."],
        "closing": ["Berlaku sampai {valid_until}."], "answers": ["str_number"],
    }  # fmt: skip
    publish(given=definition(key="sip-baru", document=text))
    world.begin(service="sip-baru")
    ServiceVersion.objects.filter(key="sip-baru").update(valid_to=date(2026, 3, 2))
    row = ServiceVersion.objects.get(key="sip-baru")
    other = {**row.definition, "document": {"title": "Izin lain"}}
    ServiceVersion.objects.create(
        region=row.region, key=row.key, number=2, valid_from=date(2026, 3, 3), definition=other, state="published",
        publisher="user:0", published_at=NOW, hash="1" * 64, shipped=True,
    )  # fmt: skip
    world.fill(beds="")
    world.attach("ktp", "str")
    do.submit(by=world.who("nurse"), case=world.case, key=uuid4(), now=NOW)
    world.accept()
    world.recommend()
    world.decide()
    found = issue(world)
    finish()
    said = words(file_of(found))
    for one in (
        "Keputusan tentang izin praktik", "Diberikan kepada Fatimah Azzahra di Puskesmas Balaraja:",
        "Dengan STR nomor STR-0099-2025, berlaku sampai 31 Januari 2030.", "Berlaku sampai 31 Januari 2030.",
    ):  # fmt: skip
        assert one in said, one
    for one in ("Kamar operasi", "STR berlaku sampai", "Izin lain", "{"):
        assert one not in said, one
