"""What a device sends is done once: again, at the same moment, with another content, and after a failure."""

from __future__ import annotations

import threading
from uuid import UUID, uuid4

import pytest
from django.db import connection

from pilar.platform import receipts
from pilar.platform.models import PersonName, Receipt

KEY = UUID(int=7)


def send(key: UUID = KEY, *, owner: int = 1, content: object = "a", kind: str = "visits") -> bool:
    def act() -> None:
        PersonName.objects.create(reference=f"done {uuid4()}", name=str(content))

    return receipts.once(kind=kind, key=key, owner=owner, content=content, act=act)


def done() -> int:
    return PersonName.objects.filter(reference__startswith="done ").count()


@pytest.mark.django_db
def test_it_is_done_once_and_another_content_owner_or_kind_is_refused() -> None:
    assert [send(content={"a": 1, "b": 2}), send(content={"b": 2, "a": 1}), send(uuid4())] == [True, False, True]
    for other in ({"content": {"a": 1}}, {"owner": 2}, {"kind": "tours"}):
        with pytest.raises(receipts.OtherContent):
            send(**{"content": {"a": 1, "b": 2}, **other})
    assert done() == 2


@pytest.mark.django_db
def test_what_failed_leaves_no_receipt() -> None:
    def fail() -> None:
        PersonName.objects.create(reference="done x", name="")
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - the test's own
        receipts.once(kind="visits", key=KEY, owner=1, content="a", act=fail)
    assert (Receipt.objects.count(), done()) == (0, 0)
    assert send()


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_one_waits_and_finds_it_known() -> None:
    begun, go_on, said = threading.Event(), threading.Event(), {}

    def slow() -> None:
        begun.set()
        assert go_on.wait(60)
        PersonName.objects.create(reference="done slow", name="")

    def run(name: str, work: object) -> None:
        said[name] = work()  # type: ignore[operator]
        connection.close()

    first = threading.Thread(
        target=run, args=("first", lambda: receipts.once(kind="visits", key=KEY, owner=1, content="a", act=slow))
    )
    second = threading.Thread(target=run, args=("second", send))
    first.start()
    assert begun.wait(60)
    second.start()
    second.join(0.3)
    assert second.is_alive()
    go_on.set()
    first.join(60)
    second.join(60)
    assert (said, done()) == ({"first": True, "second": False}, 1)
