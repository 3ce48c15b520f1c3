"""Who reads for a province: how far its regions are, and their results once they are published."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from evaluation.cycle import planted as said
from evaluation.cycle.addresses import page_arguments, pages
from evaluation.cycle.doors import CALLS, doors, put_right
from evaluation.cycle.planted import Planted
from evaluation.cycle.test_answers_pages import words
from evaluation.cycle.test_doors import _outcome
from evaluation.cycle.world import NOW, OWN
from kit.acts import undone
from pilar.evaluation.models import Objection
from pilar.evaluation.queries.nation import nation
from pilar.evaluation.queries.region_result import own_results, region_result
from pilar.evaluation.queries.stragglers import stragglers
from pilar.evaluation.rules.stages import PhaseState
from pilar.people.models import Membership, User
from pilar.people.operations import create_account
from pilar.people.queries import standing
from pilar.people.rules import OPERATOR, NotAllowed, NotFound, Role, Standing

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def reader(province: str) -> User:
    key = create_account(
        by=OPERATOR, email=f"provinsi{province}@contoh.invalid", name="Rina", role=Role.PROVINCIAL, unit=province,
        now=NOW,
    )  # fmt: skip
    return User.objects.get(pk=key)


@pytest.fixture
def banten(ready: Planted) -> User:
    return reader("36")


@pytest.fixture
def by(banten: User) -> Standing:
    return standing(banten, NOW)


@pytest.mark.parametrize("name", CALLS)
def test_changes_nothing(ready: Planted, by: Standing, name: str) -> None:
    door = doors()[name]
    with undone():
        put_right(ready, door)
        refused, changed = _outcome(ready, door, by)
    assert (refused, changed) in [("NotAllowed", False), ("NotFound", False)]


def test_sees_results_of_its_regions_once_they_are_published(ready: Planted, by: Standing) -> None:
    published, marked = ready.key("agreed"), ready.key("marked")
    ready.world.set_phase(PhaseState.PUBLISHED, 2)
    found = region_result(published, by=by, now=NOW)
    assert (found.header.key, found.ours, found.may_accept) == (published, False, False)
    assert any(row.agreed is not None for row in found.rows)
    assert {row.header.phase_state for row in own_results(by=by)} == {PhaseState.PUBLISHED}
    with pytest.raises(NotFound):
        region_result(marked, by=by, now=NOW)
    for state in set(PhaseState) - {PhaseState.PUBLISHED}:
        ready.world.set_phase(state, 2)
        with pytest.raises(NotFound):
            region_result(published, by=by, now=NOW)
        assert own_results(by=by) == ()


def test_reads_no_objection_of_them(ready: Planted, banten: User, by: Standing) -> None:
    key, coordinator = ready.key("agreed"), ready.world.key("coordinator")
    Objection.objects.create(
        assessment_id=key, node="policy", text="Mohon ditinjau", made_by_id=coordinator, decision="refused",
        decision_reason="Tetap", decided_at=NOW,
    )  # fmt: skip
    ready.world.set_phase(PhaseState.PUBLISHED, 2)
    seen = {}
    for user in (banten, ready.world.user("coordinator")):
        client = Client()
        client.force_login(user, BACKEND)
        told = client.get(f"/api/v1/assessments/{key}/result").json()["objections"]
        seen[user.pk] = (bool(told), "/kerja/sanggahan/" in client.get(f"/kerja/hasil/{key}/").content.decode())
    assert seen == {banten.pk: (False, False), coordinator: (True, True)}


def test_another_province_sees_nothing_of_it(ready: Planted) -> None:
    other = standing(reader("32"), NOW)
    with pytest.raises(NotFound):
        region_result(ready.key("agreed"), by=other, now=NOW)
    assert own_results(by=other) == ()
    for asked in ("36", ""):
        with pytest.raises(NotAllowed):
            nation(scope=other, province=asked)
        with pytest.raises((NotAllowed, NotFound)):
            stragglers(ready.world.campaign.code, 1, scope=other, now=NOW, province=asked)


def test_the_dashboard_is_that_of_the_province_and_names_nobody(ready: Planted, banten: User, by: Standing) -> None:
    found = nation(scope=by, province="36")
    assert [one.code for one in found.all_provinces] == ["36"]
    assert all(row.code.startswith("36.") for row in found.regions)
    ready.world.set_phase(PhaseState.OPEN, 1)
    waiting = stragglers(ready.world.campaign.code, 1, scope=by, now=NOW, province="36")
    assert (waiting.names, waiting.may_remind) == (False, False)
    assert all(row.whom == () for row in waiting.page)
    client = Client()
    client.force_login(banten, BACKEND)
    sent = client.get(reverse("evaluation:nation"))
    assert (sent.status_code, sent["Location"]) == (302, "/kerja/nasional/?province=36")
    page = words(client.get(sent["Location"]))
    assert "Banten" in page
    assert "Seluruh Indonesia" not in page
    assert "Evaluasi uji" in page
    assert "Yang dapat bertindak" not in page
    assert 'name="province"' not in client.get(sent["Location"]).content.decode().split("<main")[1]
    home = words(client.get("/beranda/"))
    assert "Provinsi saya" in home
    assert "Tidak ada evaluasi yang sedang berjalan" not in home


def test_the_list_of_results_is_that_of_the_province(ready: Planted, banten: User) -> None:
    client = Client()
    client.force_login(banten, BACKEND)
    ready.world.set_phase(PhaseState.FINAL, 2)
    page = words(client.get(reverse("evaluation:own-results")))
    assert "Setelah hasil suatu evaluasi diumumkan" in page
    ready.world.set_phase(PhaseState.PUBLISHED, 2)
    page = words(client.get(reverse("evaluation:own-results")))
    assert "Hasil terbit daerah-daerah di provinsi saya" in page
    assert "Hasil daerah saya" not in page
    result = words(client.get(reverse("evaluation:result", args=[ready.world.assessment(OWN, 2).pk])))
    assert "Hasil daerah saya" not in result, "the way back is that of a reader of the province"
    client.force_login(ready.world.user("coordinator"), BACKEND)
    assert "Hasil daerah saya" in words(client.get(reverse("evaluation:own-results")))


def test_other_pages_of_the_cycle_are_closed_and_say_nothing(ready: Planted, banten: User) -> None:
    client = Client()
    client.force_login(banten, BACKEND)
    opened = set()
    for name, address in pages().items():
        if name.startswith("evaluation:") and address.whose in ("campaign", "region", "ministry"):
            arguments = address.arguments(page_arguments()[name], ready.values)
            answer = client.get(reverse(name, kwargs=arguments))
            assert answer.status_code < 500, name
            if answer.status_code == 200:
                opened.add(name)
            content = b"".join(answer) if answer.streaming else answer.content
            told = content.decode(errors="replace")
            assert not {word for word in (said.MARK_OF_CHAIR, said.BLIND_FINDING, said.MINUTES) if word in told}, name
    assert opened <= {"evaluation:result", "evaluation:own-sheet", "evaluation:agreed-marks"}
    assert "evaluation:result" in opened


def test_the_database_keeps_it_to_a_province(ready: Planted, banten: User) -> None:
    held = Membership.objects.get(user=banten)
    assert (held.region_id, held.office_id, held.unit) == (None, None, "36")
