"""The paper (dasar) that something sent by page rests on, such as an instrument, as readers are told of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pilar import index
from pilar.platform.imports.verdicts import Value
from pilar.platform.language import N_, Bilingual

PAPERS = {
    index.Paper.DECREE: Bilingual("Keputusan", "Decree"),
    index.Paper.LETTER: Bilingual("Surat", "Letter"),
    index.Paper.FILE: Bilingual("Berkas", "File"),
}
CERTAINTIES = {
    index.Certainty.OFFICIAL: Bilingual("resmi", "official"),
    index.Certainty.INFERRED: Bilingual("disimpulkan", "inferred"),
    index.Certainty.ASSUMPTION: Bilingual("asumsi", "assumption"),
}
TONES = {
    index.Certainty.OFFICIAL: "positive",
    index.Certainty.INFERRED: "brand",
    index.Certainty.ASSUMPTION: "caution",
}


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of a kind, its day, its title if it is told, and how sure it is."""

    line: Bilingual
    dated: date
    title: Bilingual | None
    status: Bilingual
    tone: str


def paper_of(basis: index.Basis | None) -> Paper | None:
    """The paper of a basis; None where a file names none."""
    if basis is None:
        return None
    kind = PAPERS[basis.kind]
    line = Bilingual(f"{kind.id} {basis.number}", f"{kind.en} {basis.number}")
    title = Bilingual(**basis.title) if basis.title else None
    return Paper(line, basis.dated, title, CERTAINTIES[basis.status], TONES[basis.status])


def paper_values(basis: index.Basis | None) -> Iterator[Value]:
    """Yield what a preview tells of it."""
    paper = paper_of(basis)
    yield Value(N_("Basis"), "" if paper is None else paper.line)
    yield Value(N_("Date of the basis"), None if paper is None else paper.dated)
    yield Value(N_("Status of the basis"), "" if paper is None else paper.status)
