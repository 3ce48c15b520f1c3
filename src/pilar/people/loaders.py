"""Example accounts to try Pilar with: one per role, with addresses and names that cannot belong to anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from pilar.areas import operations as area_operations
from pilar.areas import queries as areas
from pilar.people import operations, queries
from pilar.people.rules import ROLES, AnyRole, NotFound, Reach, Role, Standing
from pilar.platform.language import N_, translate

REGION, PROVINCE = "36.03", "36"

# Offices of the example region as these pages print their names.
OFFICES = {
    # https://123dok.com/document/zgw13lw8-profil-kabupaten-tangerang.html
    "Diskominfo": "Dinas Komunikasi dan Informatika",
    # http://tangerangnews.com/kabupaten-tangerang/read/28433/Kabupaten-Tangerang-Dipersiapkan-Jadi-Smart-City
    "Bappeda": "Badan Perencanaan dan Pembangunan Daerah",
    # https://updatenews.co.id/2020/01/07/perkuat-sinergitas-komisi-1-dprd-banten-kunjungi-dpmptsp-kabupaten-tangerang/
    "DPMPTSP": "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu",
    # https://kabar6.com/tag/dpmpd/
    "DPMPD": "Dinas Pemberdayaan Masyarakat dan Pemerintahan Desa",
    # https://tangerangdaily.id/cara-mengurus-surat-izin-praktik-sip-tenaga-medis-di-kabupaten-tangerang
    "Dinkes": "Dinas Kesehatan",
}
OFFICE, HEALTH = "Diskominfo", "Dinkes"

# Nobody is a signatory of the example region, so its coordinator submits.
# RFC 2606 reserves .invalid: no message to these addresses can ever reach anybody.
ACCOUNTS: dict[Role, tuple[str, str]] = {
    Role.SECRETARIAT: ("sekretariat@contoh.invalid", "Akun contoh Sekretariat"),
    Role.COORDINATOR: ("koordinator@contoh.invalid", "Akun contoh Koordinator"),
    Role.CONTRIBUTOR: ("kontributor@contoh.invalid", "Akun contoh Kontributor"),
    Role.VERIFIER: ("verifikator@contoh.invalid", "Akun contoh Verifikator"),
    Role.ASSESSOR: ("asesor@contoh.invalid", "Akun contoh Asesor"),
    Role.PANEL_CHAIR: ("ketua.panel@contoh.invalid", "Akun contoh Ketua Panel"),
    Role.AUDITOR: ("pemeriksa@contoh.invalid", "Akun contoh Pemeriksa"),
    Role.PROVINCIAL: ("provinsi@contoh.invalid", "Akun contoh Pembaca Provinsi"),
}

SECOND_SECRETARIAT = ("sekretariat.kedua@contoh.invalid", "Akun contoh Sekretariat Kedua")
"""Approves what the first computed: four eyes."""
SECOND_SCOPE = N_("second person, for approving")


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An example account as a newcomer reads it: ``role`` and ``scope`` in words, ``scope`` empty for the nation,
    but for the second secretariat."""

    email: str
    password: str
    role: str
    scope: str


@dataclass(frozen=True, slots=True)
class Example:
    """An example account; ``unit`` where its role is held at one, ``office`` by its abbreviation."""

    role: AnyRole
    email: str
    name: str
    unit: str = ""
    office: str = OFFICE


@transaction.atomic
def load_demo_accounts(
    *, by: Standing, password_of: Callable[[str], str], others: Sequence[Example] = ()
) -> list[DemoAccount]:
    """Make the example accounts, or give them their passwords again; needs the areas to be loaded.

    ``password_of`` returns the password of an address, which the caller keeps the same at every start. ``others`` have
    the roles of the rooms above.
    """
    roles = [*ACCOUNTS.items(), (Role.SECRETARIAT, SECOND_SECRETARIAT)]
    own = [Example(role, *who, PROVINCE if role is Role.PROVINCIAL else "") for role, who in roles]
    opened: set[int] = set()
    made = list(_accounts(by, password_of, _load_offices(by), [*own, *others], opened))
    passwords = {key: account.password for key, account in made}
    operations.keep_passwords(by=by, passwords=passwords, opened=opened, now=timezone.now())
    return [account for _key, account in made]


def _load_offices(by: Standing) -> dict[str, int]:
    """Keys of the example region's offices by abbreviation; adds missing ones of :data:`OFFICES`."""
    there = {row.abbreviation: row.key for row in areas.offices(REGION, scope=by)}
    for abbreviation, name in OFFICES.items():
        if abbreviation not in there:
            there[abbreviation] = area_operations.add_office(by=by, region=REGION, name=name, abbreviation=abbreviation)
    return there


def _accounts(
    by: Standing,
    password_of: Callable[[str], str],
    offices: dict[str, int],
    examples: Iterable[Example],
    opened: set[int],
) -> Iterator[tuple[int, DemoAccount]]:
    """The accounts with their keys; the keys of new ones are added to ``opened``."""
    now = timezone.now()
    for example in examples:
        role, email, name = example.role, example.email, example.name
        password = password_of(email)
        try:
            account = queries.find_account(email, scope=by, now=now)
        except NotFound:
            key = operations.create_account(
                by=by,
                email=email,
                name=name,
                role=role,
                region=REGION if ROLES[role].reach in (Reach.REGION, Reach.UNIT) else None,
                office=offices[example.office] if ROLES[role].reach is Reach.OFFICE else None,
                unit=example.unit,
                password=password,
                now=now,
            )
            opened.add(key)
            account = queries.find_account(email, scope=by, now=now)
        places = [held.place for held in account.memberships if held.role is role]
        scope = translate(SECOND_SCOPE) if (email, name) == SECOND_SECRETARIAT else next(iter(places), "")
        yield account.key, DemoAccount(email, password, translate(ROLES[role].name), scope)
