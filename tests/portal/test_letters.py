"""The mails of the demo stand on a page of the demo, and there is no such page anywhere else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.test import Client
from pytest_django.fixtures import Settings

from pilar.portal import letters

pytestmark = pytest.mark.django_db
LINK = "http://127.0.0.1:8000/akun/password/reset/key/1-abc/"


@pytest.fixture
def demo(settings: Settings, tmp_path: Path) -> Path:
    settings.DEMO, settings.PILAR_LETTERS = True, tmp_path / "letters"
    return tmp_path / "letters"


def write(subject: str, body: str = "Isi") -> None:
    message = EmailMultiAlternatives(subject, body, "pilar@localhost", ["ani@contoh.invalid"])
    message.attach_alternative("<p>html</p>", "text/html")
    server = get_connection("pilar.portal.letters.FolderTransport")
    assert server.send_messages([message]) == 1


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    return str(answer.content.decode())


def test_the_newest_stands_first_and_its_links_work(demo: Path, client: Client) -> None:
    assert "Belum ada email" in shown(client, "/surat/")
    write("Yang pertama")
    write("Sandi <b>é</b> baru", f"Yth. Ani,\n\nBuka {LINK} sekarang.\n")
    page = shown(client, "/surat/")
    assert page.index("Sandi &lt;b&gt;é&lt;/b&gt; baru") < page.index("Yang pertama")
    assert "ani@contoh.invalid" in page
    (address, _second) = re.findall(r'href="(/surat/[^/"]+/)"', page)
    letter = shown(client, address)
    assert f'href="{LINK}"' in letter
    assert "<p>html</p>" not in letter
    assert "peragaan" in letter
    assert "Messages of the demonstration" in shown(client, "/en" + address)


def test_it_is_nowhere_but_in_the_demo(demo: Path, client: Client, settings: Settings) -> None:
    write("Rahasia")
    (name,) = [one.name for one in demo.iterdir()]
    settings.DEMO = False
    for address in ("/surat/", f"/surat/{name}/", "/en/surat/"):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("name", ["tidak-ada", "20260101000000000000-00000000", "secret-key"])
def test_what_is_no_mail_is_not_found(demo: Path, client: Client, name: str) -> None:
    assert client.get(f"/surat/{name}/").status_code == 404


def test_the_oldest_make_room(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "KEPT", 2)
    for number in range(3):
        write(f"Nomor {number}")
    assert [one.subject for one in letters.letters()] == ["Nomor 2", "Nomor 1"]
    assert len(list(demo.iterdir())) == 2
