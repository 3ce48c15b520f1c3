"""The register of seals in the database: who can still change it, and what heads cover."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from pilar.platform import seal, seal_checker, sealing
from pilar.platform.models import SealEntry, SealHead
from pilar.platform.transactions import OutsideTransaction

AT = datetime(2026, 11, 30, 6, tzinfo=UTC)
SCOPE = "test.things"


def append(number: int, content: object = None) -> int:
    return sealing.append(scope=SCOPE, subject=f"thing-{number}", content={"is": content or number}, at=AT)


@pytest.mark.django_db
def test_entries_are_proved_by_the_first_head_that_covers_them() -> None:
    assert [append(number) for number in (1, 2, 1)] == [1, 2, 1], "what is sealed keeps its number"
    assert sealing.proof_of(SCOPE, "thing-1") is None
    assert sealing.sign_heads(at=AT) == 1
    append(3)
    assert sealing.sign_heads(at=AT + timedelta(minutes=1)) == 1
    proofs = [sealing.proof_of(SCOPE, f"thing-{number}") for number in (1, 2, 3)]
    assert [found["head"]["size"] for found in proofs if found] == [2, 2, 3]
    for found in proofs:
        assert found is not None
        assert len(seal_checker.check_proof(found)) == 2
    assert len(seal_checker.check_register(sealing.register_of(SCOPE))) == 3
    assert sealing.proof_of(SCOPE, "thing-4") is sealing.seal_of(SCOPE, "thing-4") is None


@pytest.mark.django_db
def test_a_head_is_signed_when_the_register_has_grown_and_once_a_day() -> None:
    assert sealing.sign_heads(at=AT) == 0, "an empty register has none"
    append(1)
    assert [sealing.sign_heads(at=AT + timedelta(hours=hours)) for hours in (0, 1, 24, 25)] == [1, 0, 1, 0]
    found = sealing.seal_of(SCOPE, "thing-1")
    assert found is not None
    assert (found.number, found.signed_at) == (1, AT)


@pytest.mark.django_db
def test_heads_are_listed_from_the_newest_whatever_was_signed_first() -> None:
    append(1)
    for days in (3, 1, 2):  # a demonstration signs the days of its services one service after the other
        sealing.sign_heads(at=AT + timedelta(days=days))
    listed = sealing.heads_of(SCOPE, most=2)
    assert [head.signed_at for head in listed] == [AT + timedelta(days=3), AT + timedelta(days=2)]
    told = {head["root"] for head in sealing.register_of(SCOPE)["heads"]}
    assert {(head.size, head.root) for head in listed} == {(1, root) for root in told}


@pytest.mark.django_db
def test_one_head_continues_the_other() -> None:
    for number in range(1, 8):
        append(number)
        sealing.sign_heads(at=AT + timedelta(minutes=number))
    found = sealing.register_of(SCOPE)
    leaves = [bytes.fromhex(one) for one in found["leaves"]]
    for head in found["heads"]:
        root = bytes.fromhex(head["root"])
        path = seal.consistency(leaves, head["size"])
        whole = bytes.fromhex(found["heads"][-1]["root"])
        assert seal_checker.roots_from_consistency(head["size"], len(leaves), root, path) == (root, whole)


@pytest.mark.django_db
def test_the_database_computes_the_hashes_again() -> None:
    append(1)
    made = seal.entry(
        scope=SCOPE, number=2, subject="b", content={"é": "ñ"}, at=AT, before=SealEntry.objects.get().chain
    )
    row = {"scope": SCOPE, "number": 2, "subject": "b", "text": made.text, "leaf": made.leaf, "chain": made.chain}
    for wrong in ({"text": made.text + " "}, {"leaf": "00" * 32}, {"chain": "00" * 32}, {"number": 3}, {"number": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SealEntry.objects.create(**row | wrong, sealed_at=AT)
    SealEntry.objects.create(**row, sealed_at=AT)


@pytest.mark.django_db
def test_what_is_sealed_stays() -> None:
    append(1)
    sealing.sign_heads(at=AT)
    for rows in (SealEntry.objects.all(), SealHead.objects.all()):
        for change in (lambda rows=rows: rows.update(scope="x"), lambda rows=rows: rows.delete()):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_moment_make_one_chain() -> None:
    with pytest.raises(OutsideTransaction):
        append(0)

    def write(first: int) -> None:
        try:
            for number in range(first, first + 8):
                with transaction.atomic():
                    append(number)
                    transaction.set_rollback(number % 3 == 0)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(first,)) for first in (1, 101)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with transaction.atomic():
        sealing.sign_heads(at=AT)
    found = sealing.register_of(SCOPE)
    assert len(found["leaves"]) == 11
    assert len(seal_checker.check_register(found)) == 2
