"""Who changes a day off is shown first what runs over it."""

from __future__ import annotations

from datetime import date

from permits.world import NOW, OWN, World
from pilar.people.rules import PUBLIC
from pilar.permits import operations as do
from pilar.permits.queries.days_off import touched
from pilar.permits.rules.desk import LetterKind


def test_what_a_day_off_moves_is_known_before(world: World) -> None:
    world.submit()
    world.accept(NOW)  # due on 13 March
    do.write_letter(by=PUBLIC, region=OWN, kind=LetterKind.ENQUIRY, text="Bolehkah?", now=NOW)

    def told(day: int, area: str = OWN, joint_leave: bool = False) -> list[str]:
        return list(touched(area, date(2026, 3, day), joint_leave))

    one, letter = "Batas 1 permohonan terbuka", "Batas 1 pengaduan, pertanyaan, dan keberatan"
    assert [said.partition(" melewati")[0] for said in told(3)] == [one, letter]
    assert [said.partition(" melewati")[0] for said in told(13)][:1] == [one]
    assert told(1) == []
    assert len(told(3, "")) == 2, "the nation has this region"
    assert len(told(3, joint_leave=True)) == 2
