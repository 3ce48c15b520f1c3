"""Background jobs in the same database: queued in the transaction of the change, run by ``./pilar worker``.

The only module that knows procrastinate. A room declares its jobs in its ``jobs.py``; what a job does is one call of
an operation or query, and it must bear running twice: a worker that is killed leaves its job to another one, which
begins it anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, ParamSpec

import structlog
from asgiref.sync import async_to_sync
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

from pilar.platform import locks
from pilar.platform.transactions import require_transaction

Parameters = ParamSpec("Parameters")

QUEUE = "default"
STOP_SECONDS = 8
HEARTBEAT_SECONDS = 10.0
STALLED_SECONDS = 30.0
"""A worker silent for so long is taken for dead; that long it takes at most twice until its jobs are queued again."""
MOST_ATTEMPTS = 5
"""A job that was begun so often and never ended probably kills its worker; it is kept as failed."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Job(Generic[Parameters]):
    """A declared job: its stable name and what it runs."""

    name: str
    function: Callable[Parameters, None]


def job(*, name: str, queue: str = QUEUE, retry: int = 0) -> Callable[[Callable[Parameters, None]], Job[Parameters]]:
    """Declare a job. ``name`` is stored with every queued job and never changes; ``retry`` is further attempts.

    Arguments of the function must fit JSON.
    """

    def declare(function: Callable[Parameters, None]) -> Job[Parameters]:
        def run(context: JobContext, /, **arguments: Any) -> None:
            structlog.contextvars.bind_contextvars(reference=f"job-{context.job.id}")
            function(**arguments)  # type: ignore[call-arg]

        app.task(name=name, queue=queue, retry=retry or False, pass_context=True)(run)
        return Job(name, function)

    return declare


def periodic(*, name: str, cron: str, queue: str = QUEUE) -> Callable[[Callable[[datetime], None]], Job[[datetime]]]:
    """Declare a job that the worker queues by itself; ``cron`` has five fields, in UTC.

    The function gets the time that it was planned for.
    """

    def declare(function: Callable[[datetime], None]) -> Job[[datetime]]:
        def run(context: JobContext, timestamp: int) -> None:
            structlog.contextvars.bind_contextvars(reference=f"job-{context.job.id}")
            function(datetime.fromtimestamp(timestamp, UTC))

        app.periodic(cron=cron)(app.task(name=name, queue=queue, pass_context=True)(run))
        return Job(name, function)

    return declare


def enqueue(job: Job[Parameters], /, *positional: Parameters.args, **arguments: Parameters.kwargs) -> int:
    """Queue a job with keyword arguments, in the open transaction: if that is rolled back, the job never was.

    Returns the key of the queued job; raises :class:`OutsideTransaction` without a transaction.
    """
    require_transaction("jobs.enqueue")
    if positional:
        raise TypeError("a job takes keyword arguments only")
    given: dict[str, Any] = arguments
    deferrer = app.configure_task(job.name)
    # Inside a worker the library would use the worker's own connections, outside the open transaction.
    deferrer.job_manager = _own_connection()
    return deferrer.defer(**given)


def forget(text: str) -> int:
    """Delete jobs that do not run and whose arguments hold a text, such as an address; returns how many."""
    require_transaction("jobs.forget")
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE status <> 'doing' AND position(lower(%s) in lower(args::text)) > 0",
            [text],
        )
        return int(cursor.rowcount)


def requeue_stalled() -> int:
    """Queue again what a killed worker had begun; returns how many jobs. Workers call this by themselves."""
    jobs = _own_connection()
    with transaction.atomic():
        # One sweep at a time: a second one could queue a job again that a living worker has just taken.
        locks.take("platform.stalled-jobs")
        stalled = list(async_to_sync(jobs.get_stalled_jobs)(seconds_since_heartbeat=STALLED_SECONDS))
        for job in stalled:
            assert job.id is not None
            again = job.attempts + 1 < MOST_ATTEMPTS
            if again:
                jobs.retry_job_by_id(job_id=job.id, retry_at=timezone.now())
            else:
                async_to_sync(jobs.finish_job_by_id_async)(job_id=job.id, status=Status.FAILED, delete_job=False)
            log.warning("stalled-job", job=job.id, name=job.task_name, attempts=job.attempts, again=again)
    return len(stalled)


def run_worker(*, once: bool = False) -> None:
    """Run queued jobs until stopped; with ``once`` until none is left. What succeeded is deleted, what failed is kept.

    SIGTERM and SIGINT stop it: it takes no further job, and a running one gets ``STOP_SECONDS`` to end.
    """
    asyncio.run(_work(wait=not once))


async def _work(*, wait: bool) -> None:
    assert isinstance(app.connector, DjangoConnector)
    await asyncio.to_thread(_sweep)
    sweeping = asyncio.create_task(_sweep_repeatedly()) if wait else None
    try:
        with app.replace_connector(app.connector.get_worker_connector()) as worker:
            async with worker.open_async():
                await worker.run_worker_async(
                    wait=wait,
                    install_signal_handlers=wait,
                    delete_jobs="successful",
                    shutdown_graceful_timeout=STOP_SECONDS,
                    update_heartbeat_interval=HEARTBEAT_SECONDS,
                    stalled_worker_timeout=STALLED_SECONDS,
                )
    finally:
        if sweeping is not None:
            sweeping.cancel()


async def _sweep_repeatedly() -> None:
    while True:
        await asyncio.sleep(STALLED_SECONDS)
        await asyncio.to_thread(_sweep)


def _sweep() -> None:
    """One sweep on a connection of its own; one that fails is not the end of the worker."""
    try:
        requeue_stalled()
    except (DatabaseError, locks.Busy):
        log.exception("stalled-jobs-not-looked-for")
    finally:
        connection.close()


def _own_connection() -> JobManager:
    """The queue through Django's connection of this thread, and so inside its open transaction."""
    return JobManager(DjangoConnector())
