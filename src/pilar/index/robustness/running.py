"""The draws of a simulation in chunks, on as many cores as there are, and what is counted in each."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from queue import SimpleQueue
from typing import TypeVar

import numpy as np

from pilar.index.robustness.cut import Booleans, Cut, Floats, Integers
from pilar.index.robustness.grid import predicate_cells, score_at
from pilar.index.robustness.option import Option
from pilar.index.robustness.result import Robustness
from pilar.index.robustness.spreads import CHUNK, Source, Spread, stream_of
from pilar.index.robustness.tally import Tally, Ties

T = TypeVar("T")


@dataclass
class _Counts:
    """The counts of one core, by unit: draws with a final (``ranked``), with the same predicate (``held``), and so
    on."""

    tally: Tally
    ranked: Integers
    held: Integers
    beside: Integers
    above: Integers
    space: Floats

    @classmethod
    def of(cls, tally: Tally) -> _Counts:
        units = tally.units
        ranked, held, beside, above = np.zeros((4, units), dtype=np.int64)
        return cls(tally, ranked, held, beside, above, np.empty(CHUNK * units))


@dataclass(frozen=True)
class Run:
    """``base``: finals as given, as cells; ``order``: units by them, best first; ``cores``: chunks at a time."""

    cut: Cut
    base: Integers
    order: Integers
    options: Sequence[Option]
    spread: Spread | None
    seed: int
    draws: int
    cores: int

    def result(self) -> Robustness:
        chunks = range(-(-self.draws // CHUNK))
        tally = Tally.begun(len(self.base), self.draws)
        counts = [_Counts.of(tally.beside()) for _ in range(min(self.cores, len(chunks)))]
        free: SimpleQueue[_Counts] = SimpleQueue()
        for one in counts:
            free.put(one)

        def count(chunk: int) -> list[tuple[Option, Ties]]:
            own = free.get()
            try:
                return self._counted(chunk, own)
            finally:
                free.put(own)

        for tied in in_order(count, chunks, len(counts)):
            for option, ties in tied:
                tally.add_tied(ties, option.units)
        for one in counts:
            tally.take(one.tally)
        tally.finish()
        ranked, held, beside, above = (
            np.sum([getattr(one, name) for one in counts], axis=0) for name in ("ranked", "held", "beside", "above")
        )
        return Robustness(
            instrument=self.cut.instrument,
            seed=self.seed,
            draws=self.draws,
            final=score_at(self.cut, self.base),
            order=self.order,
            places=tally.places,
            shared=tally.shared,
            first_ranks=tally.ranks,
            ranked=ranked,
            held=held,
            above=above,
            beside=beside,
        )

    def _counted(self, chunk: int, counts: _Counts) -> list[tuple[Option, Ties]]:
        """Count a chunk of draws; give those with ties."""
        start = chunk * CHUNK
        number = min(CHUNK, self.draws - start)
        weights = self._given if self.spread is None else self._weights(self.spread, chunk)
        tied = []
        for option, picked in self._picked(chunk):
            rows = picked[picked < number]
            if len(rows) and len(option.units):
                drawn = weights if len(rows) == CHUNK else weights[:, rows]
                ties = self._option(option, drawn, chunk, rows, counts)
                if ties:
                    tied.append((option, Ties(*map(np.concatenate, zip(*ties, strict=True)))))
        return tied

    def _option(self, option: Option, weights: Floats, chunk: int, rows: Integers, counts: _Counts) -> list[Ties]:
        of, tied = option.units, []
        counts.ranked[of] += len(rows)
        neighbours = np.flatnonzero(np.diff(self._place[of]) == 1)
        counts.beside[of[neighbours]] += len(rows)
        low, high = (ends[of] for ends in self._predicates)
        done = 0
        for cells in option.blocks(weights, counts.space, self.seed, chunk, rows):
            counts.held[of] += _within(cells, low, high) if self.cut.instrument.predicates else len(cells)
            counts.above[of[neighbours]] += _count(cells[:, :-1] < cells[:, 1:])[neighbours]
            ties = counts.tally.add(cells, of, chunk * CHUNK + rows[done : done + len(cells)])
            done += len(cells)
            if ties is not None:
                tied.append(ties)
        return tied

    @cached_property
    def _given(self) -> Floats:
        return np.repeat(self.cut.given(), CHUNK, axis=1)

    @cached_property
    def _place(self) -> Integers:
        """Place of each unit in the order."""
        return np.argsort(self.order)

    @cached_property
    def _predicates(self) -> tuple[Integers, Integers]:
        return predicate_cells(self.cut.instrument, self.base)

    def _weights(self, spread: Spread, chunk: int) -> Floats:
        return spread.draw(self.cut, stream_of(self.seed, Source.WEIGHTS, chunk))

    def _picked(self, chunk: int) -> Iterator[tuple[Option, Integers]]:
        if len(self.options) == 1:
            yield self.options[0], np.arange(CHUNK)
            return
        picked = stream_of(self.seed, Source.CHOICES, chunk).integers(0, len(self.options), CHUNK)
        for number, option in enumerate(self.options):
            yield option, np.flatnonzero(picked == number)


def in_order(work: Callable[[int], T], chunks: Sequence[int], cores: int) -> Iterator[T]:
    """Results of ``work`` in the order of the chunks, ``cores`` of them at a time; few wait to be fetched."""
    if cores == 1:
        yield from map(work, chunks)
        return
    with ThreadPoolExecutor(cores) as pool:
        begun: deque[Future[T]] = deque()
        try:
            for chunk in chunks:
                begun.append(pool.submit(work, chunk))
                if len(begun) > 2 * cores:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            for waiting in begun:
                waiting.cancel()


def _within(cells: Integers, low: Integers, high: Integers) -> Integers:
    """Count in each column how many lie from ``low`` to ``high``; only columns that cross an end are gone over."""
    least, most = cells.min(axis=0), cells.max(axis=0)
    counts = np.where((low <= least) & (most <= high), len(cells), 0)
    some = np.flatnonzero((counts == 0) & (low <= most) & (least <= high))
    if len(some):
        part = cells[:, some]
        counts[some] = _count((part >= low[some]) & (part <= high[some]))
    return counts


def _count(true: Booleans) -> Integers:
    """Count how many are true in each column; at most ``ROWS`` draws, so that 8 bits hold the sum."""
    return np.asarray(np.add.reduce(true.view(np.uint8), axis=0, dtype=np.uint8), dtype=np.int64)


def usable_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
