"""Files made to hurt are refused with a sentence, and cost neither this process nor the one that reads them much."""

from __future__ import annotations

import fcntl
import os
import re
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kit.hostile import TEXTS, WORKBOOKS, Hostile, book, many_sheets, overfull, sheet
from pilar.platform.errors import Faults
from pilar.platform.tables import Table, apart, child, inspect_content, inspect_sheets, inspect_table, reading

MEGABYTE = 2**20
ROWS, LONGEST = 10_000, 10_000
# The reader's own program takes 15; the largest upload that is read takes 100 (600,000 cells).
MAX_CHILD = 160 * MEGABYTE
# A refused file leaves nothing here but itself, as it was sent.
MAX_GROWTH = 60 * MEGABYTE

ALL: Hostile = {**WORKBOOKS, **TEXTS}
LONG = {
    "2 million filled cells", "4 million shared texts", "15 million empty shared texts", "25 million short elements",
    "15 million empty cells", "a comment of 90 MB", "99 MB of text in a cell", "an attribute of 90 MB",
    "8 million styles", "8 million relations", "shared texts of 90 MB", "9 million instructions",
}  # fmt: skip
"""Of these another one, refused at the same limit, is in the quick selection."""


def peak(status: str = "/proc/self/status") -> int:
    """The most memory that this process has had since :func:`forget_peak`, in bytes."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(status).read_text())
    assert found
    return int(found[1]) * 1024


def forget_peak() -> int:
    Path("/proc/self/clear_refs").write_text("5")
    return peak()


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[int]]:
    """What the processes that read have needed at most, each."""
    told = tmp_path / "peaks"
    more = f"; open({str(told)!r}, 'a').write(open('/proc/self/status').read())"
    command = [one + more if one == apart.PROGRAM else one for one in apart.COMMAND]
    monkeypatch.setattr(apart, "COMMAND", command)
    return lambda: [int(kilobytes) * 1024 for kilobytes in re.findall(r"VmHWM:\s+(\d+) kB", told.read_text())]


def codes(read: Callable[[], object]) -> set[str]:
    with pytest.raises(Faults) as refused:
        read()
    assert refused.value.text()
    return {fault.code for fault in refused.value.faults}


@pytest.mark.parametrize("name", [pytest.param(one, marks=pytest.mark.thorough if one in LONG else ()) for one in ALL])
def test_a_hostile_file_is_refused_and_costs_little(name: str, told: Callable[[], list[int]]) -> None:
    make, right = ALL[name]
    content = make()
    before = forget_peak()
    ending = "xlsx" if name in WORKBOOKS else "csv"
    found = codes(lambda: inspect_content(f"berkas.{ending}", content, most_rows=ROWS, longest_cell=LONGEST))
    assert found <= right
    assert peak() - before < MAX_GROWTH
    if len(content) > reading.SMALL_TEXT and found != {"file-too-large"}:
        assert max(told()) < MAX_CHILD


@pytest.mark.parametrize("name", ["25 million empty rows", "a comment of 90 MB", "20,000 parts", "a corrupt LZMA part"])
def test_all_sheets_of_a_hostile_workbook_are_refused(name: str) -> None:
    make, right = WORKBOOKS[name]
    content = make()
    assert codes(lambda: inspect_sheets("buku.xlsx", content, most_rows=ROWS, longest_cell=LONGEST)) <= right


def test_a_file_of_ones_own_is_read_here_under_the_same_limits(tmp_path: Path) -> None:
    path = tmp_path / "indeks.xlsx"
    for name in ("25 million empty rows", "2 million filled cells in 111 kB"):
        make, right = WORKBOOKS[name]
        path.write_bytes(make())
        before = forget_peak()
        assert codes(lambda: inspect_table(path)) <= right
        assert peak() - before < MAX_CHILD


def test_ten_thousand_sheets_are_refused_and_the_first_of_them_is_read() -> None:
    content = many_sheets(10_000)
    assert codes(lambda: inspect_sheets("buku.xlsx", content)) == {"too-costly"}
    assert len(inspect_content("buku.xlsx", content).rows) == 1


def test_many_sheets_that_are_one_cost_as_much_as_many(told: Callable[[], list[int]]) -> None:
    with_many = overfull(9_000, 20)
    assert len(inspect_content("buku.xlsx", with_many, most_rows=ROWS).rows) == 9_000
    assert max(told()) < MAX_CHILD
    assert inspect_sheets("buku.xlsx", many_sheets(50)).keys() == {f"S{place}" for place in range(50)}


def test_what_is_formatted_and_blank_costs_nothing() -> None:
    blank = b'<row r="%d"><c r="A%d" s="1"/><c r="XFD%d" s="1"/></row>'
    rows = b"".join(blank % (place, place, place) for place in range(3, 40_000))
    first = (
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>region</t></is></c></row><row r="2"><c r="A2"><v>1</v></c></row>'
    )
    assert len(inspect_content("buku.xlsx", sheet(first + rows), most_rows=10).rows) == 1


PROGRAMS = {
    "takes all memory": "x = bytearray(10**10)",
    "takes all time": "while True: pass",
    "is killed": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "crashes": "import ctypes; ctypes.string_at(0)",
    "answers nonsense": "print('PK')",
    "answers half": "print('{\"tables\":1}')",
    "writes without end": "import sys\nwhile True: sys.stdout.write('x' * 10**6)",
    "sleeps": "import time; time.sleep(100)",
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_a_reader_that_a_file_gets_the_better_of_ends_in_a_sentence(
    program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = "from pilar.platform.tables import child; child.limit(); "
    begin = apart.PROGRAM.partition("from pilar")[0]
    command = [sys.executable, "-I", "-S", "-c", f"{begin}{limits}\n{program}", apart.COMMAND[-1]]
    monkeypatch.setattr(apart, "COMMAND", command)
    monkeypatch.setattr(apart, "SECONDS", 1)
    before = own_children()
    assert codes(lambda: inspect_content("buku.xlsx", book())) == {"too-costly"}
    assert not own_children() - before


def own_children() -> set[str]:
    """The processes that this one has started and not seen the end of."""
    return {
        path.name
        for path in Path("/proc").glob("[0-9]*")
        if (found := stat_of(path)) and found[1] == str(os.getpid()) and "postgres" not in found[2]
    }


def stat_of(path: Path) -> tuple[str, str, str] | None:
    try:
        name, _, rest = (path / "stat").read_text().rpartition(")")
    except OSError:
        return None
    return rest.split()[0], rest.split()[1], name


@pytest.fixture
def turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Turns of this test's own: other workers of the suite read files meanwhile."""
    own = [tmp_path / str(place) for place in range(2)]
    for path in own:
        path.touch()
    monkeypatch.setattr(apart, "TURNS", own)
    return own


def test_no_more_files_than_the_machine_has_turns_are_read_at_once(
    turns: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "PATIENCE", 0.2)
    held = [path.open("rb") for path in turns]
    for file in held:
        fcntl.flock(file, fcntl.LOCK_EX)
    assert codes(lambda: inspect_content("buku.xlsx", book())) == {"not-now"}
    held[0].close()
    assert len(inspect_content("buku.xlsx", book()).rows) == 1
    held[1].close()


def test_one_thread_of_a_process_waits_and_the_others_go_on(turns: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "PATIENCE", 600)
    held = [path.open("rb") for path in turns]
    for file in held:
        fcntl.flock(file, fcntl.LOCK_EX)
    ended: list[str] = []

    def send() -> None:
        try:
            inspect_content("buku.xlsx", book())
        except Faults as refused:
            ended.extend(fault.code for fault in refused.faults)
        else:
            ended.append("read")

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    while sum(thread.is_alive() for thread in threads) > 1:
        time.sleep(0.05)
    assert ended == ["not-now"] * 3
    for file in held:
        file.close()
    for thread in threads:
        thread.join()
    assert ended[3:] == ["read"]


@pytest.mark.parametrize("failing", ["Popen", "TemporaryFile"])
def test_a_machine_that_can_start_nothing_says_when_to_try_again(failing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(apart.subprocess if failing == "Popen" else apart.tempfile, failing, fail)
    assert codes(lambda: inspect_content("buku.xlsx", book())) == {"not-now"}


def test_what_comes_back_is_what_was_read(tmp_path: Path) -> None:
    """Here and apart, a workbook gives the same table, in the reader's language."""
    path = tmp_path / "buku.xlsx"
    path.write_bytes(overfull(20, 7))
    apart_read: Table = inspect_content(path.name, path.read_bytes())
    assert apart_read == inspect_table(path)


def test_the_reader_stands_under_its_limits() -> None:
    assert child.MEMORY <= 512 * MEGABYTE
    assert len(apart.TURNS) == 2
