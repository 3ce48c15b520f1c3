"""``account``: accounts and their roles from the server's console, in particular the first account."""

from __future__ import annotations

import argparse
import secrets
import sys
from datetime import date
from typing import Any

from pilar.people.rules import OPERATOR, role_of
from pilar.platform.language import translate


def register(subparsers: Any) -> None:
    """Add the command of this room; it needs the database (``database=True``)."""
    account = subparsers.add_parser("account", help=translate("accounts and their roles"))
    actions = account.add_subparsers(dest="action", required=True, metavar=translate("action"))

    listing = actions.add_parser("list", help=translate("list accounts with their roles"))
    listing.add_argument("search", nargs="?", default="", help=translate("part of a name or an e-mail address"))
    listing.set_defaults(run=_list, database=True)

    create = actions.add_parser("create", help=translate("open an account and print its first password"))
    create.add_argument("email")
    create.add_argument("name")
    _add_place(create)
    create.set_defaults(run=_create, database=True)

    grant = actions.add_parser("grant", help=translate("give an account a role"))
    grant.add_argument("email")
    _add_place(grant)
    grant.set_defaults(run=_grant, database=True)

    end = actions.add_parser("end", help=translate("end a role; its number stands in the list"))
    end.add_argument("membership", type=int)
    end.add_argument("--until", type=date.fromisoformat, help=translate("last day: 2026-12-31"))
    end.set_defaults(run=_end, database=True)

    password = actions.add_parser("password", help=translate("set a new random password and print it"))
    password.add_argument("email")
    password.set_defaults(run=_password, database=True)

    export = actions.add_parser("export", help=translate("print all that is kept of a person, as JSON"))
    export.add_argument("email")
    export.set_defaults(run=_export, database=True)

    anonymise = actions.add_parser("anonymise", help=translate("remove name and address of a person for good"))
    anonymise.add_argument("email")
    anonymise.add_argument("--sure", action="store_true", help=translate("you know that nobody can undo this"))
    anonymise.set_defaults(run=_anonymise, database=True)

    citizen = actions.add_parser("citizen-export", help=translate("the same of a public account, by address or number"))
    citizen.add_argument("contact")
    citizen.set_defaults(run=_export_citizen, database=True)

    erase = actions.add_parser("citizen-erase", help=translate("erase a public account for good"))
    erase.add_argument("contact")
    erase.add_argument("--sure", action="store_true", help=translate("you know that nobody can undo this"))
    erase.set_defaults(run=_erase_citizen, database=True)

    factor = actions.add_parser(
        "remove-second-factor", help=translate("take a lost second factor off an account, whose sessions end")
    )
    factor.add_argument("email")
    factor.set_defaults(run=_remove_second_factor, database=True)


def _add_place(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--role", required=True)
    parser.add_argument("--region", help=translate("code of the regency or city, such as 36.03"))
    parser.add_argument("--office", type=int, help=translate("number of the office"))
    parser.add_argument("--unit", default="", help=translate("code of the district, village or hospital"))
    parser.add_argument("--from", dest="valid_from", type=date.fromisoformat, help=translate("first day: 2026-12-01"))
    parser.add_argument("--until", dest="valid_until", type=date.fromisoformat, help=translate("last day: 2026-12-31"))


def _place(options: argparse.Namespace) -> dict[str, Any]:
    given = {name: getattr(options, name) for name in ("region", "office", "unit", "valid_from", "valid_until")}
    return {"role": role_of(options.role), **given}


def _list(options: argparse.Namespace) -> int:
    from django.utils import timezone

    from pilar.people import queries
    from pilar.platform import audit

    page = queries.accounts(scope=OPERATOR, now=timezone.now(), search=options.search, size=None)
    audit.read(OPERATOR, "people.accounts", "list", rows=len(page))
    for row in page:
        state = "" if row.is_active else "  " + translate("blocked")
        sys.stdout.write(f"{row.email}  {row.name}{state}\n")
        for held in row.roles:
            days = f"{held.valid_from} – {held.valid_until or ''}".rstrip()
            sys.stdout.write(f"    {held.key}  {held.role_name}{', ' if held.place else ''}{held.place}  {days}\n")
    return 0


def _create(options: argparse.Namespace) -> int:
    from django.utils import timezone

    from pilar.people import operations

    password = secrets.token_urlsafe(15)
    operations.create_account(
        by=OPERATOR,
        email=options.email,
        name=options.name,
        password=password,
        **_place(options),
        now=timezone.now(),
    )
    sys.stdout.write(password + "\n")
    return 0


def _grant(options: argparse.Namespace) -> int:
    from django.utils import timezone

    from pilar.people import operations, queries

    now = timezone.now()
    account = queries.find_account(options.email, scope=OPERATOR, now=now)
    operations.grant_membership(by=OPERATOR, user=account.key, now=now, **_place(options))
    return 0


def _end(options: argparse.Namespace) -> int:
    from django.utils import timezone

    from pilar.people import operations

    operations.end_membership(by=OPERATOR, membership=options.membership, valid_until=options.until, now=timezone.now())
    return 0


def _password(options: argparse.Namespace) -> int:
    from django.utils import timezone

    from pilar.people import operations, queries

    now = timezone.now()
    account = queries.find_account(options.email, scope=OPERATOR, now=now)
    password = secrets.token_urlsafe(15)
    operations.set_password(by=OPERATOR, user=account.key, password=password, now=now)
    sys.stdout.write(password + "\n")
    return 0


def _export(options: argparse.Namespace) -> int:
    import json

    from django.core.serializers.json import DjangoJSONEncoder
    from django.utils import timezone

    from pilar.people import queries
    from pilar.platform import audit

    now = timezone.now()
    account = queries.find_account(options.email, scope=OPERATOR, now=now)
    data = queries.personal_data(account.key, scope=OPERATOR, now=now)
    audit.read(OPERATOR, "people.personal-data", account.key, rows=queries.count_of(data))
    json.dump(data, sys.stdout, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
    return 0


def _export_citizen(options: argparse.Namespace) -> int:
    import json

    from django.core.serializers.json import DjangoJSONEncoder
    from django.utils import timezone

    from pilar.people import queries

    data = queries.public_data(queries.citizen_with(options.contact), scope=OPERATOR, now=timezone.now())
    json.dump(data, sys.stdout, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
    return 0


def _erase_citizen(options: argparse.Namespace) -> int:
    from django.utils import timezone

    from pilar.people import operations, queries

    account = queries.citizen_with(options.contact)
    if not options.sure:
        sys.stderr.write(translate("Account %(key)s: nobody can undo this. Add --sure", key=account) + "\n")
        return 2
    operations.erase_public_account(by=OPERATOR, account=account, now=timezone.now())
    return 0


def _remove_second_factor(options: argparse.Namespace) -> int:
    from django.utils import timezone

    from pilar.people import operations, queries

    account = queries.find_account(options.email, scope=OPERATOR, now=timezone.now())
    operations.remove_second_factor(by=OPERATOR, user=account.key)
    return 0


def _anonymise(options: argparse.Namespace) -> int:
    from django.utils import timezone

    from pilar.people import operations, queries

    now = timezone.now()
    account = queries.find_account(options.email, scope=OPERATOR, now=now)
    if not options.sure:
        sys.stderr.write(
            translate("%(name)s <%(email)s>: nobody can undo this. Add --sure", name=account.name, email=account.email)
            + "\n"
        )
        return 2
    operations.anonymise(by=OPERATOR, user=account.key, now=now)
    return 0
