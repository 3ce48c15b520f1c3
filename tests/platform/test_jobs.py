from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import structlog
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from pilar.people.rules import OPERATOR, SCHEDULE, Standing
from pilar.platform import audit, jobs
from pilar.platform.actors import Actor
from pilar.platform.transactions import OutsideTransaction

ran: list[tuple[str, object]] = []


@jobs.background("tests.note")
def note(*, text: str) -> None:
    ran.append((structlog.contextvars.get_contextvars().get("reference", "none"), text))


@jobs.background("tests.fail", retry=1)
def fail() -> None:
    ran.append(("fail", ""))
    raise RuntimeError("on purpose")


@jobs.background("tests.tock")
@jobs.every("tests.tick", cron="0 0 1 1 *")
def tick(*, by: Standing, now: datetime, why: str = "it is time") -> str:
    ran.append((by.actor.key, (now, why)))
    return why


@jobs.background("tests.record")
def record(*, key: int) -> None:
    with transaction.atomic():
        audit.record(by=Actor("system", "test", "Test"), action="run", target="tests.job", key=key)


@jobs.background("tests.pass-on")
def pass_on(*, text: str, keep: bool) -> None:
    with transaction.atomic():
        note.later(text=text)
        transaction.set_rollback(not keep)


@pytest.fixture(autouse=True)
def _empty() -> Iterator[None]:
    ran.clear()
    yield
    ran.clear()


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """Tables that a worker sees. Its connections must not outlive the test, and Django does not empty the job table."""
    kept, connection.settings_dict["CONN_MAX_AGE"] = connection.settings_dict["CONN_MAX_AGE"], 0
    yield
    connection.settings_dict["CONN_MAX_AGE"] = kept
    connection.cursor().execute("DELETE FROM procrastinate_jobs; DELETE FROM procrastinate_workers")


@pytest.mark.usefixtures("committed")
def test_a_job_runs_after_its_transaction() -> None:
    with transaction.atomic():
        key = note.later(text="halo")
    jobs.run_worker(once=True)
    assert ran == [(f"job-{key}", "halo")]
    assert not ProcrastinateJob.objects.filter(task_name="tests.note").exists()


@pytest.mark.usefixtures("committed")
def test_a_job_changes_the_database_with_its_own_reference() -> None:
    with transaction.atomic():
        key = record.later(key=7)
    jobs.run_worker(once=True)
    (event,) = audit.events(target="tests.job", key=7)
    assert event.reference == f"job-{key}"


@pytest.mark.usefixtures("committed")
def test_a_rolled_back_transaction_leaves_no_job() -> None:
    with transaction.atomic():
        note.later(text="halo")
        transaction.set_rollback(True)
    assert not ProcrastinateJob.objects.filter(task_name="tests.note").exists()


@pytest.mark.usefixtures("committed")
def test_a_job_queues_another_in_its_own_transaction() -> None:
    with transaction.atomic():
        pass_on.later(text="lost", keep=False)
        pass_on.later(text="kept", keep=True)
    jobs.run_worker(once=True)
    assert [text for _reference, text in ran] == ["kept"]


@pytest.mark.usefixtures("committed")
def test_queueing_outside_a_transaction_is_refused() -> None:
    with pytest.raises(OutsideTransaction):
        note.later(text="halo")


@pytest.mark.django_db
def test_positional_arguments_are_refused() -> None:
    with pytest.raises(TypeError):
        note.later("halo")


@pytest.mark.django_db
@pytest.mark.parametrize("given", [{}, {"text": "halo", "other": 1}, {"words": "halo"}])
def test_a_job_that_could_never_run_is_not_queued(given: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        note.later(**given)


@pytest.mark.django_db
@pytest.mark.parametrize("given", [{"by": "somebody"}, {"now": "yesterday"}])
def test_who_acts_and_when_is_not_the_callers_to_say(given: dict[str, str]) -> None:
    with pytest.raises(TypeError):
        tick.later(**given)


@pytest.mark.usefixtures("committed")
def test_a_failing_job_is_tried_again_and_kept() -> None:
    with transaction.atomic():
        fail.later()
    jobs.run_worker(once=True)
    assert ran == [("fail", "")] * 2
    assert ProcrastinateJob.objects.get(task_name="tests.fail").status == "failed"


@pytest.mark.usefixtures("committed")
def test_the_worker_says_who_acts_and_gives_the_moment_at_which_it_runs() -> None:
    planned, began = datetime(2026, 1, 1, tzinfo=UTC), timezone.now()
    with transaction.atomic():
        jobs.app.configure_task("tests.tick").defer(timestamp=int(planned.timestamp()))
        tick.later(why="somebody asked")
    jobs.run_worker(once=True)
    (who, (first, why)), (other, (second, asked)) = ran
    assert (who, other, why, asked) == (SCHEDULE.actor.key, SCHEDULE.actor.key, "it is time", "somebody asked")
    assert began <= first <= second <= timezone.now()


def test_an_operation_that_is_a_job_is_still_called_as_it_was() -> None:
    structlog.contextvars.clear_contextvars()  # a request of a test before this one
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert tick(by=OPERATOR, now=now, why="by hand") == "by hand"
    assert ran == [(OPERATOR.actor.key, (now, "by hand"))]
    jobs.run_now("tests.note", text="halo")
    assert ran[1] == ("none", "halo")


def _begun(*, seconds_ago: float, attempts: int = 0) -> int:
    """A job that a worker began and never ended; the worker was last heard of so long ago."""
    with transaction.atomic():
        key = note.later(text="again")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s * interval '1 second') RETURNING id",
            [seconds_ago],
        )
        (worker,) = cursor.fetchone()
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s, attempts = %s WHERE id = %s",
            [worker, attempts, key],
        )
    return key


@pytest.mark.usefixtures("committed")
def test_a_dead_workers_job_is_queued_again_a_living_ones_is_not() -> None:
    dead = _begun(seconds_ago=jobs.STALLED_SECONDS + 5)
    living = _begun(seconds_ago=1)
    assert jobs.requeue_stalled() == 1
    assert jobs.requeue_stalled() == 0
    assert ProcrastinateJob.objects.get(pk=dead).status == "todo"
    assert ProcrastinateJob.objects.get(pk=living).status == "doing"
    jobs.run_worker(once=True)
    assert ran == [(f"job-{dead}", "again")]
    ProcrastinateJob.objects.filter(pk=living).update(worker=None)
    assert jobs.requeue_stalled() == 1


@pytest.mark.usefixtures("committed")
def test_a_job_that_kills_its_worker_time_and_again_is_given_up() -> None:
    key = _begun(seconds_ago=100, attempts=jobs.MAX_ATTEMPTS - 1)
    assert jobs.requeue_stalled() == 1
    assert ProcrastinateJob.objects.get(pk=key).status == "failed"
    jobs.run_worker(once=True)
    assert ran == []


WORKER = """
import time
import django; django.setup()
from pilar.platform import audit, jobs
from pilar.platform.actors import Actor
from django.db import transaction

@jobs.background("tests.slow")
def slow(*, seconds: float) -> None:
    if jobs.STALLED_SECONDS < 5:
        seconds = 0
    with transaction.atomic():
        audit.record(by=Actor("system", "test", "Test"), action="run", target="tests.slow", key=1)
        time.sleep(seconds)

jobs.HEARTBEAT_SECONDS, jobs.STALLED_SECONDS = {heartbeat}, {stalled}
jobs.run_worker()
"""


@jobs.background("tests.slow")
def slow(*, seconds: float) -> None:
    raise AssertionError("runs in a worker process only")


def _worker(*, heartbeat: float, stalled: float) -> subprocess.Popen[bytes]:
    source = WORKER.format(heartbeat=heartbeat, stalled=stalled)
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": "src",
        "DJANGO_SETTINGS_MODULE": "pilar.config.settings.test",
        "DATABASE_URL": _test_database_url(),
    }
    return subprocess.Popen([sys.executable, "-c", source], env=environment)


def _test_database_url() -> str:
    address, _slash, rest = os.environ["DATABASE_URL"].rpartition("/")
    _name, mark, query = rest.partition("?")
    return f"{address}/{connection.settings_dict['NAME']}{mark}{query}"


def _wait_until(holds: Callable[[], bool], seconds: float = 120) -> None:
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, "waited too long"
        time.sleep(0.05)


@pytest.mark.usefixtures("committed")
@pytest.mark.thorough
def test_a_second_worker_finishes_what_a_killed_one_began() -> None:
    with transaction.atomic():
        key = slow.later(seconds=60)
    first = _worker(heartbeat=10, stalled=30)
    try:
        _wait_until(lambda: ProcrastinateJob.objects.filter(pk=key, status="doing").exists())
    finally:
        first.send_signal(signal.SIGKILL)
        first.wait()
    assert ProcrastinateJob.objects.get(pk=key).status == "doing"
    assert audit.events(target="tests.slow", key=1) == ()

    second = _worker(heartbeat=0.2, stalled=1)
    try:
        _wait_until(lambda: not ProcrastinateJob.objects.filter(pk=key).exists())
        (event,) = audit.events(target="tests.slow", key=1)
        assert event.reference == f"job-{key}"
    finally:
        second.terminate()
        assert second.wait(60) == 0


@pytest.mark.usefixtures("committed")
def test_a_worker_told_to_end_finishes_its_job_and_leaves_nothing_behind() -> None:
    with transaction.atomic():
        key = slow.later(seconds=1.5)
        waiting = slow.later(seconds=0)
    worker = _worker(heartbeat=10, stalled=30)
    _wait_until(lambda: ProcrastinateJob.objects.filter(pk=key, status="doing").exists())
    told = timezone.now()
    worker.terminate()
    assert worker.wait(60) == 0
    left = ProcrastinateJob.objects.filter(task_name="tests.slow")  # those that come by the clock come when they like
    assert list(left.values_list("pk", "status")) == [(waiting, "todo")]
    assert len(audit.events(target="tests.slow", key=1)) == 1
    assert not ProcrastinateWorker.objects.filter(last_heartbeat__gt=told).exists()


QUEUED = {
    "evaluation.make-sheets": "batch",
    "evidence.scan": "revision",
    "evidence.scan-private": "key model",
    "evidence.sign-documents": "",
    "hospital.move-bookings": "session",
    "hospital.predict": "booking",
    "masterplan.make-papers": "batch",
    "people.send-code": "code",
    "people.send-invitation": "user",
    "people.send-messages": "",
    "people.tell-citizen": "about account path",
    "people.tell-of-proxy": "proxy",
    "permits.act-on-many": "batch",
    "permits.invite": "case",
    "permits.recalculate": "cause region",
    "permits.seal-lists": "",
    "permits.tell-moved": "cases",
    "permits.tell-walk-in": "case path",
    "platform.deliver-mail": "",
    "platform.import": "key",
    "villagefinance.raise-flags": "village year",
}
"""Stored with every queued job: what waited while an installation was upgraded must still run. Only added to."""
BY_THE_CLOCK = {
    "evaluation.compare-published", "evaluation.deliver", "evaluation.forget-attendance",
    "evaluation.forget-deliveries",
    "evaluation.remind-of-follow-ups",
    "evaluation.sign-seals", "evidence.check-store",
    "evidence.scan-waiting", "evidence.sign-waiting-documents", "evidence.sweep", "hospital.compare-with-bpjs",
    "hospital.end-sessions", "hospital.forget-bookings", "hospital.invite-patients", "hospital.live-day",
    "hospital.look-at-bpjs", "hospital.measure-forecasts",
    "hospital.offer-places", "hospital.open-sessions", "hospital.remind", "hospital.report-measures",
    "hospital.send-changed-hours", "hospital.tell-bpjs", "hospital.tell-satusehat", "masterplan.end-calls",
    "masterplan.remind-of-reports", "people.apply-retention", "people.clear-sign-in-traces",
    "people.end-unconfirmed-proxies", "people.send-digests", "people.send-waiting-messages",
    "permits.deliver", "permits.escalate-letters", "permits.forget-letters", "permits.forget-unsent",
    "permits.look-at-calendar", "permits.report-measures", "permits.seal-lists-daily", "permits.watch-clocks",
    "platform.deliver-waiting-mail", "platform.forget-imports", "surveys.close-due", "surveys.erase-expired",
    "surveys.remind-of-quotas", "villagefinance.deem-budgets", "villagefinance.make-years", "villagefinance.seal-books",
    "villagefinance.forget-questions", "villagefinance.recount-books", "villagefinance.report-measures",
    "villagefinance.watch-books",
}  # fmt: skip


def test_the_worker_knows_the_jobs_of_all_rooms_and_whatever_may_still_wait() -> None:
    source = (
        "import django; django.setup()\n"
        "from inspect import signature\n"
        "from pilar.platform import jobs\n"
        "jobs.app.perform_import_paths()\n"
        "periodic = {key[0] for key in jobs.app.periodic_registry.periodic_tasks}\n"
        "for name, operation in jobs.DECLARED.items():\n"
        "    print(name, name in periodic, *sorted(set(signature(operation).parameters) - {'by', 'now'}))"
    )
    environment = {"DJANGO_SETTINGS_MODULE": "pilar.config.settings.test", "PYTHONPATH": "src"}
    found = subprocess.run(
        [sys.executable, "-c", source], check=True, capture_output=True, text=True, env=environment
    ).stdout
    lines = [line.split() for line in found.splitlines()]
    assert {name for name, periodic, *_arguments in lines if periodic == "True"} == BY_THE_CLOCK
    assert {name: " ".join(arguments) for name, periodic, *arguments in lines if periodic == "False"} == QUEUED


@pytest.mark.usefixtures("committed")
def test_what_waits_already_is_not_queued_again_and_begins_after_the_transaction() -> None:
    with transaction.atomic():
        first = record.once(key=7)
        assert record.once(key=8) != first
    with transaction.atomic():
        assert record.once(key=7) == first
        with ThreadPoolExecutor(1) as others:
            assert others.submit(_free, first).result() is False
    assert _free(first) is True
    with pytest.raises(OutsideTransaction):
        record.once(key=7)


def _free(job: int) -> bool:
    """Whether a worker may take a job now."""
    with transaction.atomic():
        found = ProcrastinateJob.objects.select_for_update(skip_locked=True).filter(pk=job).exists()
    connection.close()
    return found
