"""Kill -9 of the web server while people save, upload, submit and publish: afterwards every state is whole.

Whole means: what was acknowledged is stored, what was not is stored wholly or not at all, and the audit log agrees.
A kill lands at a random moment, or for certain inside the transaction, at a table that the test makes slow.
"""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from evaluation.cycle.crash_people import Publisher, Submitter, Uploader, Writer
from evaluation.cycle.crashing import Forked, Granian, Reply, Request, Server, asleep, slow, until
from evaluation.cycle.world import World
from kit.selection import examples, few
from pilar.evaluation.rules.stages import PhaseState
from pilar.evidence.models import Evidence
from pilar.platform.models import AuditEvent

ROUNDS = examples(20, one_in=5)
LONGEST = 0.25
"""Seconds after which the server is killed, at most."""
AUDIT = "platform_auditevent"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("crashes") / "evidence"


@pytest.fixture(scope="module")
def forked(place: Path, django_db_setup: None) -> Iterator[Forked]:
    made = Forked(place)
    yield made
    made.end()


@pytest.fixture
def folder(settings: Any, place: Path) -> Path:
    """Where the files of server and test lie, empty at first."""
    shutil.rmtree(place, ignore_errors=True)
    kept = {"BACKEND": "pilar.evidence.store.PrivateFolder", "OPTIONS": {"location": str(place)}}
    settings.STORAGES = settings.STORAGES | {"evidence": kept}
    return place


@pytest.fixture
def server(committed_world: World, folder: Path, forked: Forked) -> Iterator[Forked]:
    committed_world.set_phase(PhaseState.OPEN)
    yield forked
    forked.kill()


@pytest.fixture
def granian(committed_world: World, folder: Path) -> Iterator[Granian]:
    committed_world.set_phase(PhaseState.OPEN)
    made = Granian(folder)
    yield made
    made.kill()


def killed_at_random(server: Server, asking: Callable[[], Reply], *, again: bool, seed: int) -> list[Reply]:
    """Ask (``again`` and again), kill; the replies that came back whole."""
    request = Request(asking, again=again)
    time.sleep(random.Random(seed).uniform(0.01, LONGEST))
    server.kill()
    return request.wait()


def killed_inside(server: Server, asking: Callable[[], Reply], table: str, *, at_commit: bool = False) -> None:
    """Start, ask, kill while the transaction stands at ``table``, or at its commit."""
    server.start()
    with slow(table, at_commit=at_commit):
        request = Request(asking)
        until(asleep)
        server.kill()
    assert request.wait() == [], "nothing was acknowledged"


@pytest.mark.thorough
def test_what_was_saved_stays_and_is_in_the_log(committed_world: World, server: Forked) -> None:
    writer = Writer(committed_world, server)
    for seed in range(ROUNDS):
        server.start()
        if writer.last:
            writer.send()
            writer.assert_whole()
        killed_at_random(server, writer.write, again=True, seed=seed)
        writer.assert_whole()
    assert len(writer.acknowledged) >= ROUNDS - 1


@pytest.mark.parametrize(("table", "at_commit"), few([(AUDIT, True), ("evaluation_answer", False), (AUDIT, False)]))
def test_an_answer_killed_inside_its_transaction(
    committed_world: World, server: Forked, table: str, at_commit: bool
) -> None:
    writer = Writer(committed_world, server)
    for number in range(2):
        killed_inside(server, writer.write, table, at_commit=at_commit)
        writer.assert_whole()
        assert AuditEvent.objects.filter(action="answer").count() == number + at_commit
        server.start()
        writer.send()
        writer.assert_whole()
        assert AuditEvent.objects.filter(action="answer").count() == number + 1, "sent twice, kept once"
        server.kill()


@pytest.mark.thorough
def test_an_upload_is_whole_or_swept_away(committed_world: World, server: Forked, folder: Path) -> None:
    uploader = Uploader(committed_world, server, folder)
    for seed in range(ROUNDS):
        server.start()
        killed_at_random(server, uploader.upload, again=True, seed=seed)
        uploader.assert_whole()
    server.start()
    uploader.upload()
    uploader.assert_swept()
    uploader.assert_whole()


@pytest.mark.parametrize(
    ("table", "at_commit", "kept"),
    few(
        [
            ("evaluation_answerevidence", False, False),
            ("evidence_revision", True, True),
            ("evidence_heldfile", False, False),
            ("evidence_heldfile", True, False),
            ("evidence_revision", False, False),
            (AUDIT, False, False),
        ],
        2,
    ),
)
def test_an_upload_killed_inside_its_transactions(
    committed_world: World, server: Forked, folder: Path, table: str, at_commit: bool, kept: bool
) -> None:
    uploader = Uploader(committed_world, server, folder)
    killed_inside(server, uploader.upload, table, at_commit=at_commit)
    uploader.assert_whole()
    uploader.assert_swept()
    assert Evidence.objects.count() == kept


@pytest.fixture
def submitter(committed_world: World, server: Forked) -> Submitter:
    return Submitter(committed_world, server)


@pytest.mark.thorough
def test_a_submission_is_whole_or_never_was(submitter: Submitter, server: Forked) -> None:
    for seed in range(ROUNDS):
        server.start()
        replies = killed_at_random(server, submitter.submit, again=False, seed=seed)
        if submitter.assert_whole():
            submitter.give_back()
            submitter.assert_whole()
        else:
            assert not replies
    server.start()
    submitter.submit()
    submitter.submit()
    assert submitter.assert_whole()


@pytest.mark.parametrize(
    ("table", "at_commit"),
    few(
        [("people_notice", False), ("evaluation_assessment", True), ("evaluation_assessment", False), (AUDIT, False)], 2
    ),
)
@pytest.mark.thorough
def test_a_submission_killed_inside_its_transaction(
    submitter: Submitter, server: Forked, table: str, at_commit: bool
) -> None:
    killed_inside(server, submitter.submit, table, at_commit=at_commit)
    assert submitter.assert_whole() == at_commit


@pytest.fixture
def publisher(committed_world: World, server: Forked) -> Publisher:
    return Publisher(committed_world, server)


def test_a_publication_is_whole_or_never_was(publisher: Publisher, server: Forked) -> None:
    for seed in range(ROUNDS):
        server.start()
        replies = killed_at_random(server, publisher.publish, again=False, seed=seed)
        if publisher.assert_whole():
            publisher.correct()
        else:
            assert not replies
    server.start()
    publisher.publish()
    publisher.publish()
    assert publisher.assert_whole(), "a second time after the restart changes nothing"


@pytest.mark.parametrize(
    ("table", "at_commit"),
    few(
        [
            (AUDIT, False),
            ("evaluation_publication", True),
            ("evaluation_publication", False),
            ("evaluation_phase", False),
            ("evaluation_phasemove", False),
            ("evaluation_followup", False),
            ("people_notice", False),
        ],
        2,
    ),
)
@pytest.mark.thorough
def test_a_publication_killed_inside_its_transaction(
    publisher: Publisher, server: Forked, table: str, at_commit: bool
) -> None:
    killed_inside(server, publisher.publish, table, at_commit=at_commit)
    assert publisher.assert_whole() == at_commit
    server.start()
    publisher.publish()
    assert publisher.assert_whole()


@pytest.mark.thorough
def test_the_server_of_an_installation_comes_back_whole(committed_world: World, granian: Granian) -> None:
    writer = Writer(committed_world, granian)
    killed_inside(granian, writer.write, AUDIT)
    writer.assert_whole()
    granian.start()
    writer.send()
    assert writer.last in writer.person.get(writer.path).body
    request = Request(writer.write, again=True)
    time.sleep(LONGEST)
    granian.kill()
    request.wait()
    writer.assert_whole()
