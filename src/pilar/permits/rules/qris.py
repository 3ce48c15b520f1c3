"""QRIS: a code for one amount, built from the static code that the bank gave to the treasury.

A code is a chain of fields, each with its number (two digits), length (two digits) and value (EMV QR Code
Specification, Merchant Presented Mode), and ends with a check sum (field 63, CRC-16/CCITT-FALSE). Field 01 says whether
the code is static (11) or for one payment (12); 54 is the amount, and 01 within 62 the purpose of the payment.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Mapping
from decimal import Decimal

from pilar.platform.errors import PilarError
from pilar.platform.language import N_

INITIATION, CURRENCY, AMOUNT, COUNTRY, ADDITIONAL, CRC = "01", "53", "54", "58", "62", "63"
BILL = "01"
STATIC, DYNAMIC, RUPIAH, INDONESIA = "11", "12", "360", "ID"
MAX_BILL = 25
OWN_SUMS = frozenset({AMOUNT, "55", "56", "57", CRC})
"""Fields of a static code that are dropped in a code for one amount: amount, tips and checksum."""
FIELD = re.compile(r"(\d\d)(\d\d)")


class NotQris(PilarError):
    """Raised for a text that is not a static QRIS code of a merchant in rupiah."""

    code = "not-a-qris-code"
    status = 422
    sentence = N_("This is not the text of a static QRIS code in rupiah. Take it whole from the code of the bank")


def crc(text: str) -> str:
    """CRC-16/CCITT-FALSE (polynomial 1021, initial value FFFF) in hexadecimal digits; for 123456789 it is 29B1."""
    return f"{binascii.crc_hqx(text.encode(), 0xFFFF):04X}"


def parse(text: str) -> dict[str, str]:
    """The fields of a code in order; raises :class:`NotQris` for a text that is not a code, or has a wrong checksum."""
    body, check = text[:-4], text[-4:]
    if not body.endswith(f"{CRC}04") or crc(body) != check.upper():
        raise NotQris
    return _fields(text)


def dynamic(static: str, amount: Decimal, bill: str) -> str:
    """The code that pays ``amount`` rupiah for ``bill``, the number of a levy; raises :class:`NotQris`.

    Raises ValueError for an amount that is not whole or not above zero.
    """
    given = parse(static)
    if (given.get(INITIATION), given.get(CURRENCY), given.get(COUNTRY)) != (STATIC, RUPIAH, INDONESIA):
        raise NotQris
    if amount <= 0 or amount != amount.to_integral_value():
        raise ValueError(f"no sum to pay: {amount}")
    kept = {field: value for field, value in given.items() if field not in OWN_SUMS}
    more = {**_fields(given.get(ADDITIONAL, "")), BILL: bill[:MAX_BILL]}
    made = {**kept, INITIATION: DYNAMIC, AMOUNT: f"{amount:.0f}", ADDITIONAL: _written(more)}
    body = _written(made) + f"{CRC}04"
    return body + crc(body)


def _fields(text: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    at = 0
    while at < len(text):
        head = FIELD.match(text, at)
        if head is None or head[1] in fields or at + 4 + int(head[2]) > len(text):
            raise NotQris
        fields[head[1]] = text[at + 4 : at + 4 + int(head[2])]
        at += 4 + int(head[2])
    return fields


def _written(fields: Mapping[str, str]) -> str:
    """Fields in the order of their numbers."""
    return "".join(f"{field}{len(value):02}{value}" for field, value in sorted(fields.items()))
