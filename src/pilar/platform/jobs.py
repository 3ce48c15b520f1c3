"""Background jobs in the same database: queued in the transaction of the change, run by ``./pilar worker``.

The only module that knows procrastinate. A room declares its jobs in its ``jobs.py``; what a job does is one call of
an operation or query, and it must bear running twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, ParamSpec

import structlog
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from pilar.platform.transactions import require_transaction

Parameters = ParamSpec("Parameters")

QUEUE = "default"
STOP_SECONDS = 8


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
    return app.configure_task(job.name).defer(**given)


def run_worker(*, once: bool = False) -> None:
    """Run queued jobs until stopped; with ``once`` until none is left. What succeeded is deleted, what failed is kept.

    When stopped, a running job gets ``STOP_SECONDS`` to end.
    """
    asyncio.run(_work(wait=not once))


async def _work(*, wait: bool) -> None:
    assert isinstance(app.connector, DjangoConnector)
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        async with worker.open_async():
            await worker.run_worker_async(
                wait=wait,
                install_signal_handlers=wait,
                delete_jobs="successful",
                shutdown_graceful_timeout=STOP_SECONDS,
            )
