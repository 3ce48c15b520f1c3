"""The tables of Siskeudes that make a village-year, each row as a frozen record.

A field says of which column it is and how that is written; reading, comparing and writing back follow from it. Names
of tables and columns are facts of Siskeudes as the importer of OpenSID and a public editor of its database know them
(data/SOURCES.md); what later versions added may be missing from a file.
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
