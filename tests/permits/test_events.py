"""What happened to a case: officers read why, applicants what concerns them, and neither waits for a letter."""

from __future__ import annotations

from datetime import date

from permits.world import DAY, NOW, World
from pilar.permits import operations as do
from pilar.permits.queries import cases
from pilar.permits.rules.cases import EventKind, Finding


def told(world: World, who: str, kind: EventKind) -> tuple[str, ...]:
    look = cases.own_case if who == "nurse" else cases.officers_case
    row = look(world.case, scope=world.who(who), now=NOW + 3 * DAY)
    return next(one.told for one in reversed(row.events) if one.kind is kind)


def stopped(world: World) -> None:
    world.submit()
    world.accept(NOW)
    do.stop_clock(
        by=world.who("back"), case=world.case, reason="documents", until=date(2026, 3, 20), now=NOW,
        findings=[Finding("unreadable", requirement="str", text="Halaman 2")],
    )  # fmt: skip


def test_a_stop_says_why_and_for_what_to_both_sides(world: World) -> None:
    stopped(world)
    said = ("Menunggu dokumen dari pemohon", "STR: Dokumen tidak terbaca: Halaman 2")
    assert told(world, "inspectorate", EventKind.STOPPED) == said
    assert told(world, "nurse", EventKind.STOPPED) == said


def test_what_desks_write_to_each_other_is_not_the_applicants(world: World) -> None:
    world.to_decide()
    do.send_back(
        by=world.who("back"),
        case=world.case,
        stage="decide",
        to="health",
        reason="unclear",
        text="Jelaskan",
        now=NOW + 2 * DAY,
    )
    assert told(world, "head", EventKind.DONE) == ("Memenuhi syarat",)
    assert told(world, "head", EventKind.SENT_BACK) == (
        "Rekomendasi atau berita acara belum jelas", "Kembali ke: Rekomendasi kesehatan", "Jelaskan"
    )  # fmt: skip
    assert told(world, "nurse", EventKind.DONE) == ()
    row = cases.own_case(world.case, scope=world.who("nurse"), now=NOW + 3 * DAY)
    assert EventKind.SENT_BACK not in {one.kind for one in row.events}
    assert {one.who for one in row.events} == {""}
