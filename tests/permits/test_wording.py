"""The text of a permit is data of its service's version; hours are written as their reader writes them."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

from django.utils.translation import override

from permits.test_issuing import SIGNED, file_of, finish, issue
from permits.world import DAY, NOW, World, definition, publish
from pilar.permits import operations as do
from pilar.permits.models import ServiceVersion
from pilar.permits.queries.silence import silence
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


def test_an_amended_place_stands_in_the_text_too(world: World) -> None:
    text = {"title": "Izin", "closing": ["Hanya di {where}, bukan di tempat lain."]}
    given = definition(key="sip-baru", document=text)
    given["form"]["properties"]["place"].pop("x-place", None)
    given["form"]["properties"]["where"] = {"type": "string", "title": "Alamat praktik", "x-place": True}
    publish(given=given)
    world.begin(service="sip-baru")
    world.fill(where="Jalan Lama 1")
    world.attach("ktp", "str")
    do.submit(by=world.who("nurse"), case=world.case, key=uuid4(), now=NOW)
    world.accept()
    world.recommend()
    world.decide()
    found = issue(world)
    finish()
    assert "Hanya di Jalan Lama 1, bukan" in words(file_of(found))
    day = SIGNED + timedelta(days=1)
    given = {"place": "Jalan Baru 2", "valid_until": found.valid_until, "reason": "Pindah"}
    do.amend_permit(by=world.who("head"), permit=found.pk, now=day, **given)
    finish(day)
    said = words(file_of(found, 2))
    assert "Hanya di Jalan Baru 2, bukan" in said
    assert "Jalan Lama" not in said


def test_the_hour_of_a_limit_is_written_as_its_reader_writes_it(world: World) -> None:
    publish(given=definition(key="sip-cepat", limit={"hours": 5}))
    world.begin(service="sip-cepat")
    world.submit()
    world.accept(NOW)
    do.watch_clocks(by=world.who("schedule"), now=NOW + DAY)
    for language, due in (("id", "3 Maret 2026, 08.30"), ("en", "3 March 2026, 08:30")):
        with override(language):
            assert silence(world.case, scope=world.who("nurse"), now=NOW).due == due
