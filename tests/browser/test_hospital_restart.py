"""The web server restarts, or is killed, while a board hangs on the wall and a phone is looked at: both go on."""

from __future__ import annotations

import os
import signal
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from config.installation import free_port, wait_until
from hospital.test_day import DESK
from hospital.world import away_from_midnight, hospital
from kit.chromium import PATIENCE
from pilar.areas.reference import midnight_in, today_in
from pilar.config import processes
from pilar.config.settings.base import PILAR_LIVE_READERS
from pilar.hospital import operations
from pilar.hospital.models import Session
from pilar.people.rules import OPERATOR, SCHEDULE

CODE = "rsu-mulai-lagi"
MINUTE = timedelta(minutes=1)
Committed = Callable[[], AbstractContextManager[None]]


class Web:
    """The web server of an installation, which a test may end."""

    def __init__(self, state: Path) -> None:
        self.port = free_port()
        own = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
        self._environment = os.environ | {
            "DATABASE_URL": own.geturl(), "DJANGO_SETTINGS_MODULE": "pilar.config.settings.demo",
            "PILAR_STATE": str(state),
        }  # fmt: skip
        self.running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = processes.web_command(host="127.0.0.1", port=self.port, workers=1)
        self.running = subprocess.Popen(command, env=self._environment, start_new_session=True)
        wait_until(self._answers)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/live", timeout=10) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def end(self, how: signal.Signals) -> None:
        assert self.running is not None
        if how is signal.SIGKILL:
            os.killpg(self.running.pid, how)  # all that it has begun
        else:
            self.running.send_signal(how)
        self.running.wait(60)
        self.running = None


@pytest.fixture
def web(chromium: Browser, site: LiveServer, tmp_path: Path, settings: object) -> Iterator[Web]:
    settings.PILAR_LIVE_READERS = PILAR_LIVE_READERS  # type: ignore[attr-defined]  # as an installation has it
    made = Web(tmp_path)
    made.start()
    yield made
    if made.running is not None:
        made.end(signal.SIGTERM)


@pytest.fixture
def codes(chromium: object, committed: Committed) -> list[str]:
    """Two patients who are here for a session that has begun."""
    now = timezone.now()
    region = away_from_midnight(now)
    today = today_in(region, now)
    with committed():
        operations.load_hospitals(by=OPERATOR, given=[replace(hospital(CODE, region), name="RSU Mulai Lagi")], now=now)
        operations.open_sessions(by=SCHEDULE, now=now)
        row = Session.objects.filter(hospital=CODE, clinic__code="dalam", day__gt=today).order_by("day")[0]
        Session.objects.filter(hospital=CODE, day=today).update(state="cancelled")
        row.pk, row.day, row.starts_at = None, today, now - 30 * MINUTE
        row.ends_at = min(now + 180 * MINUTE, midnight_in(region, today) + timedelta(hours=23, minutes=59))
        row.places = [row.starts_at + 13 * MINUTE * place for place in range(row.capacity)]
        row.release_at = [row.starts_at - timedelta(days=9)] * 4
        row.save(force_insert=True)
        found = []
        for name in ("Siti Aminah", "Rahmat Hidayat"):
            patient = operations.register_patient(
                by=OPERATOR, hospital=CODE, person=operations.Person(name, phone="081234567890"), now=now
            )
            given = {"session": row.pk, "patient": patient, "asked": DESK, "key": uuid4(), "now": now}
            code = operations.book(by=OPERATOR, **given).code
            operations.check_in(by=OPERATOR, booking=code, key=uuid4(), now=now)
            found.append(code)
    return found


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
@pytest.mark.thorough
def test_board_and_phone_go_on_by_themselves(
    how: signal.Signals, web: Web, codes: list[str], chromium: Browser, committed: Committed
) -> None:
    context = chromium.new_context(base_url=f"http://127.0.0.1:{web.port}")
    context.set_default_timeout(PATIENCE)
    board, phone = context.new_page(), context.new_page()
    lines = opened(board)
    board.goto(f"/rumah-sakit/papan/{CODE}/")
    phone.goto(f"/rumah-sakit/antrean/{codes[1]}/")
    for page in (board, phone):
        page.evaluate("window.same = true")

    def call(number: int) -> None:
        with committed():
            session = Session.objects.get(bookings__code=codes[0]).pk
            if number:
                operations.start(by=OPERATOR, booking=codes[number - 1], now=timezone.now())
                operations.finish(by=OPERATOR, booking=codes[number - 1], now=timezone.now())
            assert operations.call_next(by=OPERATOR, session=session, now=timezone.now()) == codes[number]

    call(0)
    expect(board.locator("#board")).to_contain_text("A-001")
    before = len(lines)
    assert before > 0, "it listens"
    web.end(how)
    call(1)
    expect(board.locator("table.board")).to_be_visible()
    web.start()
    expect(board.locator("#board")).to_contain_text("A-002")
    expect(phone.locator("#place")).to_contain_text("Anda dipanggil")
    for _try in range(600):
        if len(lines) > before:
            break
        board.wait_for_timeout(100)
    assert len(lines) > before, "a line of the new server"
    expect(board.locator("#stale")).to_be_hidden()
    assert all(page.evaluate("window.same") for page in (board, phone)), "nobody has loaded them again"
    context.close()


def opened(page: Page) -> list[str]:
    """The lines that the server holds open, as they come."""
    found: list[str] = []
    page.on("response", lambda answer: found.append(answer.url) if "/langsung/" in answer.url and answer.ok else None)
    return found
