"""Select the figures of districts that may be shown, so that no difference between them reveals fewer than five.

**What can be computed.** A figure of a district is a sum over its respondents of the same questions, those that
everybody is asked (:func:`common_items`). The same sums are shown of each programme. So each respondent counts in one
programme and in one block of districts. Any combination of shown sums, with any factors, gives each respondent a
coefficient a(programme) - b(block); b is 0 for respondents without a district or from one that is not shown. Totals of
questions, sub-dimensions and pillars are sums of programmes and add nothing. The combination is about those whose
coefficient is not zero.

**When that is safe.** Take programmes and blocks as points, those not shown together as one point, and a line from the
programme to the block of each respondent. Coefficients are zero along the lines between points of the same potential:
those whose coefficient is not zero are the lines that a cut between points crosses. So nothing computable is about
fewer than five if, and only if, every cut that crosses a line crosses at least five. The cut around one block means
that it has five answers itself; the cut around the point of those not shown means that they are five, as
``rules.anonymous`` requires; the cut around both a programme and a block means that the programme without the district
has five.

**What is done.** As long as a smaller cut is found, the smallest block at it is hidden. The figures of a pillar's
districts come after those of the whole survey, the largest first: each is shown if all cuts still cross at least five.
A block is then a district in one pillar, or the rest of a district.

Programmes with fewer than five must be left out of ``counts``: they are shown nowhere. Readers of only some programmes
are shown no district: together with the figures for the whole region, the others would follow by subtraction.
"""

from __future__ import annotations

import heapq
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping

from pilar.surveys.rules.questionnaire import Item, Questionnaire
from pilar.surveys.rules.scores import MIN_SHOWN

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
