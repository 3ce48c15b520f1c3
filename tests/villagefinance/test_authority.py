"""Every cell of the permission table, against a table written here by hand: who, what, where."""

from __future__ import annotations

from kit.tables import ELSEWHERE, HERE, OTHER_UNIT, UNIT, Table, in_unit, table_test
from pilar.people.authority import Case
from pilar.people.rules import ROLES, HeldRole, Standing
from pilar.platform.actors import Actor
from pilar.villagefinance.rules.authority import AUTHORITY, Action, ActivityCase, case_of
from pilar.villagefinance.rules.roles import Role

# A role's column says where the role must be held; a dot is never.
EXPECTED = """
action          village_head  village_secretary  village_treasurer  village_executor  village_council  camat  village_office  inspectorate
begin-region    .             .                  .                  .                 .                .      region          .
open-year       .             .                  unit               .                 .                .      .               .
correct         .             unit               .                  .                 .                .      .               .
name-executors  .             unit               .                  .                 .                .      .               .
read-requests   unit          unit               unit               activity          unit             unit   region          region
write-request   .             .                  unit               activity          .                .      .               .
check-request    .             unit               .                  .                 .                .      .               .
approve-request  unit          .                  .                  .                 .                .      .               .
pay              .             .                  unit               .                 .                .      .               .
receive          .             .                  unit               .                 .                .      .               .
keep-suppliers   .             .                  unit               unit              .                .      .               .
ask-account      .             .                  unit               .                 .                .      .               .
confirm-account  unit          unit               .                  .                 .                .      .               .
read-accounts    unit          unit               unit               .                 .                .      .               region
close-month     .             .                  unit               .                 .                .      .               .
ask-reopening   .             unit               .                  .                 .                .      .               .
reopen-month    unit          .                  .                  .                 .                .      .               .
close-year      .             unit               .                  .                 .                .      .               .
reconcile       .             unit               unit               .                 .                .      .               .
read-books      unit          unit               unit               unit              unit             unit   region          region
set-ceilings    .             .                  .                  .                 .                .      region          .
draw-up         .             unit               .                  .                 .                .      .               .
write-lines     .             unit               unit               unit              .                .      .               .
agree           .             .                  .                  .                 unit             .      .               .
submit          unit          .                  .                  .                 .                .      .               .
evaluate        .             .                  .                  .                 .                unit   .               .
enact           unit          .                  .                  .                 .                .      .               .
plan-cash       .             .                  unit               .                 .                .      .               .
check-dpa       .             unit               .                  .                 .                .      .               .
approve-dpa     unit          .                  .                  .                 .                .      .               .
send-report     unit          .                  .                  .                 .                .      .               .
make-account    .             unit               .                  .                 .                .      .               .
agree-account   .             .                  .                  .                 unit             .      .               .
read-flags      unit          unit               unit               .                 .                .      .               .
answer-flag     unit          unit               unit               .                 .                .      .               .
oversee-flags   .             .                  .                  .                 .                .      .               region
judge-flag      .             .                  .                  .                 .                .      .               region
draw-sample     .             .                  .                  .                 .                .      .               region
read-questions  unit          unit               unit               unit              unit             .      .               .
answer-question unit          unit               unit               unit              .                .      .               .
publish         .             unit               .                  .                 .                .      .               .
"""  # noqa: E501

TABLE = Table(
    AUTHORITY,
    EXPECTED,
    about={
        "the village": case_of(UNIT),
        "another village": case_of(OTHER_UNIT),
        "an activity of who acts": ActivityCase(HERE, unit=UNIT, executors=frozenset({9, 77})),
        "an activity of somebody else": ActivityCase(HERE, unit=UNIT, executors=frozenset({8})),
        "an activity of theirs in another village": ActivityCase(HERE, unit=OTHER_UNIT, executors=frozenset({9})),
        "the region": Case(HERE),
        "elsewhere": Case(ELSEWHERE),
    },
    places={"activity": lambda by, case: in_unit(by, case) and 9 in getattr(case, "executors", ())},
)


def test_who_moves_money_or_decides_is_asked_for_a_second_factor() -> None:
    second = {role for role in Role if ROLES[role].second_factor}
    assert second == {Role.HEAD, Role.SECRETARY, Role.TREASURER, Role.CAMAT, Role.VILLAGE_OFFICE}
    assert {role for role in Role if ROLES[role].two_keys} == {Role.HEAD, Role.SECRETARY, Role.TREASURER}


def test_every_cell() -> None:
    assert table_test(TABLE) > 17 * 7 * 20


def test_a_camat_reads_in_all_villages_of_the_district_and_in_no_other() -> None:
    by = Standing(Actor("user", "9", "Camat"), (HeldRole(Role.CAMAT, HERE, None, "36.03.01"),))
    assert AUTHORITY.may(by, Action.READ_BOOKS, case_of("36.03.01.2001"))
    assert AUTHORITY.may(by, Action.READ_BOOKS, case_of("36.03.01.2002"))
    assert not AUTHORITY.may(by, Action.READ_BOOKS, case_of("36.03.02.2001"))
