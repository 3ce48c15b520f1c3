"""The written notice of a failure to protect personal data, to persons and agency (UU 27/2022 article 46). It is in
Indonesian, since it is an official letter; the wording is Pilar's own, there is no official form."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.formats import date_format

from pilar.areas.reference import local
from pilar.hospital.queries.privacy import BreachRow
from pilar.reports.document import Block, Document, Heading, Notice, PageBreak, Pair, Pairs, Paragraph

TITLE = "Pemberitahuan kegagalan pelindungan data pribadi"
LAW = "Undang-Undang Nomor 27 Tahun 2022 tentang Pelindungan Data Pribadi, Pasal 46"
TO = (
    ("Kepada lembaga", "Lembaga yang menyelenggarakan pelindungan data pribadi"),
    ("Kepada subjek data pribadi", "Yth. Bapak/Ibu yang data pribadinya disebut di bawah"),
)


def breach_notice(row: BreachRow) -> Document:
    """One letter to the agency and one to the persons, as far as the report has been written."""
    return Document(
        title=TITLE, language="id", author="Pilar", made_at=row.written_at, blocks=tuple(_blocks(row)),
        eyebrow=row.at.name, lead=LAW, stamp="" if row.told_at else "RANCANGAN", running=f"{TITLE} · {row.at.name}",
    )  # fmt: skip


def _blocks(row: BreachRow) -> Iterator[Block]:
    if row.at.synthetic:
        yield Notice("Data contoh, dibuat untuk peragaan.")
    for number, (title, greeting) in enumerate(TO):
        if number:
            yield PageBreak()
        yield Heading(title)
        yield Paragraph(greeting)
        yield Paragraph(
            f"{row.at.name} memberitahukan secara tertulis kegagalan pelindungan data pribadi yang diketahui pada"
            f" {_moment(row, row.noticed_at)}. Pemberitahuan ini disampaikan paling lambat 3 x 24 jam sejak itu, yaitu"
            f" {_moment(row, row.due)}."
        )
        yield Pairs(
            (
                Pair("Data pribadi yang terungkap", row.data),
                Pair("Kapan dan bagaimana terungkap", row.happened),
                Pair("Jumlah orang", "belum diketahui" if row.affected is None else str(row.affected)),
                Pair("Akibat yang mungkin timbul", row.consequences),
                Pair("Upaya penanganan dan pemulihan", row.remedy),
                Pair("Narahubung", row.contact),
            )
        )


def _moment(row: BreachRow, moment: datetime) -> str:
    return date_format(local(moment, row.at.region), "j F Y H.i")
