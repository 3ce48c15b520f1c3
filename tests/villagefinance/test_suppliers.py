"""Suppliers of a village and the numbers of accounts: entered once, confirmed by a second person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kit.worlds import once
from pilar.people.rules import NotAllowed, NotFound
from pilar.platform.models import AuditEvent
from pilar.villagefinance import operations as do
from pilar.villagefinance.models import AccountChange, BankAccount, Supplier
from villagefinance.payments import faults, rich, supplier
from villagefinance.world import ACCOUNT, NOW, World


@once
def paying(world: World) -> World:
    rich(world)
    return world


def test_the_number_of_an_account_takes_two_people_and_a_day(paying: World) -> None:
    key, village = supplier(paying), paying.village

    def ask(number: str = "12-34", **more: Any) -> int:
        given = do.NewNumber("Bank BJB", number, **more)
        return do.ask_account(by=paying.who("treasurer"), village=village, given=given, now=NOW)

    def confirm(no: int, who: str = "head", hours: int = 25) -> None:
        do.confirm_account(by=paying.who(who), village=village, no=no, now=NOW + timedelta(hours=hours))

    first = ask(supplier=key)
    with pytest.raises(NotAllowed):
        confirm(first, "treasurer")
    with pytest.raises(do.TooEarly):
        confirm(first, hours=23)
    second = ask("5678", supplier=key)
    with pytest.raises(do.ChangeElsewhere):
        confirm(first)
    assert Supplier.objects.get(key=key, village=village).number == ""
    confirm(second)
    with pytest.raises(do.ChangeElsewhere):
        confirm(second)
    assert Supplier.objects.get(key=key, village=village).number == "5678"
    confirm(ask(bank_account=ACCOUNT))
    assert BankAccount.objects.get(**paying.of_village, key=ACCOUNT).number == "1234"
    confirm(ask(name="Rekening kedua"), "secretary")
    assert BankAccount.objects.get(**paying.of_village, key=3).name == "Rekening kedua"
    with faults("no-number"):
        ask("-")
    with pytest.raises(NotFound):
        ask(supplier=9)
    assert AccountChange.objects.filter(**paying.of_village).count() == 4


def test_a_supplier_is_entered_once(paying: World) -> None:
    key = supplier(paying)
    with faults("supplier-named"):
        supplier(paying, name=" CV  Batu ")
    given = do.NewSupplier("CV Batu", small=True)
    assert do.save_supplier(by=paying.who("executor"), village=paying.village, given=given, key=key, now=NOW) == key
    assert Supplier.objects.get(**paying.of_village).small
    box = do.open_cash_box(by=paying.who("treasurer"), village=paying.village, name="Kas kecil", now=NOW)
    assert BankAccount.objects.get(**paying.of_village, key=box).account == "1.1.1.01"


def test_a_confirmed_number_stays_under_the_name_that_it_was_confirmed_for(paying: World) -> None:
    key, village, who = supplier(paying), paying.village, paying.who("executor")

    def save(name: str, **more: Any) -> None:
        do.save_supplier(by=who, village=village, given=do.NewSupplier(name, **more), key=key, now=NOW)

    save("CV Batu Alam", npwp="01.2345", taxable=True)
    given = do.NewNumber("Bank BJB", "1234", supplier=key)
    no = do.ask_account(by=paying.who("treasurer"), village=village, given=given, now=NOW)
    with faults("supplier-confirmed"):
        save("Pak Kasi")
    do.confirm_account(by=paying.who("head"), village=village, no=no, now=NOW + timedelta(days=2))
    with faults("supplier-confirmed"):
        save("Pak Kasi")
    save("CV Batu Alam", npwp="01.2345", small=True)
    said = AuditEvent.objects.filter(target="villagefinance.supplier").latest("pk")
    assert (said.before["taxable"], said.after["taxable"], said.before["npwp"]) == (True, False, "2345")
    assert Supplier.objects.get(**paying.of_village).number == "1234"
