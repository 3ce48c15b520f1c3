"""Pages of services: what everybody reads, and how two people of the office write and publish one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from permits.definitions import given
from permits.test_service_versions import REGION, TODAY, Staff, staff  # noqa: F401 - a fixture
from pilar.people.models import User
from pilar.people.rules import OPERATOR
from pilar.permits import operations
from pilar.permits.forms.services import PARTS
from pilar.permits.models import ServiceVersion
from pilar.permits.queries import services as queries
from pilar.permits.rules.services import read, written
from reports.reading import words

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def client(staff: Staff, who: str) -> Client:  # noqa: F811
    made = Client()
    made.force_login(User.objects.get(pk=staff.keys[who]), backend=BACKEND)
    return made


def page(client: Client, name: str, *at: Any, **asked: Any) -> str:
    answer = client.get(reverse(f"permits:{name}", args=at), asked)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def sent(form: Any, lists: list[Any]) -> dict[str, Any]:
    """What a browser would send of a page as it stands."""
    found: dict[str, Any] = {"do": "save"}
    for each in [form, *(one for rows in lists for one in rows.forms)]:
        for field in each:
            value = field.value()
            if value not in (None, False):
                found[field.html_name] = "on" if value is True else value
    return found | {f"{rows.name}-rows": len(rows.forms) for rows in lists}


def test_everybody_reads_the_standards(staff: Staff) -> None:  # noqa: F811
    visitor = Client()

    assert visitor.get("/perizinan/layanan/").headers["Location"] == f"/perizinan/layanan/{REGION}/"
    listed = page(visitor, "services", REGION)
    assert listed.count('href="/perizinan/layanan/36.03/') >= 28
    assert "Kab. Gresik" in listed
    told = page(visitor, "service", REGION, "sip-bidan")
    assert "Kab. Indragiri Hilir" in told
    assert "Rekomendasi IBI" in told
    assert "5 hari kerja" in told
    assert visitor.get(reverse("permits:service", args=[REGION, "tidak-ada"])).status_code == 404


@pytest.mark.django_db
def test_before_services_are_loaded_the_page_says_so() -> None:
    answer = Client().get(reverse("permits:own-services"))
    assert (answer.status_code, "Belum ada daerah" in answer.content.decode()) == (200, True)


def test_the_demonstration_says_that_it_is_one(staff: Staff) -> None:  # noqa: F811
    operations.load_services(by=OPERATOR, now=timezone.now(), demonstration=True)
    told = page(Client(), "service", REGION, "reklame-kecamatan")

    assert told.count("Data contoh") >= 5
    assert "<svg" in told
    assert "Data contoh" not in page(Client(), "service", REGION, "sip-ro")


def test_answers_say_what_is_needed_and_what_it_costs(staff: Staff) -> None:  # noqa: F811
    operations.load_services(by=OPERATOR, now=timezone.now(), demonstration=True)
    asked = {"ask": "1", "applicant": "business", "f-medium": "spanduk", "f-area": "6", "f-sides": "2", "f-days": "10",
             "f-road": "utama"}  # fmt: skip
    told = page(Client(), "service", REGION, "reklame-kecamatan", **asked)

    assert "Rp270.000" in told  # 6 m² * 2 * 10 days * 1500 * 1.5
    assert "8 berkas" in told
    assert "7 berkas" in page(Client(), "service", REGION, "reklame-kecamatan", **{**asked, "applicant": "person"})
    told = page(Client(), "service", REGION, "reklame-terbatas-gresik", ask="1", **{"f-area": "banyak"})
    assert 'id="id_f-area_error"' in told


def test_which_permit_somebody_needs(staff: Staff) -> None:  # noqa: F811
    visitor = Client()

    assert "sip-dokter" in page(visitor, "finder", REGION, kbli="86201")
    assert "AKTIVITAS" not in page(visitor, "finder", REGION, business="praktik dokter")
    assert "86203" in page(visitor, "finder", REGION, business="praktik dokter")
    told = page(visitor, "finder", REGION, q="reklame", kind="renewal")
    assert "reklame-permanen-perpanjangan-gresik" in told
    assert "reklame-terbatas-gresik" not in told
    assert "sip-dokter" not in page(visitor, "finder", REGION)
    assert visitor.get(reverse("permits:finder", args=[REGION]), {"kbli": "x" * 99}).status_code in (200, 422)


@pytest.mark.parametrize("who", ["front", "next"])
def test_who_does_not_work_on_services_finds_nothing(staff: Staff, who: str) -> None:  # noqa: F811
    version = staff.begin()
    other = client(staff, who)
    for name, at in (
        ("edit-services", (REGION,)), ("edit-version", (version,)), ("preview-version", (version,)),
        ("write-tahap", (version,)), ("version-usulkan", (version,)),
    ):  # fmt: skip
        assert other.get(reverse(f"permits:{name}", args=at)).status_code == 404, name
    assert other.post(reverse("permits:begin-version", args=[REGION, "iplc"])).status_code == 403
    assert Client().get(reverse("permits:edit-services", args=[REGION])).status_code == 302


def test_written_by_one_and_published_by_another(staff: Staff) -> None:  # noqa: F811
    editor, head = client(staff, "editor"), client(staff, "head")
    assert "Layanan" in page(editor, "edit-services", REGION)
    answer = editor.post(reverse("permits:edit-services", args=[REGION]), {"key": "reklame", "name": "Izin reklame"})
    version = ServiceVersion.objects.get(key="reklame").pk
    assert answer.headers["Location"] == reverse("permits:edit-version", args=[version])
    wanted = read(given())
    for place, (name, part) in enumerate(PARTS.items(), start=1):
        form, lists = part.shown(wanted, place, None)
        answer = editor.post(reverse(f"permits:write-{name}", args=[version]), sent(form, lists))
        assert answer.status_code == 302, (name, answer.content.decode()[:3000])
    row = queries.version(version, scope=staff.who("editor"))
    assert {**written(row.service), "synthetic": [], "form": {}} == {**written(wanted), "synthetic": [], "form": {}}
    assert [one.key for one in row.service.fields] == [one.key for one in wanted.fields]
    assert row.faults == ()

    assert "Izin reklame" in page(editor, "preview-version", version)
    for who, step, more in (
        (editor, "usulkan", {}),
        (head, "terbitkan", {"valid_from": timezone.localdate().isoformat()}),
    ):
        address = reverse(f"permits:version-{step}", args=[version])
        check = who.get(address).context["check"]
        answer = who.post(address, {"checked": check.seen, "agreed": "on", **more})
        assert answer.status_code == 302, answer.content.decode()[:3000]
    assert "Izin reklame" in page(Client(), "service", REGION, "reklame")
    check = head.get(reverse("permits:version-cabut", args=[version])).context["check"]
    assert (check.unready, len(check.will)) == ((), 1), "nobody applies by what is withdrawn: nothing has to be set"


def test_rows_come_and_go_and_say_what_is_wrong(staff: Staff) -> None:  # noqa: F811
    version = staff.begin()
    editor, address = client(staff, "editor"), reverse("permits:write-syarat", args=[version])
    shown = editor.get(address).context
    data = sent(shown["form"], [*shown["lists"].values()])

    assert editor.post(address, {**data, "do": "add-requirements"}).context["lists"]["requirements"].forms[12:]
    assert (
        len(editor.post(address, {**data, "do": "remove-requirements-0"}).context["lists"]["requirements"].forms) == 11
    )
    answer = editor.post(address, {**data, "requirements-3-key": "Bukan Kunci"})
    assert answer.status_code == 422
    assert "requirements-3-key" in answer.content.decode()
    answer = editor.post(address, {**data, "requirements-3-when": "tinggi > 3"})
    assert answer.status_code == 302
    told = page(editor, "edit-version", version)
    assert "tinggi" in told
    assert "Dokumen, 4" in told
    assert editor.post(address, data).status_code == 409


def test_figures_are_typed_as_they_are_written_here(staff: Staff) -> None:  # noqa: F811
    version = staff.begin("reklame-inhil")
    editor, address = client(staff, "editor"), reverse("permits:write-ketentuan", args=[version])
    page_of = editor.post(address, {**sent(*_of(editor, address)), "do": "add-figures"}).context
    data = sent(page_of["form"], [*page_of["lists"].values()])
    figure = {"figures-0-figure": "rate", "figures-0-value": "1.250,5", "figures-0-source": "Perda", "formula": "rate"}
    assert editor.post(address, {**data, **figure, "free": ""}).status_code == 302
    row = ServiceVersion.objects.get(pk=version)
    assert row.definition["fee"]["inputs"] == {"rate": {"value": "1250.5", "source": "Perda"}}
    assert 'value="1250,5"' in page(editor, "write-ketentuan", version)
    wrong = editor.post(address, {**data, **figure, "figures-0-value": "banyak"})
    assert wrong.status_code in (409, 422)


def _of(client_: Client, address: str) -> tuple[Any, list[Any]]:
    shown = client_.get(address).context
    return shown["form"], [*shown["lists"].values()]


def test_a_preview_judges_and_stores_nothing(staff: Staff) -> None:  # noqa: F811
    version = staff.begin("reklame-inhil")
    address = reverse("permits:preview-version", args=[version])
    head = client(staff, "head")

    assert head.post(address, {"medium": "papan"}).status_code == 422
    assert head.post(address, {"do": "look"}).status_code == 200
    assert head.post(address, {"medium": "billboard"}).context["good"]
    assert ServiceVersion.objects.get(pk=version).edition == 1


def test_the_text_of_the_permit_is_typed_checked_and_seen(staff: Staff) -> None:  # noqa: F811
    version = staff.begin("reklame-inhil")
    editor, address = client(staff, "editor"), reverse("permits:write-dokumen", args=[version])
    text = {"title": "Izin Reklame", "opening": "Diberikan kepada {holder}:\n\nUntuk {tinggi} meter.", "do": "save"}

    assert "{valid_until}" in page(editor, "write-dokumen", version)
    long = editor.post(address, {**text, "seen": 1, "body": "x" * 1001})
    assert (long.status_code, "Paragraf 1" in long.content.decode()) == (422, True)
    assert editor.post(address, {**text, "seen": 1}).status_code == 302
    told = page(editor, "edit-version", version)
    assert "Paragraf 2 menyebut “tinggi”" in told
    assert address in told
    assert editor.post(address, {**text, "seen": 2, "opening": "Diberikan kepada {holder}:"}).status_code == 302
    answer = editor.get(reverse("permits:preview-document", args=[version]))
    assert answer["Content-Type"] == "application/pdf"
    said = words(answer.content)
    for one in ("Izin Reklame", "Diberikan kepada Nama pemegang (contoh):", "Data contoh"):
        assert one in said, one
    assert client(staff, "front").get(reverse("permits:preview-document", args=[version])).status_code == 404


def test_a_service_that_was_withdrawn_is_written_anew(staff: Staff) -> None:  # noqa: F811
    editor = client(staff, "editor")
    held = queries.service(REGION, "sip-ro", TODAY).pk
    operations.withdraw_version(by=staff.who("head"), version=held, reason="Keliru", now=timezone.now())

    told = page(editor, "edit-services", REGION)
    assert "Ditarik kembali" in told
    assert reverse("permits:service", args=[REGION, "sip-ro"]) not in page(Client(), "services", REGION)
    answer = editor.post(reverse("permits:begin-version", args=[REGION, "sip-ro"]))
    assert answer.status_code == 302
    assert queries.at_work(REGION, scope=staff.who("editor"))[0].number == 2


def test_a_list_asks_as_often_for_many_as_for_one(staff: Staff, django_assert_max_num_queries: Any) -> None:  # noqa: F811
    visitor = Client()
    page(visitor, "services", REGION)
    with django_assert_max_num_queries(12):
        page(visitor, "services", REGION)


def test_a_later_version_is_announced(staff: Staff) -> None:  # noqa: F811
    version = staff.proposed(limit={"days": 3})
    staff.publish(version, valid_from=TODAY + timedelta(days=3))
    assert "3 hari kerja" in page(client(staff, "head"), "edit-version", version)


def test_the_address_of_the_room_leads_to_its_services(staff: Staff) -> None:  # noqa: F811
    answer = Client().get("/perizinan/", follow=True)
    assert (answer.status_code, answer.request["PATH_INFO"]) == (200, reverse("permits:services", args=[REGION]))
