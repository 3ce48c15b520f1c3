"""Statistics of the one-stop office as open data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pilar.permits.queries.statistics import Counted, Statistics
from pilar.reports.packages import DataPackage, DataTable, Field, data_package

COUNTS = (
    Field("issued", "integer", "Permits issued"),
    Field("refused", "integer", "Applications refused"),
    Field("withdrawn", "integer", "Applications withdrawn"),
    Field("running", "integer", "Applications in process"),
    Field("in_time", "integer", "Of those issued or refused: by their limit"),
)


def open_data(
    statistics: Statistics, region: str, year: int, *, home: str, created: datetime, synthetic: bool
) -> bytes:
    """The archive; equal counts give equal bytes."""
    made_up = "Synthetic data, made up for a demonstration (data contoh). " if synthetic else ""
    places = DataTable(
        "places", "By district", "Permits issued by the district that an application names; empty for the others",
        (Field("district", "string", "Name of the district"), COUNTS[0]), ("district",),
        tuple(statistics.places.items()),
    )  # fmt: skip
    return data_package(
        DataPackage(
            name=f"permits-{region}-{year}", title=f"Applications for permits sent in {year}",
            description=f"{made_up}Counted from the records of the cases; no person is named.", version="1.0",
            homepage=home, created=created,
            tables=(
                _table("services", "By service", statistics.services),
                _table("months", "By month", statistics.months), places,
            ),
            attachments=(), more={"synthetic": synthetic, "countryCode": "ID", "regionCode": region},
        )
    )  # fmt: skip


def _table(name: str, title: str, rows: Sequence[Counted]) -> DataTable:
    fields = (Field("key", "string", "Service or month"), Field("name", "string", "Its name"), *COUNTS)
    values = tuple((row.key, row.name, *(getattr(row, field.name) for field in COUNTS)) for row in rows)
    return DataTable(name, title, "Applications by how they stand", fields, ("key",), values)
