"""Names, links, states and readers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pilar.evidence.rules import (
    SCANS,
    MoveNotOpen,
    OwnRevision,
    ReadersReach,
    ScanState,
    VerificationState,
    checked_link,
    checked_name,
    checked_title,
    move_scan,
    move_verification,
    plain_text,
    readers_reach,
)
from pilar.people.rules import OPERATOR, PUBLIC, HeldRole, Role, Standing
from pilar.platform.actors import Actor
from pilar.platform.errors import Faults

SOMEBODY = Actor("user", "1", "Siti")


def fault(check: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(Faults) as raised:
        check()
    (found,) = raised.value.faults
    assert found.text()
    return found.code, found.place


@pytest.mark.parametrize("name", ["SK Bupati 7_2020.pdf", "é.pdf", "x" * 146 + ".pdf", "データ.png", "a..b.pdf"])
def test_names_that_are_kept(name: str) -> None:
    assert checked_name(f" {name} ") == name


def test_a_name_is_composed() -> None:
    assert checked_name("e\u0301.pdf") == "é.pdf"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "unnamed-file"),
        (" .. ", "unnamed-file"),
        ("../etc/passwd", "unfit-file-name"),
        ("C:\\a.pdf", "unfit-file-name"),
        ("a\0.pdf", "unfit-file-name"),
        ("a\r\nSet-Cookie: x.pdf", "unfit-file-name"),
        ("laporan\u202efdp.exe", "unfit-file-name"),
        ("a\u200b.pdf", "unfit-file-name"),
        ("a\ud800.pdf", "unfit-file-name"),
        ("x" * 151, "long-file-name"),
    ],
)
def test_names_that_are_refused(name: str, code: str) -> None:
    assert fault(lambda: checked_name(name)) == (code, "file")


def test_a_title_is_one_line_that_can_be_read() -> None:
    assert checked_title("  SK \n Bupati ") == "SK Bupati"
    for title in ("", " \n", "x" * 201, "a\u202eb"):
        assert fault(lambda title=title: checked_title(title)) == ("unfit-title", "title")


def test_a_note_keeps_its_lines_and_a_reason_is_required() -> None:
    assert plain_text(" satu  \r\n dua\n", place="note") == "satu\n dua"
    assert plain_text("", place="note") == ""
    assert fault(lambda: plain_text("x" * 1001, place="note")) == ("unfit-text", "note")
    assert fault(lambda: plain_text("a\0", place="note")) == ("unfit-text", "note")
    assert fault(lambda: plain_text(" \n", place="reason", required=True)) == ("reason-missing", "reason")


@pytest.mark.parametrize(
    "link", ["https://tangerangkab.go.id/a?b=c#d", "http://contoh.invalid:8080/", "HTTPS://contoh.invalid/peta/ñ"]
)
def test_links_that_are_kept(link: str) -> None:
    assert checked_link(f" {link} ") == link


@pytest.mark.parametrize(
    "link",
    [
        "", "javascript:alert(1)", "data:text/html,x", "ftp://contoh.invalid/", "//contoh.invalid/", "https://",
        "https://contoh", "https://.", "https://user:pass@contoh.invalid/", "https://contoh.invalid/a b",
        "https://contoh.invalid/\n", "https://contoh.invalid/\"onclick=", "https://contoh.invalid:99999/",
        "https://contoh.invalid:0/", "https://[::1/", "https://contoh.invalid/" + "x" * 2000, "file:///etc/passwd",
    ],
)  # fmt: skip
def test_links_that_are_refused(link: str) -> None:
    if link.endswith("\n"):
        link += "x"
    assert fault(lambda: checked_link(link)) == ("unfit-link", "link")


SCAN_ALLOWED = {
    ("not_scanned", "clean"), ("not_scanned", "infected"), ("not_scanned", "failed"),
    ("failed", "clean"), ("failed", "infected"), ("failed", "failed"), ("clean", "clean"), ("clean", "infected"),
}  # fmt: skip


@pytest.mark.parametrize("to", list(ScanState))
@pytest.mark.parametrize("now", list(ScanState))
def test_each_move_of_the_scan(now: ScanState, to: ScanState) -> None:
    if (now.value, to.value) in SCAN_ALLOWED:
        move_scan(now, to)
    else:
        with pytest.raises(MoveNotOpen):
            move_scan(now, to)


@pytest.mark.parametrize("to", list(VerificationState))
@pytest.mark.parametrize("now", list(VerificationState))
def test_each_move_of_the_verification(now: VerificationState, to: VerificationState) -> None:
    if now is not to and to is not VerificationState.OPEN:
        move_verification(now, to, by=1, uploaded_by=2)
    else:
        with pytest.raises(MoveNotOpen):
            move_verification(now, to, by=1, uploaded_by=2)
    with pytest.raises(OwnRevision):
        move_verification(now, to, by=1, uploaded_by=1)


def test_every_state_of_the_scan_has_a_name() -> None:
    assert set(SCANS) == set(ScanState)


@pytest.mark.parametrize(
    ("held", "reach"),
    [
        (HeldRole(Role.SECRETARIAT), ReadersReach(everywhere=True)),
        (
            HeldRole(Role.COORDINATOR, "36.03"),
            ReadersReach(regions=frozenset({"36.03"}), reserved=frozenset({"36.03"})),
        ),
        (HeldRole(Role.VERIFIER, "36.03"), ReadersReach(regions=frozenset({"36.03"}))),
        (HeldRole(Role.CONTRIBUTOR, "36.03", 5), ReadersReach(regions=frozenset({"36.03"}))),
        (HeldRole(Role.ASSESSOR), ReadersReach()),
        (HeldRole(Role.PANEL_CHAIR), ReadersReach()),
    ],
)
def test_where_each_role_reads(held: HeldRole, reach: ReadersReach) -> None:
    assert readers_reach(Standing(SOMEBODY, (held,))) == reach
    assert reach.covers("36.03") is (reach != ReadersReach())
    assert reach.covers("36.71") is reach.everywhere


def test_the_console_reads_all_and_a_visitor_nothing() -> None:
    assert readers_reach(OPERATOR).everywhere
    assert readers_reach(PUBLIC) == ReadersReach()
