"""Roles of no room, held at a village, a district or a hospital, as the database of a test knows
them until its transaction ends."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import pytest
from django.db import connection

from pilar.people.models import Membership, role_fits_reach
from pilar.people.rules import ROLES, AnyRole, Permission, Reach, RoleFacts, declare
from pilar.platform.units import KINDS, UnitKind

HOSPITALS = {"3603015": "RSUD Kabupaten Tangerang"}


class Local(AnyRole):
    TREASURER = "treasurer"
    DISTRICT_HEAD = "district_head"
    NURSE = "nurse"


def _hospitals(*, region: str = "", codes: Collection[str] = ()) -> dict[str, str]:
    return {code: name for code, name in HOSPITALS.items() if region == "36.03" or code in codes}


@pytest.fixture
def local_roles(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    kinds = {Local.TREASURER: "village", Local.DISTRICT_HEAD: "district", Local.NURSE: "hospital"}
    monkeypatch.setitem(KINDS, "hospital", UnitKind("Hospital", _hospitals))  # what stands comes back afterwards
    declare({
        role: RoleFacts(role.title(), "", Reach.UNIT, Permission.MANAGE_TEAM, unit=kind) for role, kind in kinds.items()
    })  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # rows of this transaction wait for nothing any more
    with connection.schema_editor() as editor:  # what a migration of a room with new roles does
        editor.remove_constraint(Membership, role_fits_reach())
        editor.add_constraint(Membership, role_fits_reach())
    yield
    for role in Local:
        del ROLES[role]
