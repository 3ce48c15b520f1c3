#!/usr/bin/env python3
"""Check a seal of Pilar without Pilar: ``python3 periksa_segel.py segel.json [results.json] [--key HEX]``.

One file of Python's standard library (3.9 and newer). It computes everything again: the canonical bytes of what was
sealed (RFC 8785, without fractions), its leaf and place in the hash tree (RFC 6962), the chain of hashes, and the
signature (Ed25519, RFC 8032) of the head that covers it; with the results next to it, that they are what was sealed. A
whole register (``register.json``) is checked entry by entry and head by head; with what is published next to it
(``terbitan.json``), that all of it is as it was sealed, that nothing is missing and nothing dated back; with an older
register next to it, that the new one continues it. Prints a line a check; ends with 1 if one fails.

--key: the public key that you know from elsewhere, such as from the printed report; otherwise the one in the file is
taken, which proves only that nothing was changed since by somebody without that key.
"""

from __future__ import annotations

import hashlib
import json
import sys
from typing import Any

HEAD = b"pilar-seal-head\n"
CHAIN = b"pilar-seal-chain\n"
SAFE = 2**53 - 1


class Refused(Exception):
    """A check that does not hold; its text says which."""


def canonical(value: Any) -> bytes:
    """The bytes of RFC 8785: keys in the order of their UTF-16, no blanks. Numbers are whole and below 2 to the 53rd:
    whatever has a fraction is sealed as text."""
    return _written(value).encode("utf-8")


def _written(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int) and abs(value) <= SAFE:
        return str(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(_written, value)) + "]"
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(f"{_written(key)}:{_written(value[key])}" for key in keys) + "}"
    raise Refused(f"a value that cannot be sealed: {value!r:.60}")


def leaf_hash(content: bytes) -> bytes:
    """RFC 6962, 2.1: of an entry."""
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962, 2.1: of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def chained(scope: str, leaves: list[bytes]) -> list[bytes]:
    """Return what the chain is after each leaf: the hash of what it was before, then the leaf."""
    links, last = [], hashlib.sha256(CHAIN + scope.encode("utf-8")).digest()
    for leaf in leaves:
        last = hashlib.sha256(last + leaf).digest()
        links.append(last)
    return links


def root_from_inclusion(number: int, size: int, leaf: bytes, path: list[bytes]) -> bytes:
    """The root of the first ``size`` entries by the proof of the entry at ``number``, from 0 (RFC 9162, 2.1.3.2)."""
    if not 0 <= number < size:
        raise Refused("the entry lies outside the tree")
    at, last, digest = number, size - 1, leaf
    for other in path:
        if last == 0:
            raise Refused("the proof is too long")
        if at % 2 or at == last:
            digest = node_hash(other, digest)
            while at and not at % 2:
                at, last = at // 2, last // 2
        else:
            digest = node_hash(digest, other)
        at, last = at // 2, last // 2
    if last:
        raise Refused("the proof is too short")
    return digest


def roots_from_consistency(size: int, later: int, root: bytes, path: list[bytes]) -> tuple[bytes, bytes]:
    """The roots of the first ``size`` and ``later`` entries by a proof that the one begins the other.

    RFC 9162, 2.1.4.2. ``root`` is that of ``size``, which starts the way where ``size`` is a power of two.
    """
    if not 0 < size <= later:
        raise Refused("there is no such proof")
    if size == later:
        if path:
            raise Refused("the proof is too long")
        return root, root
    steps = list(path)
    at, last = size - 1, later - 1
    while at % 2:
        at, last = at // 2, last // 2
    if at and not steps:
        raise Refused("the proof is too short")
    first = second = steps.pop(0) if at else root
    for other in steps:
        if last == 0:
            raise Refused("the proof is too long")
        if at % 2 or at == last:
            first, second = node_hash(other, first), node_hash(other, second)
            while at and not at % 2:
                at, last = at // 2, last // 2
        else:
            second = node_hash(second, other)
        at, last = at // 2, last // 2
    if last:
        raise Refused("the proof is too short")
    return first, second


def root_of(leaves: list[bytes]) -> bytes:
    """The root over all leaves (RFC 6962, 2.1), from the bottom up: a last one without a partner goes up as it is."""
    level = leaves or [hashlib.sha256(b"").digest()]
    while len(level) > 1:
        pairs = [node_hash(*level[place : place + 2]) for place in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


def head_bytes(head: dict[str, Any]) -> bytes:
    """Return what the signature of a head covers: all of it but the signature itself."""
    return HEAD + canonical({name: value for name, value in head.items() if name != "signature"})


# Ed25519 as RFC 8032, 5.1 describes it, to check signatures alone: nothing here is secret, so it may take its time.
P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]


def _add(a: Point, b: Point) -> Point:
    first, two = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    three, four = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = two - first, four - three, four + three, two + first
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(number: int, point: Point) -> Point:
    product: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            product = _add(product, point)
        point, number = _add(point, point), number >> 1
    return product


def _point(data: bytes) -> Point:
    whole = int.from_bytes(data, "little")
    sign, y = whole >> 255, whole & (2**255 - 1)
    if y >= P:
        raise Refused("no point of the curve")
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        raise Refused("no point of the curve")
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether an Ed25519 signature of 64 bytes by the public key of 32 covers the message."""
    if len(key) != 32 or len(signature) != 64:
        return False
    scalar = int.from_bytes(signature[32:], "little")
    if scalar >= Q:
        return False
    try:
        by, nonce = _point(key), _point(signature[:32])
    except Refused:
        return False
    digest = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % Q
    left, right = _times(scalar, BASE), _add(nonce, _times(digest, by))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


def check_head(head: dict[str, Any], key: str = "") -> str:
    """The signature of a head, by the key that is known or by its own."""
    if key and head["key"] != key:
        raise Refused(f"signed by another key: {head['key']}")
    if not is_signed(bytes.fromhex(head["key"]), head_bytes(head), bytes.fromhex(head["signature"])):
        raise Refused("the signature of the head does not hold")
    return f"head of {head['size']} entries, signed at {head['signed_at']} by {head['key'][:16]}"


def check_proof(proof: dict[str, Any], key: str = "") -> list[str]:
    """An entry with its way to a signed head."""
    entry, head = proof["entry"], proof["head"]
    leaf = leaf_hash(canonical(entry))
    if leaf.hex() != proof["leaf"]:
        raise Refused("the entry is not what its leaf says")
    if (entry["scope"], entry["number"] <= head["size"]) != (head["scope"], True):
        raise Refused("the head does not cover the entry")
    path = [bytes.fromhex(digest) for digest in proof["inclusion"]]
    if root_from_inclusion(entry["number"] - 1, head["size"], leaf, path).hex() != head["root"]:
        raise Refused("the entry is not in the tree of the head")
    return [f"entry {entry['number']} of {entry['scope']}, sealed at {entry['sealed_at']}", check_head(head, key)]


def check_register(register: dict[str, Any], key: str = "") -> list[str]:
    """All leaves of a scope and every head over them: a head that later ones do not continue is found."""
    leaves = [bytes.fromhex(digest) for digest in register["leaves"]]
    links = chained(register["scope"], leaves)
    if [link.hex() for link in links] != register["chain"]:
        raise Refused("the chain is broken")
    said = [f"chain of {len(leaves)} entries of {register['scope']}"]
    for head in register["heads"]:
        size = head["size"]
        if not 0 < size <= len(leaves) or head["scope"] != register["scope"]:
            raise Refused("a head covers entries that are not there")
        if (root_of(leaves[:size]).hex(), links[size - 1].hex()) != (head["root"], head["chain"]):
            raise Refused(f"entries were changed since the head of {head['signed_at']}")
        said.append(check_head(head, key))
    return said


def check_results(proof: dict[str, Any], rows: list[dict[str, Any]]) -> str:
    """The table of results next to the seal, against what was sealed."""
    sealed = proof["entry"]["content"]["results"]
    names = [name for name in (sealed[0] if sealed else {}) if rows and name in rows[0]]

    def plain(row: dict[str, Any]) -> list[str]:
        return ["" if row[name] is None else str(row[name]) for name in names]

    if sorted(map(plain, sealed)) != sorted(map(plain, rows)):
        raise Refused("the results beside the seal are not those that were sealed")
    return f"{len(rows)} results are those that were sealed ({', '.join(names)})"


def check_published(register: dict[str, Any], published: dict[str, Any]) -> str:
    """Return what is published today, against the leaves of its register: changed, removed, never sealed or dated
    back."""
    leaves, shown = register["leaves"], {}
    for entry in published["entries"]:
        number, subject = entry["number"], entry["subject"]
        if entry["scope"] != register["scope"] or not 0 < number <= len(leaves):
            raise Refused(f"{subject} is published and was never sealed")
        if leaf_hash(canonical(entry)).hex() != leaves[number - 1]:
            raise Refused(f"{subject} is not what was sealed as entry {number}")
        shown[number] = entry
    for number in range(1, len(leaves) + 1):
        if number not in shown:
            raise Refused(f"entry {number} was sealed and is not published any more")
    earliest = {len(leaves): "~"}  # of all entries after a number
    for number in range(len(leaves), 0, -1):
        earliest[number - 1] = min(earliest[number], shown[number]["sealed_at"])
    for head in register["heads"]:
        if earliest[head["size"]] < head["signed_at"]:
            raise Refused(f"an entry is dated back: the head signed at {head['signed_at']} did not hold it")
    return f"{len(shown)} entries are published as they were sealed"


def check_continues(register: dict[str, Any], older: dict[str, Any]) -> str:
    """A register against an older copy of it: what stood there still stands, in its place."""
    if older["scope"] != register["scope"]:
        raise Refused("the older register is another one")
    for number, leaf in enumerate(older["leaves"], 1):
        if register["leaves"][number - 1 : number] != [leaf]:
            raise Refused(f"the register was rewritten: entry {number} is not the one of the older copy")
    return f"the {len(older['leaves'])} entries of the older copy still stand"


def _check_beside(proved: dict[str, Any], beside: Any) -> str:
    if isinstance(beside, list):
        return check_results(proved, beside)
    return check_published(proved, beside) if "entries" in beside else check_continues(proved, beside)


def main(arguments: list[str]) -> int:
    """Check the files named; returns the exit status."""
    key = arguments.pop(place + 1) if (place := arguments.index("--key") if "--key" in arguments else -1) >= 0 else ""
    files = [argument for argument in arguments if argument != "--key"]
    if not files:
        sys.stdout.write((__doc__ or "") + "\n")
        return 2
    try:
        proof, *beside = [_read(name) for name in files]
        said = check_register(proof, key) if "leaves" in proof else check_proof(proof, key)
        said += [_check_beside(proof, file) for file in beside]
    except Refused as refused:
        sys.stdout.write(f"NOT as it was sealed: {refused}\n")
        return 1
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        sys.stdout.write(f"cannot be read: {type(error).__name__} {error}\n")
        return 1
    sys.stdout.write("".join(f"ok  {line}\n" for line in said))
    return 0


def _read(name: str) -> Any:
    with open(name, encoding="utf-8-sig") as file:
        return json.load(file, parse_float=str)  # a figure keeps its digits


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
