"""The auditor of the ministry: reads what the secretariat reads of the cycle, and changes nothing."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from evaluation.cycle.addresses import page_arguments, pages
from evaluation.cycle.doors import CALLS, doors, put_right
from evaluation.cycle.planted import Planted
from evaluation.cycle.test_doors import _outcome
from evaluation.cycle.world import NOW
from kit.acts import undone
from people.team import account
from pilar.people.models import User
from pilar.people.queries import standing
from pilar.people.rules import Role, Standing
from pilar.platform import audit
from pilar.platform.models import AuditEvent

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ONLY_RUNNING = {
    "evaluation:approve-results", "evaluation:campaign-group", "evaluation:compute-results", "evaluation:correct",
    "evaluation:drop-instrument-draft", "evaluation:deliver-again", "evaluation:end-system",
    "evaluation:edit-campaign", "evaluation:fill-in", "evaluation:import-seats",
    "evaluation:import-region-figures", "evaluation:region-figures-template",
    "evaluation:move-phase",
    "evaluation:new-campaign", "evaluation:panel-proposal", "evaluation:phase-dates", "evaluation:publish-results",
    "evaluation:release-instrument", "evaluation:remind", "evaluation:remove-conflict",
    "evaluation:return-assessment", "evaluation:roll-over", "evaluation:scenario", "evaluation:seats-template",
    "evaluation:send-instrument", "evaluation:set-aside", "evaluation:smaller-panel", "evaluation:take-up-again",
    "evaluation:unseat", "evaluation:withdraw-region",
}  # fmt: skip
"""Pages that are only there to do something."""


@pytest.fixture
def auditor(ready: Planted) -> User:
    return User.objects.get(pk=account("pemeriksa@contoh.invalid", Role.AUDITOR))


@pytest.fixture
def by(auditor: User) -> Standing:
    return standing(auditor, NOW)


@pytest.mark.parametrize("name", CALLS)
def test_changes_nothing(ready: Planted, by: Standing, name: str) -> None:
    door = doors()[name]
    with undone():
        put_right(ready, door)
        refused, changed = _outcome(ready, door, by)
    assert (refused, changed) in [("NotAllowed", False), ("NotFound", False)]


def test_reads_the_pages_of_the_secretariat(ready: Planted, auditor: User) -> None:
    reads: dict[str, set[str]] = {}
    for who, user in (("secretariat", ready.world.user("secretariat")), ("auditor", auditor)):
        client = Client()
        client.force_login(user, BACKEND)
        reads[who] = {
            name
            for name, address in pages().items()
            if name.startswith("evaluation:")
            and _status(client, name, address.arguments(page_arguments()[name], ready.values)) == 200
        }
    assert reads["auditor"] <= reads["secretariat"]
    assert reads["secretariat"] - reads["auditor"] <= ONLY_RUNNING
    assert len(reads["auditor"]) > 60


def test_reads_drafts_of_instruments_and_handles_none(ready: Planted, auditor: User) -> None:
    client, key = Client(), ready.key("draft")
    client.force_login(auditor, BACKEND)
    listed = client.get("/en/instrumen/").content.decode()
    assert f"/en/kerja/instrumen/{key}/" in listed
    assert "you can" not in listed
    page = client.get(f"/en/kerja/instrumen/{key}/").content.decode()
    for act in ("sahkan", "buang"):
        assert f"/en/kerja/instrumen/{key}/{act}/" not in page
        assert client.get(f"/en/kerja/instrumen/{key}/{act}/").status_code == 403


def _status(client: Client, name: str, arguments: dict[str, object]) -> int:
    answer = client.get(reverse(name, kwargs=arguments))
    assert answer.status_code < 500, name
    return answer.status_code


def test_is_logged_as_others_are_when_personal_data_are_read(ready: Planted, auditor: User) -> None:
    logged = {}
    for user in (ready.world.user("secretariat"), auditor):
        client = Client()
        client.force_login(user, BACKEND)
        for name in ("evaluation:meetings", "evaluation:meeting", "evidence:file"):
            arguments = pages()[name].arguments(page_arguments()[name], ready.values)
            assert _status(client, name, arguments) == 200, name
        read = AuditEvent.objects.filter(action=audit.READ, actor_key=str(user.pk)).order_by("id")
        logged[user.pk] = [*read.values_list("target", "key")]
    seen, alike = logged.values()
    assert seen == alike
    assert "evidence.file" in {target for target, _key in alike}
