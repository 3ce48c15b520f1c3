"""A worker that is killed anywhere while it signs a permit leaves one that waits, or one that is whole."""

from __future__ import annotations

import hashlib
import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import pytest
from django.db import transaction

from kit.killed import act_until, is_killed
from permits.world import NOW, OWN, World
from pilar.evidence import store
from pilar.evidence.models import SignedDocument
from pilar.evidence.operations import signing
from pilar.people.rules import SCHEDULE
from pilar.permits.models import CaseEvent, Permit, PermitEdition
from pilar.permits.rules.cases import CaseState, EventKind
from pilar.permits.rules.register import scope
from pilar.platform import seal_checker, sealing
from pilar.platform.models import AuditEvent, SealEntry
from pilar.reports.signing.signers import DemonstrationSigner

LATER = datetime(2100, 1, 1, tzinfo=UTC)
"""No attempt holds the document any more."""
WAITS = ("waiting", False, CaseState.SIGNING, 0, 1, 0)
WHOLE = ("signed", True, CaseState.ISSUED, 1, 2, 1)
"""The state of the signature, whether its edition is signed, the case, how often it was issued, sealed and told."""


def die(*_given: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def torn(key: str, file: IO[bytes]) -> None:
    """Keep half of a file, as it lies there when the machine stops."""
    content = file.read()
    path = store._store().path(key)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as half:
        half.write(content[: len(content) // 2])
    die()


def put_then_die(put: Callable[[str, IO[bytes]], None]) -> Callable[[str, IO[bytes]], None]:
    def both(key: str, file: IO[bytes]) -> None:
        put(key, file)
        die()

    return both


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> None:
    """The files lie on the disk, where they stay when a process ends."""
    kept = {"BACKEND": "pilar.evidence.store.PrivateFolder", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "evidence": kept}


def stored(world: World) -> tuple[Any, ...]:
    with transaction.atomic():  # who was killed may hold the row for a moment
        row = SignedDocument.objects.select_for_update().get()
    return (
        row.state, PermitEdition.objects.get(permit__case=world.case).signed_at is not None, world.row().state,
        CaseEvent.objects.filter(case=world.case, kind=EventKind.ISSUED).count(),
        SealEntry.objects.filter(scope=scope(OWN)).count(),
        AuditEvent.objects.filter(action="sign", target=signing.TARGET).count(),
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_killed_at_each_step_of_its_signature_a_permit_waits_or_is_whole(
    committed_world: World, folder: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = committed_world
    world.to_sign()
    world.sign()
    row = SignedDocument.objects.get()
    # Made once: the seconds in which a file is typeset and signed write nothing.
    made = signing._signed(row, DemonstrationSigner(), NOW)
    monkeypatch.setattr(signing, "_signed", lambda *_given: made)

    def act() -> object:
        return signing.sign_documents(by=SCHEDULE, now=LATER)

    assert stored(world) == WAITS
    steps: tuple[tuple[str, Any, object], ...] = (
        (signing.__name__, "_signed", die), (store.__name__, "put", die), (store.__name__, "put", torn),
        (store.__name__, "put", put_then_die(store.put)), (store.__name__, "delete", die),
    )  # fmt: skip
    for module, name, instead in steps:
        with monkeypatch.context() as patched:
            patched.setattr(f"{module}.{name}", instead)
            assert is_killed(act), name
        assert stored(world) == WAITS, name
    killed = 0
    while is_killed(lambda at=killed + 1: act_until(act, at)):
        killed += 1
        assert stored(world) in ((WAITS, WHOLE) if killed > 10 else (WAITS,)), killed
    assert killed > 10
    assert stored(world) == WHOLE
    row.refresh_from_db()
    with store.open_file(row.storage_key) as file:
        assert hashlib.sha256(file.read()).hexdigest() == row.sha256
    left = store._store().listdir(signing.FOLDER)[1]
    assert [f"{signing.FOLDER}/{name}" for name in left] == [row.storage_key], "no attempt has left a file behind"
    assert Permit.objects.filter(region=OWN).count() == 1
    assert seal_checker.check_register(sealing.register_of(scope(OWN)))
