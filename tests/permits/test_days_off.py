"""Who changes a day off is shown first what runs over it."""

from __future__ import annotations

from datetime import date

from permits.register_acts import to_levy
from permits.world import DAY, NOW, OWN, World, definition, publish
from pilar.areas.models import Decree, Holiday
from pilar.areas.operations import load_holidays
from pilar.people.rules import OPERATOR, PUBLIC
from pilar.permits import operations as do
from pilar.permits.queries.days_off import touched
from pilar.permits.rules.desk import LetterKind
from pilar.permits.rules.objections import About


def decreed(day: date, area: str, *, joint_leave: bool = False) -> None:
    decree = Decree.objects.create(number=f"Libur uji {area}", made_on=day, source="uji", area=area)
    Holiday.objects.create(day=day, name_id="Libur", name_en="Off", joint_leave=joint_leave, decree=decree)


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
    assert told(7) == told(8, "") == [], "a weekend is off without it"
    load_holidays(by=OPERATOR)
    assert told(3, "")[0].startswith("Batas 2 "), "with the neighbour's"
    decreed(date(2026, 3, 3), OWN)
    assert [said[:8] for said in told(3, "")] == ["Batas 1 "], "a day of the region's own is off without it"
    assert told(3) == [], "and so it is without a second decree of the region"
    assert len(list(touched(OWN, date(2026, 3, 3), False, f"Libur uji {OWN}"))) == 2, "but not without its own"
    decreed(date(2026, 3, 4), "", joint_leave=True)
    assert told(4) == [], "nor what a decree of the nation takes out already"
    world.case = 0
    publish(given=definition(key="sip-melayani", leave="worked"))
    world.begin(service="sip-melayani")
    world.submit()
    world.accept(NOW)
    assert [said.partition(" melewati")[0] for said in told(4)] == [one], "but for who works on joint leave"


def test_a_limit_in_months_does_not_move(world: World) -> None:
    to_levy(world)
    do.set_levy(by=world.who("treasury"), case=world.case, stage="levy", now=NOW + DAY)
    do.file_objection(by=world.who("nurse"), case=world.case, about=About.LEVY, text="Terlalu banyak", now=NOW + DAY)
    assert list(touched(OWN, date(2026, 3, 6), False)) == []
