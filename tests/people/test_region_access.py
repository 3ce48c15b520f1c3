"""Officials of a region ask for an account themselves, with an address that is proved; a person decides."""

from __future__ import annotations

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client

from people.citizens import NOW, citizen, phones  # noqa: F401 - a fixture
from people.team import Team
from pilar.people import operations, queries
from pilar.people.models import AccountRequest, Membership, Notice, User
from pilar.people.operations import EmailTaken
from pilar.people.public import NoConsent
from pilar.people.rules import NotAllowed, NotFound, Role, Standing
from pilar.people.signin import CITIZEN
from pilar.platform.errors import Faults

pytestmark = pytest.mark.django_db

EMAIL, HERE = "rina@contoh.invalid", "/akun-saya/akses-daerah/"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SAID = {"region": "36.03", "position": "Kepala seksi, Diskominfo", "letter": "800/12 tanggal 5 Januari 2026"}


def ask(by: Standing, **more: str) -> int:
    return operations.ask_for_region(by=by, now=NOW, **{**SAID, **more})


def told() -> list[int]:
    rows = Notice.objects.filter(kind="people.account-request", done_at=None)
    return list(rows.values_list("user", flat=True))


def as_citizen(by: Standing) -> Client:
    client = Client()
    session = client.session
    session[CITIZEN] = (by.citizen, queries.sessions_of(by.citizen or 0))
    session.save()
    return client


def as_person(user: int) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user), BACKEND)
    return client


def test_a_region_without_a_coordinator_gets_one_from_the_secretariat(team: Team) -> None:
    Membership.objects.filter(user=team.coordinator).delete()
    official = as_citizen(citizen(EMAIL, "Rina"))
    asked = official.post(HERE, {**SAID, "region": "kabupaten tangerang"}, follow=True)
    assert "Permintaan Anda menunggu" in asked.content.decode()
    assert told() == [team.secretariat]
    row = AccountRequest.objects.get()
    assert (row.email, row.name, row.role, row.region_id) == (EMAIL, "Rina", "coordinator", "36.03")
    secretariat = as_person(team.secretariat)
    page = secretariat.get(f"/akun/permintaan/{row.pk}/").content.decode()
    assert "hanya alamat email yang terbukti" in page
    assert SAID["letter"] in page
    secretariat.post(f"/akun/permintaan/{row.pk}/", {"name": "Rina", "role": "coordinator"})
    user = User.objects.get(email=EMAIL)
    held = Membership.objects.get(user=user)
    assert (held.role, held.region_id) == ("coordinator", "36.03")
    assert not user.has_usable_password()
    assert not told()
    assert "Permintaan Anda menunggu" not in official.get(HERE).content.decode()


def test_where_there_is_a_coordinator_they_decide_and_choose_the_role(team: Team) -> None:
    key = ask(citizen(EMAIL))
    assert told() == [team.coordinator]
    assert AccountRequest.objects.get().role == ""
    with pytest.raises(NotFound):
        operations.refuse_request(by=team.standing("neighbour"), request=key, now=NOW)
    given = {"request": key, "name": "Rina", "region": "36.03", "now": NOW}
    with pytest.raises(NotAllowed):
        operations.grant_request(by=team.standing("coordinator"), role=Role.COORDINATOR, **given)
    coordinator = as_person(team.coordinator)
    assert "wajib" in coordinator.post(f"/akun/permintaan/{key}/", {"name": "Rina", "role": ""}).content.decode()
    assert '<option value="" selected>' in coordinator.get(f"/akun/permintaan/{key}/").content.decode()
    operations.grant_request(by=team.standing("coordinator"), role=Role.VERIFIER, **given)
    assert Membership.objects.get(user__email=EMAIL).role == "verifier"


def test_who_is_refused_is_told_by_email_and_may_ask_again(team: Team) -> None:
    by = citizen(EMAIL)
    key = ask(by)
    mail.outbox.clear()
    operations.refuse_request(by=team.standing("coordinator"), request=key, now=NOW)
    assert [(one.to, "Kabupaten Tangerang" in one.body) for one in mail.outbox] == [([EMAIL], True)]
    assert not told()
    assert ask(by) != key


def test_asking_again_corrects_and_tells_nobody_twice(team: Team) -> None:
    by = citizen(EMAIL)
    assert ask(by) == ask(by, letter="800/13")
    assert AccountRequest.objects.get().letter == "800/13"
    assert told() == [team.coordinator]
    ask(by, region="36.71")
    assert told() != [team.coordinator]
    assert len(told()) == 1
    assert queries.account_requests(scope=team.standing("coordinator")) == ()


def test_it_is_taken_back_and_goes_with_the_account(team: Team) -> None:
    by, other = citizen(EMAIL), citizen("lain@contoh.invalid", "Lain")
    kept = ask(other)
    ask(by)
    client = as_citizen(by)
    assert "ditarik kembali" in client.post(f"{HERE}tarik/", follow=True).content.decode()
    client.post(f"{HERE}tarik/")
    assert [row.pk for row in AccountRequest.objects.all()] == [kept]
    ask(by)
    assert queries.public_data(by.citizen or 0, scope=by, now=NOW)["requests"][0]["letter"] == SAID["letter"]
    operations.erase_public_account(by=by, account=by.citizen or 0, now=NOW)
    assert [row.pk for row in AccountRequest.objects.all()] == [kept]
    assert len(told()) == 1


def test_who_has_an_account_already_gets_no_second_one(team: Team) -> None:
    with pytest.raises(Faults) as raised:
        ask(citizen(User.objects.get(pk=team.verifier).email))
    assert [fault.code for fault in raised.value.faults] == ["email-taken"]
    key = ask(citizen(EMAIL))
    AccountRequest.objects.update(email=User.objects.get(pk=team.verifier).email)  # opened by somebody else meanwhile
    with pytest.raises(EmailTaken):
        operations.grant_request(
            by=team.standing("coordinator"), request=key, name="Edi", role=Role.VERIFIER, region="36.03", now=NOW
        )


def test_whose_consent_is_withdrawn_asks_for_nothing_any_more(team: Team) -> None:
    by = citizen(EMAIL)
    ask(by)
    operations.withdraw_consent(by=by, now=NOW)
    assert not AccountRequest.objects.exists()
    assert not told()
    with pytest.raises(NoConsent):
        ask(by)


def test_who_asks_sees_who_has_read_it(team: Team) -> None:
    by = citizen(EMAIL)
    key = ask(by)
    assert queries.public_readings(scope=by) == ()
    coordinator = as_person(team.coordinator)
    for address in ("/akun/permintaan/", f"/akun/permintaan/{key}/"):
        coordinator.get(address)
    assert [one.what for one in queries.public_readings(scope=by)] == ["people.public.name"] * 2


def test_a_role_that_the_reader_cannot_give_is_not_replaced_by_another(team: Team) -> None:
    key = ask(citizen(EMAIL))
    AccountRequest.objects.update(role="coordinator")  # asked while the region had none
    page = as_person(team.coordinator).get(f"/akun/permintaan/{key}/").content.decode()
    assert '<option value="">–</option>' in page
    as_person(team.coordinator).post(f"/akun/permintaan/{key}/", {"name": "Rina", "role": ""})
    assert AccountRequest.objects.exists()


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("region", "Kabupaten Entah", "Kabupaten Entah"),
        ("region", "", "wajib"),
        ("position", "  ", "wajib"),
        ("letter", "x" * 201, "200"),
    ],
)
def test_what_is_missing_or_too_long_is_said_at_its_place(team: Team, field: str, text: str, said: str) -> None:
    page = as_citizen(citizen(EMAIL)).post(HERE, {**SAID, field: text}).content.decode()
    assert said in page
    assert not AccountRequest.objects.exists()


@pytest.mark.usefixtures("phones")
def test_a_phone_alone_asks_for_nothing(team: Team) -> None:
    by = citizen("0812 3456 7890")
    with pytest.raises(Faults) as raised:
        ask(by)
    assert [fault.code for fault in raised.value.faults] == ["no-email"]
    assert "Keluarlah" in as_citizen(by).get(HERE).content.decode()


def test_only_who_has_signed_in_by_a_code_asks(team: Team) -> None:
    for client in (Client(), as_person(team.verifier)):
        assert client.get(HERE)["Location"] == "/masuk-warga/"
        assert client.post(HERE, SAID)["Location"] == "/masuk-warga/"
    with pytest.raises(NotAllowed):
        ask(team.standing("coordinator"))
    assert 'href="/akun-saya/akses-daerah/"' in Client().get("/akun/login/", follow=True).content.decode()


@pytest.mark.parametrize("without", ["subject", "email", "position", "letter", "region_id"])
def test_the_database_keeps_no_half_request(team: Team, without: str) -> None:
    whole = {**SAID, "subject": "1", "email": EMAIL, "region_id": SAID["region"], "asked_at": NOW}
    del whole["region"]
    with pytest.raises(IntegrityError), transaction.atomic():
        AccountRequest.objects.create(**{**whole, without: None if without == "region_id" else ""})
