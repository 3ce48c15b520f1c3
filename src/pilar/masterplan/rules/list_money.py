"""The unit of the money in a list: rupiah, thousands or millions, from headings, titles and cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from pilar.platform.errors import Fault
from pilar.platform.language import N_
from pilar.platform.reading import is_none, read_amounts, read_rupiah, rupiah_text
from pilar.platform.reading.rupiah import EXACT, POWERS
from pilar.platform.tables import Cell, Percent, folded, shown

WORDS = {3: "ribu", 6: "juta", 9: "miliar", 12: "triliun"}
"""Names of the powers of ten on the page."""
MAX_SURE = Decimal(10**12)
"""The largest amount that is scaled by its heading without doubt: above it the amount is written in full (assumption:
no programme of a regency costs a trillion in one year)."""
WHOLE = Decimal(10**6)
"""An amount of at least this much with ``Rp`` in front is written in full."""

FAR = 1_000
"""An amount this many times away from the others is suspicious (assumption): it may be in other units."""
MIN_USUAL = Decimal(10**6)
"""If half of all amounts are below this, they are hardly plain rupiah (assumption)."""

_SCALES = {"ribuan": "ribu", "jutaan": "juta", "miliaran": "miliar", "milyaran": "milyar"}
_NAMES = "|".join(sorted([*(word for word in POWERS if len(word) > 1), *_SCALES], key=len, reverse=True))
_BRACKETED = re.compile(r"\(([^()]*)\)")
_ZEROS = re.compile(r"(?:\(|\b(?:rp|idr|x|dalam)\b)[\s.,'’×(x]*(?:rp|idr)?[\s.,'’×x]*1?((?:[.,\s'’]*000)+)(?!\d)")
_OF_RUPIAH = re.compile(
    rf"(?:\bdalam\s+|\b(?:rp|satuan)\W*)({_NAMES})\b|(?<!\d)(?<!\d\s)\b({_NAMES})\s+(?:rupiah|rp)\b"
)
_POWERED = re.compile(rf"\d\s*(?:{'|'.join(POWERS)})\b", re.IGNORECASE)
_SIGNED = re.compile(r"\s*(?:rp|idr)\b", re.IGNORECASE)


def power_of(heading: str) -> int:
    """Return the power of ten of a heading such as ``Pagu (Rp juta)``, ``Pagu (Rp M)``, ``Pagu (Rp.000)`` or ``Anggaran
    (dalam ribuan)``."""
    words = [_SCALES.get(word, word) for word in folded(heading).split()]
    power = next((POWERS[word] for word in words if word in POWERS and len(word) > 1), 0)
    return power or _power_of_zeros(heading) or _power_of_a_letter(heading)


def power_above(titles: Iterable[str]) -> int:
    """Return the power of ten in the titles above a table, such as ``(dalam jutaan rupiah)``; the lowest counts."""
    power = 0
    for title in titles:
        if match := _OF_RUPIAH.search(title.casefold()):
            word = match[1] or match[2]
            power = POWERS[_SCALES.get(word, word)]
        else:
            power = _power_of_zeros(title) or power
    return power


def scaled(cell: Cell, power: int) -> Cell | Fault:
    """Scale an amount in a column of thousands or millions, each part between slashes separately; an amount with its
    own power, or written in full, stays. An ambiguous one becomes a fault."""
    if not power or isinstance(cell, Percent) or not isinstance(cell, str | Decimal):
        return cell
    if isinstance(cell, Decimal):
        amount = EXACT.scaleb(cell, power)
        return amount if abs(amount) < MAX_SURE else _unsure(cell, power)
    if is_none(cell):
        return cell
    parts = [_scaled_part(part.strip(), power) for part in cell.split("/")]
    return next((part for part in parts if isinstance(part, Fault)), "/".join(map(str, parts)))


def amounts_in(cell: Cell | Fault) -> list[Decimal]:
    """Return the amounts of rupiah in a cell that can be read."""
    return (
        []
        if isinstance(cell, Fault)
        else [amount for amount in read_amounts(cell) if isinstance(amount, Decimal) and amount]
    )


def odd_amounts(amounts: Sequence[tuple[int, Decimal]]) -> Iterator[tuple[int, Fault]]:
    """Yield suspicious points in the money of a list, with rows; 0 for all of it."""
    if not amounts:
        return
    middle = sorted(amount for _row, amount in amounts)[len(amounts) // 2]
    if middle < MIN_USUAL:
        sentence = N_(
            "Most amounts are below Rp%(least)s. If they count in thousands or millions, let the heading say so, such "
            "as Anggaran (Rp juta)"
        )
        yield 0, Fault("small-amounts", sentence, {"least": rupiah_text(MIN_USUAL)})
    for row, amount in amounts:
        if amount * FAR <= middle or amount >= middle * FAR:
            sentence = N_("The amount of Rp%(amount)s in row %(row)s is far from the others of the list. Is it right?")
            yield row, Fault("far-amount", sentence, {"amount": rupiah_text(amount), "row": row})


def _scaled_part(text: str, power: int) -> str | Fault:
    if is_none(text) or _POWERED.search(text):
        return text
    amount = read_rupiah(text)
    if isinstance(amount, Decimal):
        if _SIGNED.match(text) and abs(amount) >= WHOLE:
            return text if power > 3 else _unsure(text, power)
        if abs(EXACT.scaleb(amount, power)) >= MAX_SURE:
            return _unsure(text, power)
    return f"{text.removesuffix(',-').removesuffix(',–')} {WORDS[power]}"


def _unsure(cell: Cell, power: int) -> Fault:
    sentence = N_(
        "The heading counts in %(power)s, and “%(given)s” may be whole rupiah: write the amount such as 750 juta or "
        "1,5 miliar"
    )
    return Fault("unsure-amount", sentence, {"power": WORDS[power], "given": shown(cell)})


def _power_of_zeros(text: str) -> int:
    match = _ZEROS.search(text.casefold())
    zeros = len(re.sub(r"\D", "", match[1])) if match else 0
    return zeros if zeros in WORDS else 0


def _power_of_a_letter(heading: str) -> int:
    """Return the power of ``M`` or ``T`` in brackets, after ``Rp`` or alone."""
    for said in _BRACKETED.findall(heading):
        words = [word for word in folded(said).split() if word not in ("rp", "idr", "dalam")]
        if words in (["m"], ["t"]):
            return POWERS[words[0]]
    return 0
