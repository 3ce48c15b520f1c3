"""Who finds numbers of accounts and tax, names and receipts of the payees of a village: at every address."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from kit.selection import turns
from kit.worlds import once
from pilar.evidence.models import Revision
from pilar.villagefinance.models import Proof, Supplier
from pilar.villagefinance.urls import urlpatterns
from villagefinance import accounts
from villagefinance.addresses import route_arguments
from villagefinance.payments import MILLION, approved, bill, pay, rich, supplier
from villagefinance.world import REGION, ROAD, VILLAGE, YEAR, World

pytestmark = pytest.mark.django_db

NUMBER, NPWP, PAYEE = "9988776655", "01.234.567.8-901.000", "Nama Rahasia"
READERS, OTHERS = ("treasurer", "secretary", "head", "inspectorate"), ("council", "camat", "office")
FINDS = {
    **dict.fromkeys(READERS, (NUMBER, NPWP, PAYEE)), "executor": (NPWP, PAYEE), **dict.fromkeys(OTHERS, (PAYEE,)),
    **dict.fromkeys(("visitor", "far", "neighbour", "sister"), ()),
}  # fmt: skip
VALUES: dict[str, Any] = {
    "village": VILLAGE, "region": REGION, "year": YEAR, "number": 1, "line": ROAD, "place": 3, "key": 1, "no": 1,
    "month": 3, "activity": "2.3.10", "tax": "pph22", "kind": "xlsx", "act": "sent",
    "evidence": UUID(int=1), "ntpn": "0" * 16, "step": 1,
}  # fmt: skip
NAMES = {"paper": "umum", "book": "umum", "paper-file": "kuitansi", "region-paper": "lra", "region-paper-file": "lra"}


@once
def paid(world: World) -> World:
    """A supplier was paid to an account, and somebody else by name."""
    rich(world)
    key = supplier(world, npwp=NPWP)
    Supplier.objects.filter(key=key).update(bank="BJB", number=NUMBER)
    pay(world, approved(world, bill(10 * MILLION, supplier=key, payee="")))
    pay(world, approved(world, bill(MILLION, payee=PAYEE)))
    return world


def addresses(patterns: list[Any] = urlpatterns, given: tuple[str, ...] = ()) -> Iterator[str]:
    """Every address of the room, each of them about what there is."""
    for one in patterns:
        wanted = (*given, *one.pattern.converters)
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, wanted)
        elif isinstance(one, URLPattern):
            values = VALUES | {"name": NAMES.get(one.name or "", "")}
            yield reverse(f"villagefinance:{one.name}", kwargs={name: values[name] for name in wanted})


def text_of(answer: Any) -> str:
    """What an answer says, also where it is packed."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            content = b"\n".join(packed.read(name) for name in packed.namelist())
    return content.decode(errors="replace")


def told_to(client: Client) -> tuple[str, ...]:
    """The secrets that somebody finds at any address of the room, or of its part of the API."""
    routes = [
        "/api/v1" + path.partition(" ")[2].format(**given) for path, given in route_arguments().items()
        if path.startswith("GET ")
    ]  # fmt: skip
    texts = [text_of(client.get(address)) for address in (*addresses(), *routes)]
    assert len(texts) > 90
    return tuple(one for one in (NUMBER, NPWP, PAYEE) if any(one in text for text in texts))


@pytest.mark.parametrize("who", sorted(turns(FINDS, "secrets of a village")))
def test_who_finds_what(paid: World, who: str) -> None:
    client, reached = accounts.client_of(paid, who), set()
    assert told_to(client) == FINDS[who]
    receipts = Revision.objects.filter(evidence__in=Proof.objects.values("evidence"))
    for key, number in receipts.values_list("evidence", "number"):
        places = (reverse("evidence:evidence", args=[key]), reverse("evidence:file", args=[key, number]))
        reached |= {client.get(one).status_code for one in places}
    assert reached == ({200} if FINDS[who] else {302, 404} if who == "visitor" else {404})
