"""An installation as an operator runs it, while its neighbours fail it: database, mail server, worker."""

from __future__ import annotations

import re
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest

from config.installation import ACCOUNTS, PUBLIC, Answer, Installation, Mailbox, wait_until

RESET = "/akun/password/reset/"
JOB = "evidence.sweep"


@pytest.fixture(scope="module")
def served(django_db_setup: None) -> Iterator[Installation]:
    """One that serves, and whose mail server accepts everybody and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as mail_server:
        threading.Thread(target=silent, args=(mail_server,), daemon=True).start()
        made = Installation()
        made.environment["PILAR_SMTP_URL"] = f"smtp://127.0.0.1:{mail_server.getsockname()[1]}?tls=no"
        made.environment["PILAR_MAIL_FROM"] = "pilar@contoh.invalid"
        try:
            made.prepare()
            made.serve()
            yield made
            while made.running:
                assert made.end(made.running[-1]) == 0
        finally:
            made.close()
            mail_server.shutdown(socket.SHUT_RDWR)


def silent(server: socket.socket) -> None:
    kept = []
    while True:
        try:
            kept.append(server.accept()[0])
        except OSError:
            break
    for one in kept:
        one.close()


@pytest.fixture
def worker(served: Installation) -> subprocess.Popen[str]:
    """The one that runs, or a new one."""
    if not served.workers:
        served.start("worker")
        wait_until(lambda: served.ask("/health/worker").status == 200)
    return served.workers[0]


def queue_job(installation: Installation) -> None:
    installation.sql(
        "select procrastinate_defer_jobs_v1(array[row('default', '" + JOB + "', 0, null, null,"
        " '{\"timestamp\": 0}', null)::procrastinate_job_to_defer_v1])"
    )


def job_is_done(installation: Installation) -> bool:
    return installation.sql(f"select 1 from procrastinate_jobs where task_name = '{JOB}'") == []


@pytest.mark.thorough
def test_it_serves_with_its_public_name_only(served: Installation) -> None:
    page = served.ask("/tentang/")
    assert page.status == 200
    assert served.ask("/tentang/", public=False).status in (301, 400)
    assert served.ask("/tentang/", **{"Host": "127.0.0.1"}).status == 400
    for headers in ({}, {"Host": "10.0.0.7"}, {"Host": "whatever_it is"}):
        live = served.ask("/health/live", public=False, **headers)
        assert (live.status, live.json()) == (200, {"status": "ok"})
        assert served.ask("/health/ready", public=False, **headers).status == 200
    assert served.ask("/health/live", public=False, data=b"x").status == 405


@pytest.mark.thorough
def test_monitors_see_that_no_worker_runs(served: Installation) -> None:
    for worker in served.workers:
        assert served.end(worker) == 0
    served.sql("delete from procrastinate_jobs; delete from procrastinate_workers")
    ready, missing = served.ask("/health/ready"), served.ask("/health/worker")
    assert (ready.status, ready.json()["status"], ready.json()["worker"]) == (200, "degraded", "none")
    assert (missing.status, missing.json()["status"]) == (503, "no worker")
    served.sql("insert into procrastinate_workers (last_heartbeat) values ('2026-03-01 03:00Z')")
    assert served.ask("/health/ready").json()["worker"] == "none since 2026-03-01T03:00:00+00:00"
    served.sql("insert into procrastinate_workers (last_heartbeat) values (now())")
    assert (served.ask("/health/worker").status, served.ask("/health/ready").json()["status"]) == (200, "ok")
    queue_job(served)
    served.sql("update procrastinate_events set at = now() - interval '16 minutes'")
    late = served.ask("/health/worker")
    assert (late.status, late.json()["status"], late.json()["waiting"]) == (503, "jobs wait", 1)
    served.sql("delete from procrastinate_jobs; delete from procrastinate_workers")


@pytest.mark.thorough
def test_a_database_that_goes_and_comes_back(served: Installation, worker: subprocess.Popen[str]) -> None:
    cookie = {"Cookie": "__Host-sesi=" + "a" * 32}
    assert served.ask("/").status == 200
    assert served.ask("/", **cookie).status == 200

    served.server.stop()
    for path, headers, word in (
        ("/", {}, "Belum dapat dibuka untuk sementara"),
        ("/", cookie, "Belum dapat dibuka untuk sementara"),
        ("/en/", {}, "Not available for the moment"),
        ("/beranda/", cookie, "Belum dapat dibuka untuk sementara"),
        ("/tidak-ada/", cookie, "Belum dapat dibuka untuk sementara"),
    ):
        page = served.ask(path, **headers)
        assert (page.status, page.headers["Retry-After"], word in page.text) == (503, "15", True), (path, page.text)
    for language, title in (("id", "tidak dapat menjangkau datanya"), ("en", "cannot reach its data")):
        problem = served.ask("/api/v1/results", **{"Accept-Language": language})
        assert (problem.status, problem.headers["Content-Type"]) == (503, "application/problem+json")
        assert problem.headers["Retry-After"] == "15"
        assert title in str(problem.json()["title"])
    assert served.ask("/health/live").status == 200
    for path in ("/health/ready", "/health/worker"):
        sick = served.ask(path)
        assert (sick.status, sick.json()) == (503, {"status": "no database"})
    time.sleep(3)
    assert worker.poll() is None

    served.server.start()
    assert served.ask("/").status == 200
    assert served.ask("/", **cookie).status == 200
    assert worker.poll() is None
    queue_job(served)
    wait_until(lambda: job_is_done(served))
    wait_until(lambda: served.ask("/health/ready").json()["worker"] == "ok")


@pytest.mark.thorough
def test_one_lost_connection_of_the_worker_is_no_end(served: Installation, worker: subprocess.Popen[str]) -> None:
    listening = "from pg_stat_activity where query ilike 'listen%'"
    wait_until(lambda: served.sql(f"select pid {listening}"))
    assert served.sql(f"select pg_terminate_backend(pid) {listening}")
    queue_job(served)
    wait_until(lambda: job_is_done(served))
    assert worker.poll() is None


@pytest.mark.thorough
def test_a_silent_mail_server_holds_up_nobody_and_gets_its_mail_later(
    served: Installation, worker: subprocess.Popen[str]
) -> None:
    def reset(email: str) -> Answer:
        form = served.ask(RESET)
        (token,) = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', form.text)
        headers = {"Cookie": form.headers["Set-Cookie"].split(";")[0], "Referer": f"https://{PUBLIC}{RESET}"}
        return served.ask(RESET, data=urlencode({"email": email, "csrfmiddlewaretoken": token}).encode(), **headers)

    with ThreadPoolExecutor(8) as visitors:
        answers = list(visitors.map(reset, ACCOUNTS))
    # within the limit of one address on the net, or told so: answered in any case
    statuses = [answer.status for answer in answers]
    assert set(statuses) <= {302, 429}
    assert statuses.count(302) >= 3
    wait_until(lambda: served.sql("select sum(attempts) > 0 from platform_outgoingmessage") == [(True,)])
    assert served.ask("/tentang/").status == 200
    queue_job(served)
    wait_until(lambda: job_is_done(served))
    assert served.sql("select count(*) from procrastinate_jobs where args::text like '%contoh%'") == [(0,)]
    assert served.sql("select count(*) from platform_outgoingmessage") == [(statuses.count(302),)]
    assert served.end(worker) == 0

    with Mailbox() as mailbox:
        smtp = f"smtp://127.0.0.1:{mailbox.port}?tls=no"
        later = served.start("worker", PILAR_SMTP_URL=smtp)
        wait_until(lambda: served.sql("select count(*) from platform_outgoingmessage") == [(0,)])
        assert len(mailbox.got) == statuses.count(302)
        assert all(f"https://{PUBLIC}/akun/password/reset/key/" in one.replace("=\n", "") for one in mailbox.got)
        assert served.end(later) == 0
