"""The headings of a document with their numbers, as a table of contents lists them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pilar.reports.document import MAX_LEVELS, Beside, Block, Division, Heading


@dataclass(frozen=True, slots=True)
class Entry:
    """``number`` is empty for a heading without one; ``mark`` names its place in the document."""

    level: int
    number: str
    text: str
    mark: str


def entries(blocks: tuple[Block, ...]) -> list[Entry]:
    """The headings and divisions in their order, also of blocks that stand side by side."""
    counted = [0] * MAX_LEVELS
    found = []
    for place, one in enumerate(_headed(blocks)):
        number = ""
        if isinstance(one, Heading) and one.numbered:
            counted[one.level - 1] += 1
            counted[one.level :] = [0] * (MAX_LEVELS - one.level)
            number = ".".join(map(str, counted[: one.level]))
        text = one.text if isinstance(one, Heading) else " ".join(filter(None, (one.label, one.title)))
        found.append(Entry(one.level, number, " ".join(text.split()), f"_Toc{place + 1:06}"))
    return found


def _headed(blocks: tuple[Block, ...]) -> Iterator[Heading | Division]:
    for block in blocks:
        if isinstance(block, Heading | Division):
            yield block
        elif isinstance(block, Beside):
            yield from _headed((*block.left, *block.right))
