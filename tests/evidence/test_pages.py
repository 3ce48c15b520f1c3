"""The pages of a region's evidence, and how a file is given out."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from evidence import samples
from evidence.cast import OWN, PANEL, Cast
from kit.neighbours import own
from people.team import LATER, NOW
from pilar.evidence import operations, queries
from pilar.evidence.models import Evidence, HeldFile, Revision
from pilar.evidence.operations import Link
from pilar.evidence.receiving import OversizedFile
from pilar.evidence.rules import ScanState
from pilar.people.rules import OPERATOR, SCHEDULE

pytestmark = pytest.mark.django_db

LIST = f"/bukti/daerah/{OWN}/"
Enter = Callable[[str], Client]


@pytest.fixture
def enter(cast: Cast) -> Enter:
    """``enter("coordinator")``: a browser in which that one has signed in; ``public`` has not."""

    def entered(name: str) -> Client:
        client = Client()
        if name != "public":
            client.force_login(cast.user(name), "allauth.account.auth_backends.AuthenticationBackend")
        return client

    return entered


def upload(content: bytes = b"", name: str = "bukti.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or samples.pdf(), "application/octet-stream")


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_a_contributor_adds_a_file_and_finds_it_in_the_list(cast: Cast, enter: Enter) -> None:
    client = enter("contributor")
    form = client.get(LIST).content.decode()
    assert 'accept=".pdf,.jpg' in form
    assert "capture" not in form
    assert 'enctype="multipart/form-data"' in form
    given = {"title": "SK Bupati 7/2020", "office": cast.office, "file": upload(), "note": "halaman 3"}
    answer = client.post(LIST, given, follow=True)
    assert "Bukti dukung ditambahkan" in answer.content.decode()
    (row,) = queries.region_evidence(OWN, scope=OPERATOR)
    assert answer.redirect_chain == [(f"/bukti/{row.evidence}/", HTTPStatus.FOUND)]
    assert (row.title, row.office, row.note) == ("SK Bupati 7/2020", cast.office, "halaman 3")
    page = enter("verifier").get(LIST).content.decode()
    for word in ("SK Bupati 7/2020", "bukti.pdf", "Dewi", "tanpa pemindaian virus", "belum diverifikasi", "PDF"):
        assert word in page
    assert f"/bukti/{row.evidence}/1/" in page
    assert 'type="file"' not in page
    english = enter("verifier").get(f"/en{LIST}").content.decode()
    assert "not scanned for viruses" in english


def test_a_link_is_added_and_shown_with_its_host(cast: Cast, enter: Enter) -> None:
    answer = enter("coordinator").post(
        LIST, {"title": "Portal", "office": "", "link": "https://www.contoh.invalid/a"}, follow=True
    )
    page = answer.content.decode()
    assert 'href="https://www.contoh.invalid/a"' in page
    assert "contoh.invalid" in page


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"title": "SK"}, "file", "Pilih berkas"),
        ({"title": "SK", "file": upload(b"<svg/>", "a.svg")}, "file", "Jenis berkas ini tidak diterima"),
        ({"title": "SK", "file": upload(name="a.pdf"), "link": "https://contoh.invalid/"}, "link", "bukan keduanya"),
        ({"title": "SK", "link": "javascript:alert(1)"}, "link", "https://"),
        ({"title": "SK", "file": SimpleUploadedFile("a.pdf", b"")}, "file", "kosong"),
        ({"title": "SK", "link": "https://contoh.invalid/", "office": "999999"}, "office", ""),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_is_kept(
    cast: Cast, enter: Enter, given: dict[str, Any], field: str, said: str
) -> None:
    answer = enter("coordinator").post(LIST, {"office": "", **given})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    form = answer.context["form"]
    assert list(form.errors) == [field]
    assert said in str(form.errors[field])
    assert 'value="SK"' in answer.content.decode()
    assert not own(Evidence).exists()


def test_a_good_file_is_kept_while_the_title_is_mended(cast: Cast, enter: Enter) -> None:
    client = enter("coordinator")
    answer = client.post(LIST, {"title": "", "office": "", "file": upload(), "note": "halaman 3"})
    page = answer.content.decode()
    assert "Berkas Anda tersimpan" in page
    held = HeldFile.objects.get()
    assert f'value="{held.pk}"' in page
    client.post(LIST, {"title": "SK", "office": "", "held": str(held.pk)})
    assert own(Revision).get().sha256 == held.sha256
    # Somebody else's held file is nothing.
    other = cast.receive("contributor")
    answer = client.post(LIST, {"title": "SK 2", "office": "", "held": str(other.key)})
    assert "file" in answer.context["form"].errors
    assert (
        client.post(LIST, {"title": "SK 2", "office": "", "held": "x"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    )
    assert own(Evidence).count() == 1


def test_a_file_beyond_the_limit_never_reaches_the_disk(cast: Cast, enter: Enter, settings: Any) -> None:
    settings.PILAR_LARGEST_FILE = 150_000
    client = enter("coordinator")
    large = samples.pdf("x" * 400_000)
    answer = client.post(LIST, {"title": "SK", "office": "", "file": upload(large)})
    assert "1 MB" in str(answer.context["form"].errors["file"])
    dropped = answer.wsgi_request.FILES["file"]
    assert isinstance(dropped, OversizedFile)
    assert dropped.size == len(large)


@pytest.mark.parametrize("in_memory", [0, 10_000_000])
def test_a_fitting_file_comes_in_through_memory_and_through_the_disk(
    cast: Cast, enter: Enter, settings: Any, in_memory: int
) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = in_memory
    client = enter("coordinator")
    for name, content in (("a.pdf", samples.pdf("x" * 100_000)), ("b.xlsx", samples.office("xlsx"))):
        client.post(LIST, {"title": name, "office": "", "file": upload(content, name)})
        key = own(Evidence).get(title=name).pk
        assert body(client.get(f"/bukti/{key}/1/")) == content


@pytest.mark.parametrize("name", ["neighbour", "assessor", "chair"])
def test_other_regions_and_unnamed_assessors_find_nothing(cast: Cast, enter: Enter, name: str) -> None:
    key, client = cast.add("contributor"), enter(name)
    for address in (LIST, f"/bukti/{key}/", f"/bukti/{key}/1/", f"/en/bukti/{key}/1/"):
        assert client.get(address).status_code == HTTPStatus.NOT_FOUND
    posts = [
        (LIST, {"title": "SK", "link": "https://contoh.invalid/"}),
        (f"/bukti/{key}/", {"link": "https://contoh.invalid/"}),
        (f"/bukti/{key}/1/verifikasi/", {"outcome": "verified"}),
        (f"/bukti/{key}/1/verifikasi/", {"outcome": "returned", "reason": "buram"}),
    ]
    for address, given in posts:
        assert client.post(address, given).status_code == HTTPStatus.NOT_FOUND
    assert own(Revision).count() == 1


def test_a_visitor_signs_in_first_and_a_file_gives_nothing_away(cast: Cast, client: Client) -> None:
    key = cast.add("contributor")
    for address in (LIST, f"/bukti/{key}/", f"/bukti/{key}/1/verifikasi/"):
        assert client.get(address)["Location"] == f"/akun/login/?next={address}"
    assert client.get(f"/bukti/{key}/1/").status_code == HTTPStatus.NOT_FOUND
    assert client.get(f"/bukti/{uuid4()}/1/").status_code == HTTPStatus.NOT_FOUND
    operations.release(by=cast.who("secretariat"), evidence=key, number=1, now=NOW)
    assert body(client.get(f"/bukti/{key}/1/")) == samples.pdf()


def test_a_named_assessor_reads_and_changes_nothing(cast: Cast, enter: Enter, settings: Any) -> None:
    settings.PILAR_EVIDENCE_READERS = [PANEL]
    key, client = cast.add("contributor"), enter("assessor")
    assert body(client.get(f"/bukti/{key}/1/")) == samples.pdf()
    for address in (f"/bukti/{key}/", LIST):
        page = client.get(address).content.decode()
        assert "bukti.pdf" in page
        assert 'type="file"' not in page
        assert "verifikasi/" not in page
    assert client.get("/bukti/daerah/32.01/").status_code == HTTPStatus.NOT_FOUND
    assert client.post(LIST, {"title": "SK", "link": "https://contoh.invalid/"}).status_code == HTTPStatus.FORBIDDEN
    assert client.post(f"/bukti/{key}/1/verifikasi/", {"outcome": "verified"}).status_code == HTTPStatus.FORBIDDEN


def test_a_colleague_of_another_office_reads_but_does_not_revise(cast: Cast, enter: Enter) -> None:
    key, client = cast.add("contributor"), enter("colleague")
    assert 'type="file"' not in client.get(f"/bukti/{key}/").content.decode()
    assert body(client.get(f"/bukti/{key}/1/")) == samples.pdf()
    assert client.post(f"/bukti/{key}/", {"link": "https://contoh.invalid/"}).status_code == HTTPStatus.FORBIDDEN
    assert own(Revision).count() == 1


def test_the_owner_adds_a_version_and_the_older_stays(cast: Cast, enter: Enter) -> None:
    key, client = cast.add("contributor"), enter("contributor")
    answer = client.post(f"/bukti/{key}/", {"file": upload(samples.png(), "foto.png")}, follow=True)
    page = answer.content.decode()
    assert "versi 2" in page
    assert "versi 1" in page
    assert body(client.get(f"/bukti/{key}/1/")) == samples.pdf()
    assert body(client.get(f"/bukti/{key}/2/")) == samples.png()
    answer = client.post(f"/bukti/{key}/", {"file": upload(b"x", "foto.png")})
    assert "file" in answer.context["form"].errors


def test_the_verifier_verifies_and_returns(cast: Cast, enter: Enter) -> None:
    key, client = cast.add("contributor"), enter("verifier")
    address = f"/bukti/{key}/1/verifikasi/"
    assert address in client.get(f"/bukti/{key}/").content.decode()
    page = client.post(address, {"outcome": "verified"}, follow=True).content.decode()
    assert "terverifikasi" in page
    answer = client.post(address, {"outcome": "returned", "reason": ""})
    assert "reason" in answer.context["return_form"].errors
    page = client.post(address, {"outcome": "returned", "reason": "Halaman 2 buram"}, follow=True).content.decode()
    assert "Halaman 2 buram" in page
    assert "dikembalikan" in page
    assert client.get(address)["Location"] == f"/bukti/{key}/"


def test_the_uploader_is_offered_no_verification_of_the_own_version(cast: Cast, enter: Enter) -> None:
    key, client = cast.add("both"), enter("both")
    assert "verifikasi/" not in client.get(f"/bukti/{key}/").content.decode()
    answer = client.post(f"/bukti/{key}/1/verifikasi/", {"outcome": "verified"})
    assert answer.status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize(
    ("ending", "disposition"),
    [*((ending, "inline") for ending in ("pdf", "png", "jpg", "webp")), ("docx", "attachment"), ("ods", "attachment")],
)
def test_a_file_is_given_out_so_that_it_does_no_harm(cast: Cast, enter: Enter, ending: str, disposition: str) -> None:
    key = cast.add("contributor", samples.FILES[ending], f'Résumé "7".{ending}')
    answer = enter("coordinator").get(f"/bukti/{key}/1/")
    assert body(answer) == samples.FILES[ending]
    assert answer["Content-Disposition"] == f"{disposition}; filename*=utf-8''R%C3%A9sum%C3%A9%20%227%22.{ending}"
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Length"] == str(len(samples.FILES[ending]))
    (row,) = queries.history(key, scope=OPERATOR)
    assert answer["Content-Type"] == row.media_type
    assert answer["ETag"] == f'"{row.sha256}"'


def test_an_unchanged_file_is_not_sent_again_and_only_reading_is_allowed(cast: Cast, enter: Enter) -> None:
    key, client = cast.add("contributor"), enter("coordinator")
    address = f"/bukti/{key}/1/"
    first = client.get(address)
    assert body(first) == samples.pdf()
    etag = first["ETag"]
    answer = client.get(address, headers={"if-none-match": etag})
    assert (answer.status_code, body(answer)) == (HTTPStatus.NOT_MODIFIED, b"")
    assert client.post(address).status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_an_infected_file_is_refused_and_not_linked(cast: Cast, enter: Enter) -> None:
    key, client = cast.add("contributor"), enter("coordinator")
    revision = queries.revision(key, 1, scope=OPERATOR).key
    operations.record_scan(by=SCHEDULE, revision=revision, state=ScanState.INFECTED, found="Eicar", now=LATER)
    answer = client.get(f"/bukti/{key}/1/")
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert samples.pdf() not in answer.content
    page = client.get(f"/bukti/{key}/").content.decode()
    assert f'/bukti/{key}/1/"' not in page
    assert "virus ditemukan" in page


def test_a_file_that_is_gone_is_an_apology_not_a_fault(cast: Cast, enter: Enter, folder: Any) -> None:
    key = cast.add("contributor")
    for path in folder.rglob("*"):
        if path.is_file():
            path.unlink()
    answer = enter("coordinator").get(f"/bukti/{key}/1/")
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert "bukti.pdf" in answer.content.decode()


def test_names_titles_and_notes_are_shown_as_text(cast: Cast, enter: Enter) -> None:
    evil = "<script>alert(1)</script>"
    key = cast.add("contributor", title=evil, file_name="<b>.pdf")
    operations.return_to_owner(by=cast.who("verifier"), evidence=key, number=1, reason=evil, now=LATER)
    for address in (LIST, f"/bukti/{key}/"):
        page = enter("coordinator").get(address).content.decode()
        assert "<script>alert" not in page
        assert "<b>.pdf" not in page


def test_the_same_file_is_noted_in_the_list(cast: Cast, enter: Enter) -> None:
    cast.add("contributor", title="SK pertama")
    cast.add("colleague", title="SK kedua")
    cast.add("neighbour", title="SK tetangga")
    page = enter("coordinator").get(LIST).content.decode()
    assert page.count("Berkas yang sama juga mendukung") == 2
    assert "SK tetangga" not in page


def test_a_long_list_takes_no_more_queries(cast: Cast, enter: Enter) -> None:
    client = enter("coordinator")
    cast.add("coordinator", title="Bukti")
    client.get(LIST)

    def counted() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(LIST)
        return len(asked)

    few = counted()
    for number in range(45):
        operations.add_evidence(
            by=cast.who("coordinator"), region=OWN, title=f"Bukti {number}",
            content=Link(f"https://contoh.invalid/{number}"), now=NOW,
        )  # fmt: skip
    assert counted() == few <= 12


@pytest.mark.parametrize("given", [{}, {"title": ""}, {"title": "SK", "link": "bukan alamat"}])
def test_a_form_that_is_refused_answers_422(cast: Cast, enter: Enter, given: dict[str, str]) -> None:
    client = enter("contributor")
    assert client.get(LIST).status_code == HTTPStatus.OK
    answer = client.post(LIST, {"office": cast.office, **given})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "_error" in answer.content.decode()
    assert not own(Evidence).exists()
