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
    entries = []
    for place, block in enumerate(_headed(blocks)):
        number = ""
        if isinstance(block, Heading) and block.numbered:
            counted[block.level - 1] += 1
            counted[block.level :] = [0] * (MAX_LEVELS - block.level)
            number = ".".join(map(str, counted[: block.level]))
        text = block.text if isinstance(block, Heading) else " ".join(filter(None, (block.label, block.title)))
        entries.append(Entry(block.level, number, " ".join(text.split()), f"_Toc{place + 1:06}"))
    return entries


def _headed(blocks: tuple[Block, ...]) -> Iterator[Heading | Division]:
    for block in blocks:
        if isinstance(block, Heading | Division):
            yield block
        elif isinstance(block, Beside):
            yield from _headed((*block.left, *block.right))
