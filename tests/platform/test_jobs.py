from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import structlog
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from pilar.platform import audit, jobs
from pilar.platform.actors import Actor
from pilar.platform.transactions import OutsideTransaction

ran: list[tuple[str, object]] = []


@jobs.job(name="tests.note")
def note(text: str) -> None:
    ran.append((structlog.contextvars.get_contextvars()["reference"], text))


@jobs.job(name="tests.fail", retry=1)
def fail() -> None:
    ran.append(("fail", ""))
    raise RuntimeError("on purpose")


@jobs.periodic(name="tests.tick", cron="0 0 1 1 *")
def tick(planned: datetime) -> None:
    ran.append(("tick", planned))


@jobs.job(name="tests.record")
def record(key: int) -> None:
    with transaction.atomic():
        audit.record(by=Actor("system", "test", "Test"), action="run", target="tests.job", key=key)


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
    connection.cursor().execute("DELETE FROM procrastinate_jobs")


@pytest.mark.usefixtures("committed")
def test_a_job_runs_after_its_transaction() -> None:
    with transaction.atomic():
        key = jobs.enqueue(note, text="halo")
    jobs.run_worker(once=True)
    assert ran == [(f"job-{key}", "halo")]
    assert not ProcrastinateJob.objects.exists()


@pytest.mark.usefixtures("committed")
def test_a_job_changes_the_database_with_its_own_reference() -> None:
    with transaction.atomic():
        key = jobs.enqueue(record, key=7)
    jobs.run_worker(once=True)
    (event,) = audit.events(target="tests.job", key=7)
    assert event.reference == f"job-{key}"


@pytest.mark.usefixtures("committed")
def test_a_rolled_back_transaction_leaves_no_job() -> None:
    with transaction.atomic():
        jobs.enqueue(note, text="halo")
        transaction.set_rollback(True)
    assert not ProcrastinateJob.objects.exists()


@pytest.mark.usefixtures("committed")
def test_queueing_outside_a_transaction_is_refused() -> None:
    with pytest.raises(OutsideTransaction):
        jobs.enqueue(note, text="halo")


@pytest.mark.django_db
def test_positional_arguments_are_refused() -> None:
    with pytest.raises(TypeError):
        jobs.enqueue(note, "halo")


@pytest.mark.usefixtures("committed")
def test_a_failing_job_is_tried_again_and_kept() -> None:
    with transaction.atomic():
        jobs.enqueue(fail)
    jobs.run_worker(once=True)
    assert ran == [("fail", "")] * 2
    assert ProcrastinateJob.objects.get().status == "failed"


@pytest.mark.usefixtures("committed")
def test_a_periodic_job_gets_the_time_it_was_planned_for() -> None:
    planned = datetime(2026, 1, 1, tzinfo=UTC)
    with transaction.atomic():
        jobs.app.configure_task("tests.tick").defer(timestamp=int(planned.timestamp()))
    jobs.run_worker(once=True)
    assert ran == [("tick", planned)]


def test_rooms_jobs_are_found_by_the_worker() -> None:
    found = subprocess.run(
        [
            sys.executable,
            "-c",
            "import django; django.setup()\n"
            "from pilar.platform.jobs import app\n"
            "app.perform_import_paths()\n"
            "print(sorted(key[0] for key in app.periodic_registry.periodic_tasks))",
        ],
        check=True,
        capture_output=True,
        text=True,
        env={"DJANGO_SETTINGS_MODULE": "pilar.config.settings.test", "PYTHONPATH": "src"},
    )
    assert "people.clear-sign-in-traces" in found.stdout
