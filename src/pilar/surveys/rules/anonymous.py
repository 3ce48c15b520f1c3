"""Show single answers and figures of districts so that nobody can be told apart, nor fewer than five by a difference.

**What can be computed.** A figure of a district is a sum over its respondents of the same questions, those that
everybody is asked (:func:`common_items`). The same sums are shown of each programme. So each respondent counts in one
programme and in one block of districts, and anybody who adds and subtracts shown sums, however often and with whatever
factors, gives each respondent a coefficient a(programme) - b(block); b is 0 for anyone who lives in a district that is
not shown or told none. Totals of questions, sub-dimensions and pillars are sums of programmes and add nothing. The
combination tells of those whose coefficient is not zero.

**When that is safe.** Take programmes and blocks as points, those not shown together as one point, and a line from the
programme to the block of each respondent. Coefficients are zero along the lines between points of the same potential:
those whose coefficient is not zero are the lines that a cut between points crosses. So nothing that can be computed
tells of fewer than five if, and only if, every cut that crosses a line crosses at least five. The cut around one block
says that it has five answers itself; the cut around the point of those not shown says that they are five, as
:func:`anonymised` asks of them; the cut around both a programme and a block says that the programme without the
district is of five.

**What is done.** As long as a smaller cut is found, the smallest block at it is hidden. The figures of a pillar's
districts come after those of the whole survey, the largest first: each is shown if all cuts still cross at least five.
A block is then a district in one pillar, or the rest of a district.

Programmes of fewer than five must be left out of ``counts``: they are shown nowhere. Who sees some programmes only is
told of no district: what the whole region is told would show the others by subtraction."""

from __future__ import annotations

import heapq
import json
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pilar.surveys.rules.answers import Flag, Mode
from pilar.surveys.rules.questionnaire import Item, Questionnaire
from pilar.surveys.rules.scores import MIN_SHOWN


@dataclass(frozen=True, slots=True)
class Single:
    """An answer without name, key and time. ``about``: group and profile, empty strings where they are hidden; ``mode``
    is None where it is hidden."""

    cell: int
    mode: Mode | None
    about: tuple[str, ...]
    answers: Mapping[str, str | int]
    flags: tuple[Flag, ...]
    weight: int


def anonymised(given: Iterable[Single]) -> tuple[Single, ...]:
    """Return the answers of cells with at least five; profile and mode are shown only if five or more answers of a cell
    share them.

    The mode was seen by others, who handed over the sheet or the tablet, so it needs as many. Answers with something
    hidden are also five or more of a cell: where they are fewer, the next rarest are hidden with them. The order is
    that of the content, so that it does not show the time.

    Only answers that count make up the five: the others may all come from one person.
    """
    by_cell: dict[int, list[Single]] = defaultdict(list)
    for single in given:
        by_cell[single.cell].append(single)
    told = [single for rows in by_cell.values() if _counting(rows) >= MIN_SHOWN for single in _blurred(rows)]
    return tuple(sorted(told, key=_content))


def _blurred(rows: list[Single]) -> list[Single]:
    """Keep everything for answers that are one of five; for the others the profile alone, or else the mode, or nothing.

    Each step passes on none, or five and more.
    """
    told, rest = _parted(rows, lambda single: (single.mode, single.about))
    profiled, rest = _parted(rest, lambda single: single.about)
    unnamed = [replace(single, about=("",) * len(single.about)) for single in rest]
    counted, rest = _parted(unnamed, lambda single: single.mode)
    return [*told, *counted, *(replace(single, mode=None) for single in (*profiled, *rest))]


def _parted(rows: list[Single], seen: Callable[[Single], Any]) -> tuple[list[Single], list[Single]]:
    """Split the answers into those sharing ``seen`` with four or more others, and the rest: none, or five and more.

    ``rows`` are none, or five and more.
    """
    alike: dict[Any, list[Single]] = defaultdict(list)
    for row in rows:
        alike[seen(row)].append(row)
    kept, hidden = [], list[Single]()
    for key in sorted(alike, key=lambda key: (_counting(alike[key]), key)):
        if _counting(alike[key]) < MIN_SHOWN or (hidden and _counting(hidden) < MIN_SHOWN):
            hidden += alike[key]
        else:
            kept += alike[key]
    return kept, hidden


def _counting(rows: Iterable[Single]) -> int:
    return sum(row.weight > 0 for row in rows)


def _content(single: Single) -> tuple[object, ...]:
    answers = json.dumps(dict(single.answers), sort_keys=True)
    return single.cell, single.about, answers, single.mode or "", single.flags, single.weight


NOT_TOLD = ""
"""Stands for a missing district; it is never shown."""
WHOLE = ""
"""Stands for the whole survey in place of a pillar."""

Counts = Mapping[tuple[int, str], int]
"""Answers by programme and district."""
Block = tuple[str, str]
"""A pillar, or :data:`WHOLE`, and a district in it."""
_Point = tuple[str, object]
_Graph = dict[_Point, dict[_Point, int]]

_HIDDEN: _Point = ("hidden", "")


def common_items(form: Questionnaire) -> tuple[Item, ...]:
    """Return the scale items that everybody has to answer: figures of districts are made of them."""
    return tuple(item for item in form.scale_items if item.required and item.when is None)


def told_blocks(counts: Counts, pillars: Mapping[int, str]) -> frozenset[Block]:
    """Return the districts whose figures may be shown, for the whole survey and for pillars; ``pillars``: of each
    programme.

    A district is shown in a pillar only if it is shown for the whole survey.
    """
    sizes = _sizes(counts, pillars)
    told = {block for block, size in sizes.items() if block[0] == WHOLE and block[1] != NOT_TOLD and size >= MIN_SHOWN}
    while (weak := _small_cut(_graph(counts, pillars, told))) is not None:
        told.remove(min(_at(weak, counts, pillars, told), key=lambda block: (sizes[block], block)))
    inner = [block for block, size in sizes.items() if block[0] and (WHOLE, block[1]) in told and size >= MIN_SHOWN]
    graph = _graph(counts, pillars, told)
    for block in sorted(inner, key=lambda block: (-sizes[block], block)):
        rest, own = ("block", (WHOLE, block[1])), ("block", block)
        _split(graph, rest, own, [("cell", cell) for cell, pillar in pillars.items() if pillar == block[0]])
        # Cuts that do not separate the two are those of before. Where nothing joins them, new ones cross no line.
        if 0 < _between(graph, rest, own) < MIN_SHOWN:
            _split(graph, own, rest, list(graph[own]))
        else:
            told.add(block)
    return frozenset(told)


def _sizes(counts: Counts, pillars: Mapping[int, str]) -> dict[Block, int]:
    sizes: dict[Block, int] = defaultdict(int)
    for (cell, district), count in counts.items():
        for pillar in {WHOLE, pillars[cell]}:
            sizes[pillar, district] += count
    return sizes


def _point(cell: int, district: str, pillars: Mapping[int, str], told: Iterable[Block]) -> _Point:
    """Return the point at which the answers of a programme from a district are shown."""
    for block in ((pillars[cell], district), (WHOLE, district)):
        if block in told:
            return "block", block
    return _HIDDEN


def _graph(counts: Counts, pillars: Mapping[int, str], told: Iterable[Block]) -> _Graph:
    """Count the answers between each programme and each block; those not shown are one point."""
    graph: _Graph = defaultdict(lambda: defaultdict(int))
    for (cell, district), count in counts.items():
        if count:
            ends: tuple[_Point, _Point] = (("cell", cell), _point(cell, district, pillars, told))
            for point, other in (ends, ends[::-1]):
                graph[point][other] += count
    return graph


def _split(graph: _Graph, point: _Point, into: _Point, ends: Iterable[_Point]) -> None:
    """Move the lines from ``point`` to ``ends`` to another point."""
    for end in ends:
        count = graph[point].pop(end, 0)
        if count:
            del graph[end][point]
            graph[into][end] = graph[end][into] = graph[into].get(end, 0) + count


def _between(graph: _Graph, point: _Point, other: _Point) -> int:
    """Count the answers crossed by the smallest cut between two points, up to five: the maximum flow."""
    used: dict[tuple[_Point, _Point], int] = defaultdict(int)
    flow = 0
    while flow < MIN_SHOWN:
        came: dict[_Point, _Point] = {point: point}
        ahead = deque([point])
        while ahead and other not in came:
            at = ahead.popleft()
            for end, count in graph[at].items():
                if end not in came and count > used[at, end]:
                    came[end] = at
                    ahead.append(end)
        if other not in came:
            break
        at = other
        while at != point:
            used[came[at], at] += 1
            used[at, came[at]] -= 1
            at = came[at]
        flow += 1
    return flow


def _at(weak: set[_Point], counts: Counts, pillars: Mapping[int, str], told: set[Block]) -> set[Block]:
    """Return the blocks on one side of a cut and at its lines; a cut that is too small has one."""
    if _HIDDEN in weak:
        graph = _graph(counts, pillars, told)
        weak = set(graph) - weak
    blocks = {name for kind, name in weak if kind == "block"}
    for (cell, district), count in counts.items():
        point = _point(cell, district, pillars, told)
        if count and point[0] == "block" and (point in weak) != (("cell", cell) in weak):
            blocks.add(point[1])
    return blocks  # type: ignore[return-value]


def _small_cut(graph: _Graph) -> set[_Point] | None:
    """Return one side of a cut that crosses at least one and fewer than five answers; None if there is no such cut."""
    for part in _parts(graph):
        cut = _small_cut_of(part)
        if cut is not None:
            return cut
    return None


def _parts(graph: _Graph) -> Iterator[_Graph]:
    """Yield the connected parts."""
    left = set(graph)
    while left:
        part, ahead = set[_Point](), [min(left, key=str)]
        while ahead:
            point = ahead.pop()
            if point not in part:
                part.add(point)
                ahead += graph[point]
        left -= part
        yield {point: dict(graph[point]) for point in part}


def _small_cut_of(graph: _Graph) -> set[_Point] | None:
    """Do as :func:`_small_cut`, for a connected graph.

    Points are visited in the order of the number of answers that join them to those visited before (Stoer and Wagner,
    *J. ACM* 44, 1997). The last one's cut is its own; two points with at least five counted between them when a line
    was examined are separated by no smaller cut (Nagamochi and Ibaraki, *SIAM J. Discrete Math.* 5, 1992) and become
    one.
    """
    members = {point: {point} for point in graph}
    while len(graph) > 1:
        into = {point: point for point in graph}
        last = _visit(graph, into)
        if sum(graph[last].values()) < MIN_SHOWN:
            return members[last]
        graph, members = _joined(graph, members, into)
    return None


def _visit(graph: _Graph, into: dict[_Point, _Point]) -> _Point:
    """Visit all points, record in ``into`` those that belong together, and return the last."""
    joined = dict.fromkeys(graph, 0)
    first = min(graph, key=str)
    queue: list[tuple[int, str, _Point]] = [(0, str(first), first)]
    seen: dict[_Point, None] = {}
    while queue:
        _count, _name, point = heapq.heappop(queue)
        if point in seen:
            continue
        seen[point] = None
        for other, count in graph[point].items():
            if other not in seen:
                joined[other] += count
                heapq.heappush(queue, (-joined[other], str(other), other))
                if joined[other] >= MIN_SHOWN:
                    into[_end(into, other)] = _end(into, point)
    return next(reversed(seen))


def _joined(
    graph: _Graph, members: Mapping[_Point, set[_Point]], into: dict[_Point, _Point]
) -> tuple[_Graph, dict[_Point, set[_Point]]]:
    """Return the graph with the points that belong together as one."""
    made: _Graph = defaultdict(lambda: defaultdict(int))
    held: dict[_Point, set[_Point]] = defaultdict(set)
    for point, lines in graph.items():
        end = _end(into, point)
        held[end] |= members[point]
        made.setdefault(end, defaultdict(int))
        for other, count in lines.items():
            if _end(into, other) != end:
                made[end][_end(into, other)] += count
    return {point: dict(lines) for point, lines in made.items()}, held


def _end(into: dict[_Point, _Point], point: _Point) -> _Point:
    while into[point] != point:
        point = into[point]
    return point
