#!/usr/bin/env python3
"""Check the books of a village without Pilar: ``python3 periksa_buku.py buku.json [HASH …] [--key HEX]``.

One file of Python's standard library (3.9 and newer) with ``periksa_segel.py`` next to it. It computes everything
again: the digest of the lines of each entry, the chain of the entries, the place of its last link in the tree over the
books of all villages on a day, the seal of that root and its signature. Each HASH from a printed book must be that of
an entry up to that day; its beginning is enough. Prints a line a check; ends with 1 if one fails.

The database computes the same in ``villagefinance_entry_text`` and the triggers of entries and lines.
"""

from __future__ import annotations

import hashlib
import json
import sys
from typing import Any

try:
    from pilar.platform import seal_checker as seals
except ImportError:
    import periksa_segel as seals  # type: ignore[import-not-found, no-redef]

BOOKS = b"pilar-books\n"
SCOPE = "villagefinance.books"
"""The scope of the seals that keep the root of each day."""
SHORTEST = 8
"""Characters of a hash that a reader must give at least."""


def beginning(village: str) -> str:
    """Return the hash that the chain of a village starts from."""
    return hashlib.sha256(BOOKS + village.encode()).hexdigest()


def digest(lines: list[list[Any]]) -> str:
    """Hash the lines of an entry: number, side, amount, account, activity, fund, budget line, bank account, tax."""
    return hashlib.sha256(bytes(seals.canonical(lines))).hexdigest()


def link(previous: str, told: list[Any]) -> str:
    """Return the hash after an entry; ``told`` is its whole content, the digest of its lines last."""
    return hashlib.sha256(bytes.fromhex(previous) + bytes(seals.canonical(told))).hexdigest()


def leaf(village: str, entries: int, head: str) -> bytes:
    """Return the leaf of a village in the tree of a day."""
    return bytes(seals.leaf_hash(seals.canonical([village, entries, head])))


def chain(village: str, entries: list[dict[str, Any]]) -> list[str]:
    """Return the hash of each entry, computed again; raises :class:`seals.Refused` where one differs."""
    hashes, last = [], beginning(village)
    for place, entry in enumerate(entries, 1):
        told = entry["told"]
        if (told[2], told[4]) != (village, place):
            raise seals.Refused(f"an entry is missing before {told[2]} {told[4]}")
        if digest(entry["lines"]) != told[-1]:
            raise seals.Refused(f"the lines of entry {place} are not those that were booked")
        last = link(last, told)
        if last != entry["hash"]:
            raise seals.Refused(f"entry {place} is not what was booked")
        hashes.append(last)
    return hashes


def check(books: dict[str, Any], printed: list[str], key: str = "") -> list[str]:
    """Check the exported books of a village and return what holds; raises :class:`seals.Refused` at the first
    failure."""
    village, day = books["village"], books["day"]
    hashes = chain(village, books["entries"])
    said = [f"chain of {len(hashes)} entries of {village}"]
    sealed = hashes[: day["entries"]] if day else []
    if day:
        head = sealed[-1] if sealed else beginning(village)
        if (len(sealed), head) != (day["entries"], day["head"]):
            raise seals.Refused("the chain is not the one of the day")
        way = [bytes.fromhex(digest) for digest in day["inclusion"]]
        root = seals.root_from_inclusion(day["place"], day["size"], leaf(village, len(sealed), head), way)
        entry = day["proof"]["entry"]
        if (entry["scope"], entry["content"]["root"]) != (SCOPE, root.hex()):
            raise seals.Refused("the chain is not in the tree of the day")
        said.append(f"{len(sealed)} of them in the root of {entry['subject']}")
        said += seals.check_proof(day["proof"], key)
    for digest in printed:
        places = [place for place, full in enumerate(sealed, 1) if len(digest) >= SHORTEST and full.startswith(digest)]
        if not places:
            raise seals.Refused(f"no entry of the day has the hash {digest}")
        said.append(f"{digest} is entry {places[0]}")
    return said


def main(arguments: list[str]) -> int:
    """Check the file named; returns the exit status."""
    given = list(arguments)
    key = given.pop(given.index("--key") + 1) if "--key" in given[:-1] else ""
    file, *printed = [argument for argument in given if argument != "--key"] or [""]
    if not file:
        sys.stdout.write((__doc__ or "") + "\n")
        return 2
    try:
        with open(file, encoding="utf-8") as opened:
            said = check(json.load(opened), printed, key)
    except seals.Refused as refused:
        sys.stdout.write(f"NOT as it was booked: {refused}\n")
        return 1
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        sys.stdout.write(f"cannot be read: {type(error).__name__} {error}\n")
        return 1
    sys.stdout.write("".join(f"ok  {line}\n" for line in said))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
