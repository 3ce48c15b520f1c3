"""Every cell of the permission table, against a table written here by hand: who, what, where, in which states."""

from __future__ import annotations

import pytest

from kit.tables import ELSEWHERE, HERE, OFFICE, OTHER_OFFICE, Table, table_test
from pilar.people.rules import ROLES, HeldRole, Standing
from pilar.permits.rules import authority
from pilar.permits.rules.authority import (
    AUTHORITY,
    RIGHTS,
    Case,
    NotYourStage,
    Right,
    SameEyes,
    Taken,
    require_stage,
)
from pilar.permits.rules.cases import CaseState
from pilar.permits.rules.roles import Role
from pilar.platform.actors import Actor
from pilar.platform.errors import PilarError

# d draft, s submitted, r returned, R running, w waiting, p paying, S signing, i issued, f refused, x withdrawn.
STATES = dict(zip("dsrRwpSifx", CaseState, strict=True))
EXPECTED = """
action      permit_front  permit_back  permit_treasury  permit_head  permit_editor  permit_technical  permit_surveyor  permit_inspectorate  state
read        region        region       region           region       .              office            office           region               any
file        region        .            .                .            .              .                 .                .                    dsrRwp
check       region        .            .                .            .              .                 .                .                    sR
recommend   .             region       .                .            .              office            .                .                    R
visit       .             .            .                .            .              office            office           .                    R
levy        .             .            region           .            .              .                 .                .                    Rp
decide      .             region       .                region       .              .                 .                .                    R
sign        .             .            .                region       .              .                 .                .                    R
take        region        region       region           region       .              office            office           .                    sRwp
send-back   .             region       region           region       .              office            office           .                    R
stop        region        region       .                region       .              office            office           .                    R
resume      region        region       .                region       .              office            office           .                    w
escalate    region        region       region           region       .              office            office           .                    Rwp
lapse       region        region       .                region       .              .                 .                .                    rp
write       region        region       region           region       .              office            office           .                    srRwpS
objection   .             region       .                region       .              .                 .                .                    any
delegate    .             .            .                region       .              .                 .                .                    any
read-around       region        region       .                region       region         .                 .                 region               any
answer-letter     region        region       .                region       .              .                 .                 .                    any
answer-escalated  .             .            .                region       .              .                 .                 .                    any
keep-investment   region        region       .                .            .              .                 .                 .                    any
report            .             region       .                region       .              .                 .                 .                    any
keep-systems      .             .            .                region       region         .                 .                 .                    any
edit-service      .             .            .                .            region         .                 .                 .                    any
publish-service   .             .            .                region       region         .                 .                 .                    any
study             .             .            .                region       region         .                 .                 region               any
register          .             .            .                region       .              .                 .                 .                    any
treasury          .             .            region           .            .              .                 .                 .                    any
"""  # noqa: E501

TABLE = Table(
    AUTHORITY,
    EXPECTED,
    about={
        "a case of the office": Case(HERE, OFFICE, offices=frozenset({OFFICE})),
        "a case of another office": Case(HERE, OTHER_OFFICE, offices=frozenset({OTHER_OFFICE})),
        "elsewhere": Case(ELSEWHERE),
    },
    states={"state": STATES},
)
APPLICANT = """
change    drw
submit    dr
answer    w
withdraw  dsrRwp
transfer  dsrRwpS
write     srRwpS
sign-minutes RwpS
object    RwpSif
"""


def test_every_cell() -> None:
    assert table_test(TABLE) > 15 * 3 * 10 * 20


def test_who_decides_or_sets_money_is_asked_for_a_second_factor() -> None:
    assert {role for role in Role if ROLES[role].second_factor} == {
        Role.BACK, Role.TREASURY, Role.HEAD, Role.EDITOR
    }  # fmt: skip


def test_applicants_may_in_these_states_alone() -> None:
    expected = {
        Right(name): {STATES[one] for one in letters} for name, letters in map(str.split, APPLICANT.split("\n")[1:-1])
    }
    assert {right: set(states) for right, states in RIGHTS.items()} == expected


def officer(role: Role, office: int | None = None, region: str = HERE, key: int = 7) -> Standing:
    return Standing(Actor("user", str(key), "Petugas"), (HeldRole(role, region, office),))


STAGE = {"region": HERE, "role": Role.TECHNICAL, "office": OFFICE, "hands": (), "apart": ()}  # fmt: skip


@pytest.mark.parametrize(
    ("by", "changed", "error"),
    [
        (officer(Role.TECHNICAL, OFFICE), {}, None),
        (officer(Role.TECHNICAL, OTHER_OFFICE), {}, NotYourStage),
        (officer(Role.TECHNICAL, OFFICE, ELSEWHERE), {}, NotYourStage),
        (officer(Role.SURVEYOR, OFFICE), {}, NotYourStage),
        (officer(Role.HEAD), {"role": Role.HEAD, "office": None}, None),
        (officer(Role.TECHNICAL, OFFICE), {"apart": [("Pemeriksaan", "user:7")]}, SameEyes),
        (officer(Role.TECHNICAL, OFFICE), {"apart": [("Pemeriksaan", "user:8")]}, None),
        (officer(Role.TECHNICAL, OFFICE), {"hands": {8}}, Taken),
        (officer(Role.TECHNICAL, OFFICE), {"hands": {7, 8}}, None),
    ],
)
def test_a_stage_is_done_by_its_desk_apart_from_other_eyes(
    by: Standing, changed: dict[str, object], error: type[PilarError] | None
) -> None:
    given = {**STAGE, **changed}
    if error is None:
        require_stage(by, **given)
    else:
        with pytest.raises(error):
            require_stage(by, **given)


def test_every_kind_of_stage_has_its_action() -> None:
    assert set(authority.BY_KIND) == {"check", "recommend", "visit", "levy", "decide", "sign"}
