"""Background jobs in the same database: queued in the transaction of the change, run by ``./pilar worker``.

The only module that knows procrastinate. A job is an operation: ``@background`` lets others queue it, ``@every`` has
the worker run it by the clock. The worker gives ``by`` and ``now`` to the person who takes them. An operation that is a
job must bear running twice: a worker that is killed leaves its job to another one, which begins it again.
"""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from inspect import signature
from typing import Any, ParamSpec, Protocol, TypeVar, cast

import structlog
from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.contrib.django import app, connector_params
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import Job as QueuedJob
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

from pilar.platform import locks
from pilar.platform.outage import database_is_away
from pilar.platform.transactions import require_transaction

Parameters = ParamSpec("Parameters")
Answer_co = TypeVar("Answer_co", covariant=True)

QUEUE = "default"
MAIL, HOOKS, BPJS = "mail", "hooks", "bpjs"
"""Messages have a queue of their own, and so have what other systems are told and what BPJS is: one that is silent
holds up nothing else."""
QUEUES = (QUEUE, MAIL, HOOKS, BPJS)
STOP_SECONDS = 8
HEARTBEAT_SECONDS = 10.0
STALLED_SECONDS = 30.0
"""A worker silent for so long is taken for dead; that long it takes at most twice until its jobs are queued again."""
ABSENT_SECONDS = 45.0
"""When nobody has been heard of for so long, no worker runs; a machine under load may miss a beat or two."""
MAX_WAIT = timedelta(minutes=15)
"""assumption: a job that was due so long ago and was not begun means that the workers do not keep up."""
MAX_ATTEMPTS = 5
"""A job that was begun so often and never ended probably kills its worker; it is kept as failed."""
FIRST_PAUSE, MAX_PAUSE = 1.0, 30.0
"""Seconds until a worker that lost the database tries again: doubled each time, and short again after it has run."""
CONNECTION_SECONDS = 5.0
AWAY_SECONDS = 5
"""Seconds until a job that lost the database is begun again."""

log = structlog.get_logger(__name__)
DECLARED: dict[str, Callable[..., object]] = {}
"""The operations that are jobs, by their names in the queue."""


class Background(Protocol[Parameters, Answer_co]):
    """An operation that can be queued too."""

    later: Callable[..., int]
    """Queue it with its arguments, without ``by`` and ``now``, in the open transaction: if that is rolled back, the job
    never was. Answers the key of the queued job; raises :class:`OutsideTransaction`, and TypeError for arguments that
    the operation does not take."""

    once: Callable[..., int]
    """As ``later``, where the same does not wait already: one that does begins after the open transaction has ended."""

    def __call__(self, *_given: Parameters.args, **_named: Parameters.kwargs) -> Answer_co: ...


@dataclass(frozen=True, slots=True)
class Attendance:
    """The state of the workers: whether one runs, when it was last heard of (if known), and how long jobs wait."""

    present: bool
    last_heard: datetime | None
    waiting: int
    longest_wait: timedelta

    @property
    def keeps_up(self) -> bool:
        """Return whether a worker runs and no job has been due for too long."""
        return self.present and self.longest_wait <= MAX_WAIT


class _Retries(BaseRetryStrategy):
    """Further attempts of a job that failed; one that only lost the database is begun again in any case."""

    def __init__(self, further: int) -> None:
        self.further = further

    def get_retry_decision(self, *, exception: BaseException, job: QueuedJob) -> RetryDecision | None:
        if database_is_away(exception) and job.attempts < MAX_ATTEMPTS:
            return RetryDecision(retry_in={"seconds": AWAY_SECONDS})
        return RetryDecision(retry_at=timezone.now()) if job.attempts < self.further else None


def background(
    name: str, *, queue: str = QUEUE, retry: int = 0
) -> Callable[[Callable[Parameters, Answer_co]], Background[Parameters, Answer_co]]:
    """Let an operation be queued: ``operation.later(batch=7)``. ``retry`` is further attempts.

    The name and the names of the arguments are stored with every queued job: they never change, so that a job which
    waits while an installation is upgraded still runs. Arguments must fit JSON.
    """

    def declare(operation: Callable[Parameters, Answer_co]) -> Background[Parameters, Answer_co]:
        def later(**arguments: Any) -> int:
            require_transaction(f"{name} later")
            signature(operation).bind(**dict.fromkeys(_given(operation)), **arguments)
            deferrer = app.configure_task(name)
            # Inside a worker the library would use the worker's own connections, outside the open transaction.
            deferrer.job_manager = _own_connection()
            return deferrer.defer(**arguments)

        def once(**arguments: Any) -> int:
            require_transaction(f"{name} once")
            with connection.cursor() as cursor:
                # A worker passes over what is locked, as this does over what a worker has taken.
                cursor.execute(
                    "SELECT id FROM procrastinate_jobs WHERE status = 'todo' AND task_name = %s AND args = %s::jsonb"
                    " LIMIT 1 FOR SHARE SKIP LOCKED",
                    [name, json.dumps(arguments)],
                )
                waiting = cursor.fetchone()
            return int(waiting[0]) if waiting else later(**arguments)

        app.task(name=name, queue=queue, retry=_Retries(retry), pass_context=True)(_declare(name, operation))
        declared = cast(Background[Parameters, Answer_co], operation)
        declared.later, declared.once = later, once
        return declared

    return declare


def every(
    name: str, *, cron: str, queue: str = QUEUE
) -> Callable[[Callable[Parameters, Answer_co]], Callable[Parameters, Answer_co]]:
    """Let the worker run an operation by the clock; ``cron`` has five fields, in UTC.

    ``now`` is when it runs, not when it was planned for: a worker may come late.
    """

    def declare(operation: Callable[Parameters, Answer_co]) -> Callable[Parameters, Answer_co]:
        run = _declare(name, operation)

        def run_planned(context: JobContext, timestamp: int) -> None:
            run(context)

        app.periodic(cron=cron)(app.task(name=name, queue=queue, retry=_Retries(0), pass_context=True)(run_planned))
        return operation

    return declare


def run_now(name: str, **arguments: Any) -> None:
    """Run a declared job here and now, as a worker would."""
    operation = DECLARED[name]
    operation(**{name: value() for name, value in _given(operation).items()}, **arguments)


def _declare(name: str, operation: Callable[..., object]) -> Callable[..., None]:
    DECLARED[name] = operation

    def run(context: JobContext, /, **arguments: Any) -> None:
        structlog.contextvars.bind_contextvars(reference=f"job-{context.job.id}")
        run_now(name, **arguments)

    return run


def _given(operation: Callable[..., object]) -> dict[str, Callable[[], object]]:
    """Return what the worker gives to an operation: who acts, and the moment."""
    givers: dict[str, Callable[[], object]] = {
        "by": lambda: import_string(settings.PILAR_SCHEDULE),
        "now": timezone.now,
    }
    return {name: giver for name, giver in givers.items() if name in signature(operation).parameters}


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
            again = job.attempts + 1 < MAX_ATTEMPTS
            if again:
                jobs.retry_job_by_id(job_id=job.id, retry_at=timezone.now())
            else:
                async_to_sync(jobs.finish_job_by_id_async)(job_id=job.id, status=Status.FAILED, delete_job=False)
            log.warning("stalled-job", job=job.id, name=job.task_name, attempts=job.attempts, again=again)
    return len(stalled)


def attendance() -> Attendance:
    """Return who runs the jobs at this moment, by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(last_heartbeat), coalesce(max(last_heartbeat) > now() - %s * interval '1 second', false)"
            " FROM procrastinate_workers",
            [ABSENT_SECONDS],
        )
        last_heard, present = cursor.fetchone()
        cursor.execute(
            "SELECT count(*), coalesce(now() - min(greatest(job.scheduled_at, event.at)), interval '0')"
            " FROM procrastinate_jobs job LEFT JOIN LATERAL"
            " (SELECT max(at) AS at FROM procrastinate_events WHERE job_id = job.id) event ON true"
            " WHERE job.status = 'todo' AND coalesce(job.scheduled_at, now()) <= now()"
        )
        waiting, longest_wait = cursor.fetchone()
    return Attendance(present, last_heard, waiting, longest_wait)


def run_worker(*, once: bool = False) -> None:
    """Run queued jobs until stopped; with ``once`` until none is left. What succeeded is deleted, what failed is kept.

    A database that goes away ends nothing: the worker tries again until it is back. SIGTERM and SIGINT stop it: it
    takes no further job, and a running one gets ``STOP_SECONDS`` to end.
    """
    asyncio.run(_work_once() if once else _work_until_told())


async def _work_once() -> None:
    await asyncio.to_thread(_sweep)
    async with _worker() as worker:
        for queue in QUEUES:
            await _take_from(worker, queue, wait=False)


async def _work_until_told() -> None:
    told = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, told.set)
    pause = FIRST_PAUSE
    while True:
        began = timezone.now()
        await _turn(told)
        if told.is_set():
            return
        if timezone.now() - began > timedelta(seconds=MAX_PAUSE):
            pause = FIRST_PAUSE
        log.warning("worker-begins-anew", seconds=pause)
        with suppress(TimeoutError):
            await asyncio.wait_for(told.wait(), pause)
        pause = min(2 * pause, MAX_PAUSE)


async def _turn(told: asyncio.Event) -> None:
    """Work until told to end or until something breaks, which is logged."""
    try:
        await _until_one_ends([told.wait(), _take_all()])
    except Exception as error:
        if not database_is_away(error):
            log.exception("worker-broke-off")
        else:
            log.warning("worker-lost-the-database", error=str(error).strip().splitlines()[:1])


async def _take_all() -> None:
    await asyncio.to_thread(_sweep)
    async with _worker() as worker:
        await _until_one_ends([_sweep_repeatedly(), *(_take_from(worker, queue, wait=True) for queue in QUEUES)])


@asynccontextmanager
async def _worker() -> AsyncIterator[App]:
    """The queue on connections of its own, which wait for a database that is away only briefly."""
    connector = PsycopgConnector(kwargs=connector_params(), timeout=CONNECTION_SECONDS, min_size=2, max_size=6)
    with app.replace_connector(connector) as worker:
        async with worker.open_async():
            yield worker


async def _take_from(worker: App, queue: str, *, wait: bool) -> None:
    await worker.run_worker_async(
        queues=[queue],
        wait=wait,
        install_signal_handlers=False,
        delete_jobs="successful",
        shutdown_graceful_timeout=STOP_SECONDS,
        update_heartbeat_interval=HEARTBEAT_SECONDS,
        stalled_worker_timeout=STALLED_SECONDS,
    )


async def _until_one_ends(together: list[Coroutine[Any, Any, Any]]) -> None:
    """Run all of them until the first ends, then end the others in order; raises what one of them broke off with."""
    tasks = [asyncio.create_task(coroutine) for coroutine in together]
    try:
        done, _others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        others = [task for task in tasks if not task.done()]
        for other in others:
            other.cancel()
        await asyncio.gather(*others, return_exceptions=True)
    for task in done:
        task.result()


async def _sweep_repeatedly() -> None:
    while True:
        await asyncio.sleep(STALLED_SECONDS)
        await asyncio.to_thread(_sweep)


def _sweep() -> None:
    """One sweep on a connection of its own; one that fails is not the end of the worker."""
    try:
        requeue_stalled()
    except (DatabaseError, locks.Busy) as error:
        log.warning("stalled-jobs-not-looked-for", error=str(error).strip().splitlines()[:1])
    finally:
        connection.close()


def _own_connection() -> JobManager:
    """The queue through Django's connection of this thread, and so inside its open transaction."""
    return JobManager(DjangoConnector())
