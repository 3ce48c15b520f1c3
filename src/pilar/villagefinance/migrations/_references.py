"""Keys and references that Django does not make: of several columns, each beginning with the region."""

from django.db import migrations

_VILLAGE = "region village"
_YEAR = "region village year"
_REQUEST = f"{_YEAR} request"
_ACCOUNT = "region village bank_account"
REFERENCES = (
    ("accountchange", _VILLAGE, "book", _VILLAGE),
    ("accountchange", f"{_VILLAGE} supplier", "supplier", f"{_VILLAGE} key"),
    ("activityexecutor", _VILLAGE, "book", _VILLAGE),
    ("activityexecutor", "region activity", "activity", "region code"),
    ("bankaccount", _VILLAGE, "book", _VILLAGE),
    ("bankaccount", "region account", "account", "region code"),
    ("bankformat", _ACCOUNT, "bankaccount", f"{_VILLAGE} key"),
    ("bankmatch", _ACCOUNT, "bankaccount", f"{_VILLAGE} key"),
    ("bankrow", f"{_ACCOUNT} statement", "bankstatement", f"{_ACCOUNT} number"),
    ("bankstatement", _ACCOUNT, "bankaccount", f"{_VILLAGE} key"),
    ("bill", f"{_REQUEST} line", "requestline", f"{_REQUEST} line"),
    ("bill", f"{_VILLAGE} supplier", "supplier", f"{_VILLAGE} key"),
    ("budgetamount", f"{_YEAR} line", "budgetline", f"{_YEAR} key"),
    ("budgetamount", f"{_YEAR} version", "budgetversion", f"{_YEAR} number"),
    ("budgetline", _VILLAGE, "book", _VILLAGE),
    ("budgetline", "region account", "account", "region code"),
    ("budgetline", "region fund", "fund", "region code"),
    ("budgetstep", f"{_YEAR} version", "budgetversion", f"{_YEAR} number"),
    ("budgetversion", _VILLAGE, "book", _VILLAGE),
    ("carriedline", f"{_YEAR} line", "budgetline", f"{_YEAR} key"),
    ("cashplan", f"{_YEAR} version line", "budgetamount", f"{_YEAR} version line"),
    ("ceiling", _VILLAGE, "book", _VILLAGE),
    ("ceiling", "region fund", "fund", "region code"),
    ("correction", _VILLAGE, "book", _VILLAGE),
    ("costitem", f"{_YEAR} version line", "budgetamount", f"{_YEAR} version line"),
    ("entry", _VILLAGE, "book", _VILLAGE),
    ("entry", f"{_YEAR} reverses", "entry", f"{_YEAR} place"),
    ("flag", _VILLAGE, "book", _VILLAGE),
    ("line", f"{_YEAR} place", "entry", f"{_YEAR} place"),
    ("line", "region account", "account", "region code"),
    ("line", "region fund", "fund", "region code"),
    ("line", f"{_YEAR} line", "budgetline", f"{_YEAR} key"),
    ("line", f"{_VILLAGE} bank_account account", "bankaccount", f"{_VILLAGE} key account"),
    ("matchedline", f"{_YEAR} place no", "line", f"{_YEAR} place no"),
    ("matchedline", f"{_ACCOUNT} match", "bankmatch", f"{_ACCOUNT} number"),
    ("matchedrow", f"{_ACCOUNT} match", "bankmatch", f"{_ACCOUNT} number"),
    ("matchedrow", f"{_ACCOUNT} row", "bankrow", f"{_ACCOUNT} number"),
    ("ntpnchange", _VILLAGE, "book", _VILLAGE),
    ("otherprogramme", _VILLAGE, "book", _VILLAGE),
    ("paymentrequest", _VILLAGE, "book", _VILLAGE),
    ("paymentrequest", "region fund", "fund", "region code"),
    ("paymentrequest", f"{_VILLAGE} supplier", "supplier", f"{_VILLAGE} key"),
    ("paymentrequest", f"{_YEAR} income_line", "budgetline", f"{_YEAR} key"),
    ("period", _VILLAGE, "book", _VILLAGE),
    ("plannedwork", _VILLAGE, "book", _VILLAGE),
    ("plannedwork", "region activity", "activity", "region code"),
    ("proof", _REQUEST, "paymentrequest", f"{_YEAR} number"),
    ("publicphoto", _REQUEST, "paymentrequest", f"{_YEAR} number"),
    ("question", _VILLAGE, "book", _VILLAGE),
    ("remittance", f"{_YEAR} place", "entry", f"{_YEAR} place"),
    ("reportstep", _VILLAGE, "book", _VILLAGE),
    ("requestentry", f"{_YEAR} place", "entry", f"{_YEAR} place"),
    ("requestentry", f"{_VILLAGE} of_year request", "paymentrequest", f"{_YEAR} number"),
    ("requestline", _REQUEST, "paymentrequest", f"{_YEAR} number"),
    ("requestline", f"{_YEAR} line", "budgetline", f"{_YEAR} key"),
    ("sampledentry", "region sample", "auditsample", "region number"),
    ("sampledentry", f"{_YEAR} place", "entry", f"{_YEAR} place"),
    ("sealedbook", _VILLAGE, "book", _VILLAGE),
    ("supplier", _VILLAGE, "book", _VILLAGE),
    ("withholding", _REQUEST, "paymentrequest", f"{_YEAR} number"),
    ("withholding", f"{_REQUEST} bill", "bill", f"{_REQUEST} no"),
    ("withholding", "region ntpn", "remittance", "region ntpn"),
)
FOLLOWING = {("withholding", "region ntpn")}
"""A receipt whose number was mistyped and corrected keeps what was withheld under it."""
KEYS = {
    "budgetposition": "region, village, year, line, month",
    "cashposition": "region, village, year, account, holder, fund, day",
}
"""What a position comes to stands in its key, too: a year of all villages is read from the key alone, in its order,
which takes half of the time that keys and rows together take."""


def references(of_tables: tuple[tuple[str, str, str, str], ...]) -> str:
    """Foreign keys of several columns: a table and its columns, another table and what they mean there."""
    return "".join(
        f"ALTER TABLE villagefinance_{table} ADD CONSTRAINT {table}_{of.split()[-1]}_of_{other}"
        f" FOREIGN KEY ({', '.join(of.split())}) REFERENCES villagefinance_{other} ({', '.join(to.split())})"
        f"{' ON UPDATE CASCADE' if (table, of) in FOLLOWING else ''};\n"
        for table, of, other, to in of_tables
    )


def keyed() -> list[str]:
    return [
        f"ALTER TABLE villagefinance_{table} DROP CONSTRAINT villagefinance_{table}_pkey,"
        f" ADD CONSTRAINT villagefinance_{table}_pkey PRIMARY KEY ({columns}) INCLUDE (moved)"
        for table, columns in KEYS.items()
    ]


OPERATIONS = [migrations.RunSQL(references(REFERENCES)), migrations.RunSQL(keyed())]
