"""Accounts and offices for those who manage them, and closed doors for everybody else."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http import HTTPStatus

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from confirming import confirmed
from people.readings import readings
from people.team import NOW, Team
from pilar.areas.models import Office
from pilar.people import operations, queries
from pilar.people.models import Membership, User
from pilar.people.rules import Role
from pilar.platform import audit

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
Enter = Callable[[str], Client]


@pytest.fixture
def enter(team: Team) -> Enter:
    """``enter("coordinator")``: a browser in which that one has signed in."""

    def entered(who: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(pk=getattr(team, who)), BACKEND)
        return client

    return entered


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == HTTPStatus.OK, address
    return str(answer.content.decode())


def addresses(team: Team) -> list[str]:
    """Every page of this part, as the coordinator of 36.03 may open it."""
    return [
        "/akun/daftar/", "/akun/baru/", f"/akun/{team.verifier}/", "/perangkat-daerah/36.03/",
        f"/perangkat-daerah/36.03/{team.office}/",
    ]  # fmt: skip


def changes(team: Team) -> list[str]:
    """Every address that changes something at once, as the coordinator of 36.03 may use it."""
    held = Membership.objects.get(user=team.verifier).pk
    return [
        f"/akun/{team.verifier}/peran/{held}/akhiri/", f"/akun/{team.verifier}/tautan/",
        f"/akun/{team.verifier}/status/", f"/perangkat-daerah/36.03/{team.office}/tutup/",
    ]  # fmt: skip


class TestClosedDoors:
    def test_a_visitor_is_asked_to_sign_in(self, team: Team, client: Client) -> None:
        for address in [*addresses(team), *changes(team), "/perangkat-daerah/"]:
            for ask in (client.get, client.post):
                answer = ask(address)
                assert answer.status_code == HTTPStatus.FOUND
                assert answer["Location"].startswith("/akun/login/")

    @pytest.mark.parametrize("who", ["verifier", "contributor", "assessor"])
    def test_for_other_roles_there_is_nothing(self, team: Team, enter: Enter, who: str) -> None:
        client = enter(who)
        for address in [*addresses(team), "/perangkat-daerah/"]:
            assert client.get(address).status_code == HTTPStatus.NOT_FOUND, address
        for address in changes(team):
            assert client.post(address).status_code == HTTPStatus.NOT_FOUND, address

    def test_another_region_is_not_there_and_not_changed(self, team: Team, enter: Enter) -> None:
        client = enter("neighbour")
        for address in addresses(team)[2:]:
            for ask in (client.get, client.post):
                assert ask(address).status_code == HTTPStatus.NOT_FOUND, address
        for address in [*changes(team)[:2], changes(team)[3]]:
            assert client.post(address).status_code == HTTPStatus.NOT_FOUND, address
        assert client.get("/akun/baru/?region=36.03").status_code == HTTPStatus.NOT_FOUND
        assert queries.current(NOW).filter(user=team.verifier).exists()
        assert Office.objects.get(pk=team.office).closed_at is None

    def test_an_office_of_another_region_is_not_reached_through_the_own(self, team: Team, enter: Enter) -> None:
        client = enter("coordinator")
        for address in (f"/perangkat-daerah/36.03/{team.other_office}/", f"/perangkat-daerah/36.03/{10**9}/"):
            assert client.get(address).status_code == HTTPStatus.NOT_FOUND
            assert client.post(f"{address}tutup/").status_code == HTTPStatus.NOT_FOUND

    def test_a_coordinator_blocks_nobody(self, team: Team, enter: Enter) -> None:
        client = enter("coordinator")
        assert confirmed(client, f"/akun/{team.verifier}/status/").status_code == HTTPStatus.FORBIDDEN
        assert User.objects.get(pk=team.verifier).is_active

    def test_a_link_asks_first_and_changes_nothing(self, team: Team, enter: Enter) -> None:
        client = enter("secretariat")
        for address in changes(team):
            answer = client.get(address)
            if address.endswith("tautan/"):
                assert answer["Location"] == address.removesuffix("tautan/")
            else:
                assert "Periksa sebelum Anda" in answer.content.decode()
            assert client.post(address).status_code in (HTTPStatus.CONFLICT, HTTPStatus.FOUND)
        assert Membership.objects.get(user=team.verifier).until is None
        assert User.objects.get(pk=team.verifier).is_active
        assert Office.objects.get(pk=team.office).closed_at is None


@pytest.mark.parametrize(
    ("who", "manages"), [("secretariat", True), ("coordinator", True), ("verifier", False), ("assessor", False)]
)
def test_the_own_page_leads_there_who_may_go(enter: Enter, who: str, manages: bool) -> None:
    said = page(enter(who), "/akun-saya/")
    assert ("/akun/daftar/" in said, "/perangkat-daerah/" in said) == (manages, manages)


class TestList:
    def test_the_secretariat_finds_everybody(self, team: Team, enter: Enter) -> None:
        client = enter("secretariat")
        said = page(client, "/akun/daftar/")
        for name in ("ani", "budi", "dewi", "edi", "rudi", "siti"):
            assert f"{name}@contoh.invalid" in said
        found = page(client, "/akun/daftar/?q=dew")
        assert "dewi@contoh.invalid" in found
        assert "siti@contoh.invalid" not in found
        assert "Tidak ada yang cocok" in page(client, "/akun/daftar/?q=tidak-ada")

    def test_as_a_file_it_holds_what_its_reader_finds_and_is_recorded(
        self, team: Team, enter: Enter, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(queries, "accounts", partial(queries.accounts, size=2))
        answer = enter("coordinator").get("/akun/daftar/?q=i&as=csv&page=2")
        head, *rows = answer.content.decode("utf-8-sig").splitlines()
        assert head == "Nama;Alamat email;Peran;Status"
        assert [row.split(";")[1] for row in rows] == [f"{name}@contoh.invalid" for name in ("dewi", "edi", "siti")]
        assert answer["Content-Disposition"] == 'attachment; filename="akun.csv"'
        assert answer["Cache-Control"] == "private, no-store"
        assert readings("people.accounts") == [(str(team.coordinator), "csv", 3)]

    def test_a_coordinator_finds_the_own_region_and_what_is_held_there(self, team: Team, enter: Enter) -> None:
        Membership.objects.create(user_id=team.verifier, role=Role.ASSESSOR, since=NOW)
        said = page(enter("coordinator"), "/akun/daftar/")
        for email in ("dewi@", "edi@", "siti@"):
            assert email in said
        for hidden in ("ani@", "budi@", "rudi@", "Asesor"):
            assert hidden not in said

    def test_many_accounts_are_as_few_queries(self, team: Team, enter: Enter) -> None:
        client = enter("secretariat")
        page(client, "/akun/daftar/")
        with CaptureQueriesContext(connection) as few:
            page(client, "/akun/daftar/")
        users = [User(email=f"a{number}@contoh.invalid", name="Orang") for number in range(120)]
        User.objects.bulk_create(users)
        Membership.objects.bulk_create(
            Membership(user=user, role="contributor", office_id=team.office, since=NOW) for user in users
        )
        with CaptureQueriesContext(connection) as many:
            said = page(client, "/akun/daftar/")
        assert said.count("<tr>") == 51
        assert len(many) <= len(few) + 1 <= 12  # three of them write who was shown the list, one asks for requests
        assert "a99@contoh.invalid" not in said
        assert "siti@contoh.invalid" in page(client, "/akun/daftar/?page=3")


class TestOpening:
    def test_a_coordinator_opens_a_contributors_account(self, team: Team, enter: Enter) -> None:
        client = enter("coordinator")
        form = page(client, "/akun/baru/")
        for wanted in ("Verifikator", "Kontributor", "Dinas Komunikasi dan Informatika", "Kabupaten Tangerang"):
            assert wanted in form
        for other in ("Sekretariat", "Koordinator<", "Bappeda"):
            assert other not in form
        answer = client.post(
            "/akun/baru/",
            {"name": "Baru", "email": "baru@contoh.invalid", "role": "contributor", "office": team.office},
        )
        made = User.objects.get(email="baru@contoh.invalid")
        assert answer["Location"] == f"/akun/{made.pk}/"
        assert not made.has_usable_password()
        assert Membership.objects.get(user=made).office_id == team.office
        (job,) = ProcrastinateJob.objects.filter(task_name="people.send-invitation")
        assert job.args == {"user": made.pk}

    @pytest.mark.parametrize("role", ["secretariat", "coordinator", "assessor", "mayor", ""])
    def test_a_coordinator_gives_no_other_role(self, team: Team, enter: Enter, role: str) -> None:
        answer = enter("coordinator").post("/akun/baru/", {"name": "B", "email": "baru@contoh.invalid", "role": role})
        assert answer.context["form"].errors["role"]
        assert not User.objects.filter(email="baru@contoh.invalid").exists()

    def test_a_coordinator_uses_no_office_of_another_region(self, team: Team, enter: Enter) -> None:
        answer = enter("coordinator").post(
            "/akun/baru/",
            {"name": "B", "email": "baru@contoh.invalid", "role": "contributor", "office": team.other_office},
        )
        assert answer.context["form"].errors["office"]
        assert not User.objects.filter(email="baru@contoh.invalid").exists()

    def test_what_an_operation_refuses_stands_on_the_form_and_what_was_typed_stays(
        self, team: Team, enter: Enter
    ) -> None:
        client = enter("coordinator")
        taken = client.post("/akun/baru/", {"name": "Baru", "email": "edi@contoh.invalid", "role": "verifier"})
        assert "Sudah ada akun" in taken.content.decode()
        assert 'value="Baru"' in taken.content.decode()
        nowhere = client.post("/akun/baru/", {"name": "Baru", "email": "baru@contoh.invalid", "role": "contributor"})
        assert nowhere.context["form"].non_field_errors()
        assert not User.objects.filter(email="baru@contoh.invalid").exists()

    def test_the_secretariat_chooses_the_place_first(self, team: Team, enter: Enter) -> None:
        client = enter("secretariat")
        national = page(client, "/akun/baru/")
        assert "Ketua panel" in national
        assert "Verifikator" not in national
        in_region = page(client, "/akun/baru/?region=kota+tangerang")
        assert "Bappeda" in in_region
        assert "Koordinator" in in_region
        assert "Ketua panel" not in in_region
        client.post("/akun/baru/?region=36.71", {"name": "Baru", "email": "baru@contoh.invalid", "role": "coordinator"})
        assert Membership.objects.get(user__email="baru@contoh.invalid").region_id == "36.71"
        unknown = page(client, "/akun/baru/?region=Tangerangg")
        assert "36.03 Kabupaten Tangerang" in unknown
        assert 'name="email"' not in unknown
        refused = client.post("/akun/baru/?region=x", {"name": "B", "email": "b@contoh.invalid", "role": "secretariat"})
        assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert not User.objects.filter(email="b@contoh.invalid").exists()


class TestOne:
    def test_roles_are_given_and_ended(self, team: Team, enter: Enter) -> None:
        client = enter("coordinator")
        client.post(f"/akun/{team.verifier}/", {"role": "contributor", "office": team.office})
        held = list(Membership.objects.filter(user=team.verifier, until=None).order_by("pk"))
        assert [row.role for row in held] == ["verifier", "contributor"]
        again = client.post(f"/akun/{team.verifier}/", {"role": "verifier", "office": team.office})
        assert again.context["form"].non_field_errors() == [
            "Akun ini sudah memiliki peran tersebut di sana, atau akan memilikinya pada sebagian hari itu"
        ]
        answer = confirmed(client, f"/akun/{team.verifier}/peran/{held[0].pk}/akhiri/")
        assert answer["Location"] == f"/akun/{team.verifier}/"
        answer = confirmed(client, f"/akun/{team.verifier}/peran/{held[1].pk}/akhiri/")
        assert answer["Location"] == "/akun/daftar/"
        assert not Membership.objects.filter(user=team.verifier, until=None).exists()

    def test_a_coordinator_cannot_end_the_own_role(self, team: Team, enter: Enter) -> None:
        client = enter("coordinator")
        own = Membership.objects.get(user=team.coordinator).pk
        assert "oleh: Sekretariat" in page(client, f"/akun/{team.coordinator}/")
        assert confirmed(client, f"/akun/{team.coordinator}/peran/{own}/akhiri/").status_code == HTTPStatus.NOT_FOUND
        assert Membership.objects.get(pk=own).until is None

    def test_a_role_is_ended_under_its_own_account_only(self, team: Team, enter: Enter) -> None:
        other = Membership.objects.get(user=team.contributor).pk
        answer = confirmed(enter("secretariat"), f"/akun/{team.verifier}/peran/{other}/akhiri/")
        assert answer.status_code == HTTPStatus.NOT_FOUND

    def test_the_secretariat_blocks_and_opens_again(self, team: Team, enter: Enter) -> None:
        client = enter("secretariat")
        confirmed(client, f"/akun/{team.verifier}/status/")
        assert not User.objects.get(pk=team.verifier).is_active
        assert "diblokir" in page(client, f"/akun/{team.verifier}/")
        client.post(f"/akun/{team.verifier}/status/", {"active": "1"})
        assert User.objects.get(pk=team.verifier).is_active

    def test_the_last_secretariat_stays(self, team: Team, enter: Enter) -> None:
        answer = confirmed(enter("secretariat"), f"/akun/{team.secretariat}/status/")
        assert answer.status_code == HTTPStatus.CONFLICT
        assert User.objects.get(pk=team.secretariat).is_active

    def test_the_link_is_sent_again(self, team: Team, enter: Enter) -> None:
        answer = enter("coordinator").post(f"/akun/{team.verifier}/tautan/")
        assert [str(message) for message in get_messages(answer.wsgi_request)] == [
            "Tautan untuk memilih kata sandi sedang dikirim"
        ]
        assert ProcrastinateJob.objects.filter(task_name="people.send-invitation").count() == 1


class TestOffices:
    def test_a_coordinator_comes_to_the_own_region_the_secretariat_looks_one_up(self, team: Team, enter: Enter) -> None:
        assert enter("coordinator").get("/perangkat-daerah/")["Location"] == "/perangkat-daerah/36.03/"
        client = enter("secretariat")
        listed = page(client, "/perangkat-daerah/")
        assert listed.index("/perangkat-daerah/36.71/") < listed.index("/perangkat-daerah/32.01/")  # it has an office
        assert "/perangkat-daerah/32.01/" not in page(client, "/perangkat-daerah/?q=tangerang")
        assert "/perangkat-daerah/36.71/" not in page(client, "/perangkat-daerah/?province=32")
        assert client.get("/perangkat-daerah/99.99/").status_code == HTTPStatus.NOT_FOUND

    def test_adding_renaming_closing(self, team: Team, enter: Enter) -> None:
        client = enter("coordinator")
        client.post("/perangkat-daerah/36.03/", {"name": "Dinas Sosial", "abbreviation": "Dinsos"})
        made = Office.objects.get(name="Dinas Sosial")
        taken = client.post("/perangkat-daerah/36.03/", {"name": "dinas sosial"})
        again = taken.content.decode()
        assert "sudah memiliki perangkat daerah" in again
        assert again.index('<details class="fold" id="add" open>') < again.index("<table"), "not below a long list"
        assert '<details class="fold" id="add">' in page(client, "/perangkat-daerah/36.03/")
        client.post(f"/perangkat-daerah/36.03/{made.pk}/", {"name": "Dinas Sosial Baru"})
        confirmed(client, f"/perangkat-daerah/36.03/{made.pk}/tutup/")
        made.refresh_from_db()
        assert (made.name, made.abbreviation) == ("Dinas Sosial Baru", "")
        assert made.closed_at is not None
        assert "ditutup" in page(client, "/perangkat-daerah/36.03/")
        assert "tidak dapat diubah lagi" in page(client, f"/perangkat-daerah/36.03/{made.pk}/")
        again = confirmed(client, f"/perangkat-daerah/36.03/{made.pk}/tutup/")
        assert again["Location"] == "/perangkat-daerah/36.03/", "a second click"

    def test_an_office_can_be_chosen_only_while_it_is_open(self, team: Team, enter: Enter) -> None:
        client = enter("coordinator")
        confirmed(client, f"/perangkat-daerah/36.03/{team.office}/tutup/")
        answer = client.post(f"/akun/{team.verifier}/", {"role": "contributor", "office": team.office})
        assert answer.context["form"].errors["office"]


class TestTokensAndSecondFactors:
    @pytest.fixture
    def token(self, team: Team) -> int:
        return operations.create_token(by=team.standing("coordinator"), name="Rekap", days=9, now=timezone.now()).key

    def test_the_secretariat_sees_and_revokes_a_token(self, team: Team, enter: Enter, token: int) -> None:
        client = enter("secretariat")
        revoke = f"/akun/{team.coordinator}/token/{token}/cabut/"
        assert revoke in page(client, f"/akun/{team.coordinator}/")
        assert client.post(revoke).status_code == HTTPStatus.CONFLICT, "nobody has looked"
        assert confirmed(client, revoke).status_code == HTTPStatus.FOUND
        shown = page(client, f"/akun/{team.coordinator}/")
        assert "dicabut" in shown
        assert revoke not in shown

    def test_a_token_of_another_account_is_not_there(self, team: Team, enter: Enter, token: int) -> None:
        assert enter("secretariat").post(f"/akun/{team.verifier}/token/{token}/cabut/").status_code == 404

    def test_a_coordinator_neither_sees_nor_ends_tokens_of_the_team(self, team: Team, enter: Enter) -> None:
        own = operations.create_token(by=team.standing("verifier"), name="Rekap", days=9, now=timezone.now()).key
        client = enter("coordinator")
        assert "Rekap" not in page(client, f"/akun/{team.verifier}/")
        assert client.post(f"/akun/{team.verifier}/token/{own}/cabut/").status_code == 404

    def test_a_lost_second_factor_is_removed(self, team: Team, enter: Enter) -> None:
        lost = enter("coordinator")
        Authenticator.objects.create(user_id=team.coordinator, type=Authenticator.Type.TOTP, data={"secret": "x"})
        client = enter("secretariat")
        remove = f"/akun/{team.coordinator}/faktor-kedua/hapus/"
        assert remove in page(client, f"/akun/{team.coordinator}/")
        assert enter("verifier").post(remove).status_code == 404
        assert enter("coordinator").post(f"/akun/{team.verifier}/faktor-kedua/hapus/").status_code == 403
        assert client.post(remove).status_code == HTTPStatus.CONFLICT, "nobody has looked"
        assert confirmed(client, remove).status_code == HTTPStatus.FOUND
        assert not Authenticator.objects.exists()
        assert lost.get("/akun-saya/").status_code == HTTPStatus.FOUND, "its sessions ended"
        (event, *_) = audit.events(target="people.account", key=team.coordinator)
        assert (event.action, event.before) == ("remove-second-factor", {"kinds": ["totp"]})
        assert client.post(remove).status_code == HTTPStatus.FOUND, "a second click"
