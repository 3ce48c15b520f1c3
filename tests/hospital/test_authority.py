"""Every cell of the permission table, against a table written here by hand: who, what, where."""

from __future__ import annotations

from kit.tables import ELSEWHERE, HERE, OTHER_UNIT, UNIT, Table, table_test
from pilar.hospital.rules.authority import AUTHORITY
from pilar.hospital.rules.roles import Role
from pilar.people.authority import Case
from pilar.people.rules import ROLES

EXPECTED = """
action         hospital_desk  hospital_nurse  hospital_doctor  hospital_pharmacy  hospital_manager  hospital_privacy  hospital_health
read           unit           unit            unit             unit               .                 .                 .
book           unit           .               .                .                  .                 .                 .
call           .              unit            unit             .                  .                 .                 .
see            .              .               unit             .                  .                 .                 .
dispense       .              .               .                unit               .                 .                 .
keep-schedule  .              .               .                .                  unit              .                 .
manage         .              .               .                .                  unit              .                 .
protect        .              .               .                .                  .                 unit              .
break-glass    unit           unit            unit             .                  .                 .                 .
compare        .              .               .                .                  region            .                 region
"""  # noqa: E501

TABLE = Table(
    AUTHORITY,
    EXPECTED,
    about={
        "the hospital": Case(HERE, unit=UNIT),
        "another of the region": Case(HERE, unit=OTHER_UNIT),
        "elsewhere": Case(ELSEWHERE, unit="rsu-kota"),
    },
)


def test_every_cell() -> None:
    assert table_test(TABLE) > 10 * 3 * 20


def test_who_decides_is_asked_for_a_second_factor() -> None:
    assert {role for role in Role if ROLES[role].second_factor} == {Role.MANAGER, Role.PRIVACY}
