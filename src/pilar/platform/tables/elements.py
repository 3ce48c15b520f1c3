"""XML of strangers as a stream: nothing is kept but what the visitor keeps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol
from xml.parsers import expat

from pilar.platform.tables.budget import MEGABYTE, Budget

DEEPEST = 50
# The longest tag, comment or instruction: the parser keeps it whole, and looks through it again with each block.
MAX_PIECE = MEGABYTE
# The parser never forgets the name of an element or attribute.
MAX_NAMES = 10_000


class Visitor(Protocol):
    """Is told of elements by their local names."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None: ...

    def end(self, tag: str) -> None: ...

    def text(self, piece: str) -> None: ...


def visited(blocks: Iterable[bytes], visitor: Visitor, budget: Budget) -> Iterator[None]:
    """Show the document to ``visitor``; stops after each block, so that what it found can be taken away.

    Raises Faults for what costs too much, ValueError for a document type (without one there are no entities, in
    whatever encoding), ``expat.ExpatError`` for what is no XML.
    """
    names: dict[str, str] = {}
    parser = expat.ParserCreate(intern=names)
    parser.buffer_text = True
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        budget.meet()
        if depth > DEEPEST:
            raise budget.too_costly()
        visitor.start(tag.rpartition(":")[2] if ":" in tag else tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        visitor.end(tag.rpartition(":")[2] if ":" in tag else tag)

    def refuse(*_: object) -> None:
        raise ValueError

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = visitor.text
    parser.CommentHandler = parser.ProcessingInstructionHandler = budget.meet
    parser.StartDoctypeDeclHandler = refuse
    fed = 0
    for block in blocks:
        budget.unpack(len(block))
        fed += len(block)
        parser.Parse(block, False)
        if fed - parser.CurrentByteIndex > MAX_PIECE or len(names) > MAX_NAMES:
            raise budget.too_costly()
        yield
    parser.Parse(b"", True)
    yield
