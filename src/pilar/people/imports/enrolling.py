"""Accounts with their roles, and offices, from a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TypeVar

from pilar.areas import operations as areas
from pilar.areas import queries as area_queries
from pilar.areas import reference
from pilar.areas.rules import OfficeWordTaken, word_taken
from pilar.people import operations
from pilar.people.imports.persons import PersonsImporter
from pilar.people.operations.accounts import EmailTaken, fit_email, fit_name
from pilar.people.queries.enrolling import Known, known_accounts
from pilar.people.rules import ABOVE_REGIONS, ROLES, AnyRole, NotAllowed, Permission, Reach, roles_to_give
from pilar.platform import imports
from pilar.platform.errors import Fault, PilarError
from pilar.platform.imports import NEW, REFUSED, UNCHANGED, Column, Row, Value, Verdict
from pilar.platform.language import N_, in_both, translate
from pilar.platform.tables import folded
from pilar.platform.units import KINDS

MAX_ROWS = 1_000
MAX_OFFICE, MAX_ABBREVIATION = 200, 40
AT_ONCE = 200
"""Rows stored while the reader waits: each is an account or an office with its record and its invitation, some twenty
statements (assumption: within a second or two)."""
RECORDED = "people.import"
T = TypeVar("T")
Place = tuple[str, str | None, int | None, str]
"""Role, region, office and unit."""
OpenOffices = dict[str, list[tuple[str, str]]]
"""Names and abbreviations of the open offices of regions."""

ADDED = imports.Outcome("added", N_("gets the role"), "brand", stored=True)


class Accounts(PersonsImporter):
    """Accounts with their first or a further role, a row for each role. New people are invited, as for single
    accounts."""

    kind = "people.accounts"
    most_rows, at_once = MAX_ROWS, AT_ONCE
    # A preview reveals which addresses already have an account, so looking up many of them is logged.
    recorded = RECORDED
    outcomes = (NEW, ADDED, UNCHANGED, REFUSED)

    def columns(self) -> Sequence[Column]:
        roles = tuple(translate(ROLES[role].name) for role in self.roles)
        of_a_region = [role for role in self.roles if ROLES[role].reach is Reach.REGION]
        example = translate(ROLES[of_a_region[0]].name) if of_a_region else ""
        region = next((held.region for held in self.by.memberships if held.region), "36.03")
        return (
            Column("name", N_("Name"), ("nama lengkap", "full name"), filled=True, example="Siti Contoh"),
            Column("email", N_("E-mail address"), filled=True, example="nama@contoh.invalid"),
            Column("role", N_("Role"), ("peran",), filled=True, options=roles, example=example),
            Column(
                "region", N_("Region"), ("daerah", "kode daerah", "wilayah"), required=False, example=region,
                remark=translate(N_("Code or name; empty for a role of the whole nation or a province")),
            ),
            Column(
                "office", N_("Office"), ("perangkat daerah", "opd"), required=False,
                remark=translate(N_("Its name or abbreviation; only for a role of an office")),
            ),
            Column(
                "unit", N_("Province, district, village or hospital"), ("unit", "kode unit"), required=False,
                remark=translate(N_("Its code or name; only for a role that is held for one")),
            ),
        )  # fmt: skip

    @cached_property
    def roles(self) -> tuple[AnyRole, ...]:
        """The roles that the sender may give in any place."""
        regions = [None, *sorted({held.region for held in self.by.memberships if held.region})]
        anywhere = [role for role in ROLES if self.by.may(ROLES[role].given_with)]
        return tuple(dict.fromkeys([*anywhere, *(role for code in regions for role in roles_to_give(self.by, code))]))

    @cached_property
    def by_word(self) -> dict[str, AnyRole]:
        """Every role by its code and its names."""
        roles: dict[str, AnyRole] = {}
        for role in ROLES:
            named = in_both(lambda role=role: translate(ROLES[role].name))  # type: ignore[misc]
            roles |= dict.fromkeys(map(folded, (role.value, named.id, named.en)), role)
        return roles

    def judge(self, rows: Sequence[Row]) -> Sequence[Verdict]:
        emails = {str(row["email"]).strip().lower() for row in rows if row["email"]}
        known = known_accounts(emails, scope=self.by, now=self.now)
        earlier: dict[str, dict[Place, int]] = {}
        return [self._verdict(row, known, earlier) for row in rows]

    def store(self, verdicts: Sequence[Verdict]) -> None:
        made: dict[str, int] = {}
        for verdict in verdicts:
            email, name, held = verdict.of
            place = dict(zip(("role", "region", "office", "unit"), held, strict=True))
            if verdict.outcome is NEW and email not in made:
                made[email] = operations.create_account(by=self.by, email=email, name=name, now=self.now, **place)
            else:
                user = made.get(email) or int(verdict.seen)
                operations.grant_membership(by=self.by, user=user, now=self.now, **place)

    def _verdict(self, row: Row, known: dict[str, Known], earlier: dict[str, dict[Place, int]]) -> Verdict:
        faults = list(row.faults)
        name = _read(faults, "name", lambda: fit_name(row["name"]) if row["name"] else "")
        email = _read(faults, "email", lambda: fit_email(row["email"]) if row["email"] else "")
        held = self._held(row, faults)
        values = [Value(N_("E-mail address"), row["email"]), Value(N_("Role"), row["role"])]
        values += [Value(N_("Held for"), " · ".join(filter(None, (row["region"], row["office"], row["unit"]))))]
        account = known.get(email or "")
        if account is not None and not account.seen:
            faults.append(Fault(EmailTaken.code, EmailTaken.sentence, {"email": email}, "email"))
        elif account is not None and not account.open:
            faults.append(Fault("account-blocked", N_("This account is blocked"), {}, "email"))
        elif held and email and (before := earlier.setdefault(email, {}).get(held)):
            sentence = N_("This already stands in row %(row)s")
            faults.append(Fault("row-twice", sentence, {"row": before}, "email"))
        if faults or not (name and email and held):
            return Verdict(row, REFUSED, tuple(values), tuple(faults), title=row["name"] or "")
        is_first = not earlier[email]
        earlier[email][held] = row.number
        fresh = NEW if is_first else ADDED
        outcome = fresh if account is None else UNCHANGED if held in account.roles else ADDED
        seen = str(account.key) if account else ""
        return Verdict(row, outcome, tuple(values), title=name, seen=seen, of=(email, name, held))

    def _held(self, row: Row, faults: list[Fault]) -> Place | None:
        """The role with its place; its faults are added to ``faults``."""
        before = len(faults)
        role = self.by_word.get(folded(row["role"])) if row["role"] else None
        if role is None:
            if row["role"]:
                faults.append(Fault("unknown-role", N_("There is no role “%(given)s”"), {"given": row["role"]}, "role"))
            return None
        region = None
        if row["region"]:
            region = _read(faults, "region", lambda: _region(row["region"]))
        reach = ROLES[role].reach
        if (reach in ABOVE_REGIONS) != (not row["region"]):
            sentence = (
                N_("This role is held for the whole nation or a province: leave the region empty")
                if reach in ABOVE_REGIONS
                else N_("Name the region that the role is held in")
            )
            faults.append(Fault("unfit-reach", sentence, {}, "region"))
        if len(faults) > before:
            return None
        if role not in roles_to_give(self.by, region):
            faults.append(Fault(NotAllowed.code, N_("You may not give this role there"), {}, "role"))
            return None
        office = self._office(row, region, faults) if reach is Reach.OFFICE else None
        unit = self._unit(row, role, region, faults) if ROLES[role].unit else ""
        for column, fits in (("office", reach is Reach.OFFICE), ("unit", bool(ROLES[role].unit))):
            if row[column] and not fits:
                sentence = N_("This role is not held for one: leave this empty")
                faults.append(Fault("unfit-reach", sentence, {}, column))
        return None if len(faults) > before else (role.value, region, office, unit)

    def _office(self, row: Row, region: str | None, faults: list[Fault]) -> int | None:
        keys = self._offices(region or "").get(folded(row["office"] or ""), set())
        if len(keys) == 1:
            return next(iter(keys))
        sentence = (
            N_("The region has several open offices “%(given)s”: write the name or abbreviation of one alone")
            if keys
            else N_("The region has no open office “%(given)s”: add it first")
        )
        faults.append(Fault("unknown-office", sentence, {"given": row["office"] or "–"}, "office"))
        return None

    def _offices(self, region: str) -> dict[str, set[int]]:
        """The open offices by their names and abbreviations."""
        if region not in self._known_offices:
            by_name = self._known_offices[region] = defaultdict(set)
            for row in area_queries.offices(region, scope=self.by):
                for word in () if row.closed else filter(None, (row.name, row.abbreviation)):
                    by_name[folded(word)].add(row.key)
        return self._known_offices[region]

    @cached_property
    def _known_offices(self) -> dict[str, defaultdict[str, set[int]]]:
        return {}

    def _unit(self, row: Row, role: AnyRole, region: str | None, faults: list[Fault]) -> str:
        names = KINDS[ROLES[role].unit].names(region=region or "")
        given = row["unit"] or ""
        codes = [code for code, name in names.items() if given == code or folded(given) == folded(name)]
        if len(codes) != 1:
            sentence = N_("There is no single unit “%(given)s” for this role there: give its code")
            faults.append(Fault("unknown-unit", sentence, {"given": given or "–"}, "unit"))
            return ""
        return codes[0]


class Offices(PersonsImporter):
    """Offices of regions, of those whose offices the sender manages. What is there stays as it is."""

    kind = "people.offices"
    most_rows, at_once = MAX_ROWS, AT_ONCE
    recorded = RECORDED
    outcomes = (NEW, UNCHANGED, REFUSED)

    def columns(self) -> Sequence[Column]:
        return (
            Column("region", N_("Region"), ("daerah", "kode daerah", "wilayah"), filled=True, example="36.03"),
            Column("name", N_("Office"), ("nama", "perangkat daerah", "nama opd"), filled=True, example="Dinas Contoh"),
            Column("abbreviation", N_("Abbreviation"), ("singkatan",), required=False, example="Dincon"),
        )

    def judge(self, rows: Sequence[Row]) -> Sequence[Verdict]:
        open_ones: OpenOffices = {}
        earlier: dict[tuple[str, str], int] = {}
        return [self._verdict(row, open_ones, earlier) for row in rows]

    def store(self, verdicts: Sequence[Verdict]) -> None:
        for verdict in verdicts:
            region, name, abbreviation = verdict.of
            areas.add_office(by=self.by, region=region, name=name, abbreviation=abbreviation)

    def _verdict(
        self, row: Row, open_ones: dict[str, list[tuple[str, str]]], earlier: dict[tuple[str, str], int]
    ) -> Verdict:
        faults = list(row.faults)
        region = _read(faults, "region", lambda: _region(row["region"]) if row["region"] else "")
        if region and not self.by.may(Permission.MANAGE_OFFICES, area=region):
            faults.append(Fault(NotAllowed.code, N_("You do not manage the offices of this region"), {}, "region"))
        words = {column: " ".join((row[column] or "").split()) for column in ("name", "abbreviation")}
        name, short = words.values()
        for (column, text), most in zip(words.items(), (MAX_OFFICE, MAX_ABBREVIATION), strict=True):
            if len(text) > most:
                sentence = N_("This has more than %(most)s characters")
                faults.append(Fault("too-long", sentence, {"most": most}, column))
            before = earlier.setdefault((region or "", folded(text)), row.number)
            if folded(text) and region and before != row.number:
                sentence = N_("This already stands in row %(row)s")
                faults.append(Fault("row-twice", sentence, {"row": before}, column))
        values = (Value(N_("Region"), row["region"]), Value(N_("Office"), name), Value(N_("Abbreviation"), short))
        if faults or not (name and region):
            return Verdict(row, REFUSED, values, tuple(faults), title=name)
        if region not in open_ones:
            offices = area_queries.offices(region, scope=self.by)
            open_ones[region] = [(office.name, office.abbreviation) for office in offices if not office.closed]
        error = word_taken(name, short, open_ones[region])
        if isinstance(error, OfficeWordTaken):
            column = "name" if error.fields["word"] == name else "abbreviation"
            faults.append(Fault(error.code, error.sentence, error.fields, column))
        outcome = REFUSED if faults else UNCHANGED if error else NEW
        return Verdict(row, outcome, values, tuple(faults), title=name, of=(region, name, short))


def _region(given: str) -> str:
    """The code of the region that a cell names."""
    return reference.directory().find(given).code


def _read(faults: list[Fault], column: str, read: Callable[[], T]) -> T | None:
    """Return the value of ``read``; an error becomes a fault of the column."""
    try:
        return read()
    except PilarError as refused:
        faults.append(Fault(refused.code, refused.sentence, refused.fields, column))
        return None
