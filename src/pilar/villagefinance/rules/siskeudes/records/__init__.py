"""The tables of Siskeudes that make a village-year, each row as a frozen record.

A field declares its column and how that is written; reading, comparing and writing back follow from it. Names of tables
and columns are facts of Siskeudes as used by the importer of OpenSID and a public editor of its database
(data/SOURCES.md); columns of later versions may be missing from a file.
"""

from pilar.villagefinance.rules.siskeudes.records import budget, execution
from pilar.villagefinance.rules.siskeudes.records.fields import (
    TABLES,
    VILLAGE,
    YEAR,
    Kind,
    Of,
    VillageYear,
    columns_of,
    key_of,
    made,
    table_of,
    village_code,
)
