"""Seals against the vectors of RFC 6962 and 8032, openssl and another canonical writer; and what a forger meets."""

from __future__ import annotations

import copy
import hashlib
import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from pilar.platform import seal, seal_checker
from pilar.platform.seal_checker import Refused

AT = datetime(2026, 11, 30, 6, tzinfo=UTC)
KEY = seal.signing_key("only-for-tests")
# Of the reference implementation of certificate transparency, for the tree of RFC 6962.
LEAVES = [
    bytes.fromhex(one)
    for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
HASHED = [seal_checker.leaf_hash(one) for one in LEAVES]
# RFC 8032, 7.1: secret key, public key, message, signature.
SIGNED = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]
TREES = st.lists(st.binary(max_size=8), min_size=1, max_size=70).map(
    lambda found: [seal_checker.leaf_hash(one) for one in found]
)
CONTENT = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda part: st.lists(part) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), part),
    max_leaves=20,
)


def test_the_tree_is_that_of_the_vectors() -> None:
    assert seal_checker.root_of([]).hex() == hashlib.sha256(b"").hexdigest()
    assert [seal_checker.root_of(HASHED[:size]).hex() for size in range(1, 9)] == ROOTS


@pytest.mark.parametrize(
    ("place", "size", "path"),
    [
        (0, 1, []),
        (0, 8, ["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"]),
        (5, 8, ["bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]),
        (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
        (1, 5, ["6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"]),
    ],
)  # fmt: skip
def test_inclusion_is_that_of_the_vectors(place: int, size: int, path: list[str]) -> None:
    assert [one.hex() for one in seal.inclusion(HASHED[:size], place)] == path


@pytest.mark.parametrize(
    ("size", "later", "path"),
    [
        (1, 1, []),
        (1, 8, ["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"]),
        (6, 8, ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]),
        (2, 5, ["5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"]),
    ],
)  # fmt: skip
def test_consistency_is_that_of_the_vectors(size: int, later: int, path: list[str]) -> None:
    assert [one.hex() for one in seal.consistency(HASHED[:later], size)] == path


@given(leaves=TREES, data=st.data())
def test_every_leaf_is_shown_to_be_in_and_no_other(leaves: list[bytes], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(leaves) - 1))
    root, path = seal_checker.root_of(leaves), seal.inclusion(leaves, place)
    assert seal_checker.root_from_inclusion(place, len(leaves), leaves[place], path) == root
    wrong = bytes([leaves[place][0] ^ 1]) + leaves[place][1:]
    assert seal_checker.root_from_inclusion(place, len(leaves), wrong, path) != root
    for broken in ([*path, wrong], path[:-1] if path else [wrong]):
        with pytest.raises(Refused):
            seal_checker.root_from_inclusion(place, len(leaves), leaves[place], broken)


@given(leaves=TREES, data=st.data())
def test_a_tree_is_shown_to_begin_a_later_one_and_a_changed_one_is_not(
    leaves: list[bytes], data: st.DataObject
) -> None:
    size = data.draw(st.integers(1, len(leaves)))
    first, root, path = (
        seal_checker.root_of(leaves[:size]),
        seal_checker.root_of(leaves),
        seal.consistency(leaves, size),
    )
    assert seal_checker.roots_from_consistency(size, len(leaves), first, path) == (first, root)
    changed = [bytes(32), *leaves[1:size]]
    if size < len(leaves):
        assert seal_checker.roots_from_consistency(size, len(leaves), seal_checker.root_of(changed), path) != (
            seal_checker.root_of(changed), root,
        )  # fmt: skip


@given(content=CONTENT)
def test_canonical_bytes_are_those_of_another_writer(content: Any) -> None:
    assert seal_checker.canonical(content) == rfc8785.dumps(content)
    assert json.loads(seal_checker.canonical(content)) == content


def test_canonical_bytes_of_the_standard_itself() -> None:
    """RFC 8785, 3.2.3: the order of keys by UTF-16, where a smiley comes before a letter of the private area."""
    given = {"\u20ac": "Euro", "\r": "CR", "\ufb33": "D", "1": "One", "\U0001f600": "S", "\u0080": "C", "\u00f6": "O"}
    keys = list(json.loads(seal_checker.canonical(given)))
    assert keys == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


@pytest.mark.parametrize("content", [1.5, float("nan"), 2**53, {1: "a"}, b"a", {"a": {1.0}}, "\ud800"])
def test_what_has_no_canonical_bytes_is_refused(content: Any) -> None:
    with pytest.raises((Refused, UnicodeEncodeError)):
        seal_checker.canonical(content)


@pytest.mark.parametrize(("secret", "public", "message", "signature"), SIGNED)
def test_signatures_are_those_of_the_vectors(secret: str, public: str, message: str, signature: str) -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
    assert key.public_key().public_bytes_raw().hex() == public
    assert key.sign(bytes.fromhex(message)).hex() == signature
    given = [bytes.fromhex(one) for one in (public, message, signature)]
    assert seal_checker.is_signed(*given)
    for place in range(3):
        broken = list(given)
        broken[place] = bytes([given[place][0] ^ 1]) + given[place][1:] if given[place] else b"x"
        assert not seal_checker.is_signed(*broken)


def test_a_signature_cannot_be_written_in_two_ways() -> None:
    public, message, signature = (bytes.fromhex(one) for one in SIGNED[1][1:])
    other = int.from_bytes(signature[32:], "little") + seal_checker.Q
    assert not seal_checker.is_signed(public, message, signature[:32] + other.to_bytes(32, "little"))
    assert not seal_checker.is_signed(public[:31], message, signature)


@given(secret=st.binary(min_size=32, max_size=32), message=st.binary(max_size=200))
def test_signatures_of_the_library_are_read_by_the_checker(secret: bytes, message: bytes) -> None:
    key = Ed25519PrivateKey.from_private_bytes(secret)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    assert seal_checker.is_signed(public, message, signature)
    assert not seal_checker.is_signed(public, message + b"x", signature)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
def test_openssl_reads_the_signature_of_a_head(tmp_path: Path) -> None:
    told = seal.head(scope="a", leaves=HASHED, chain="00", at=AT, key=KEY)
    public = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    for name, content in (
        ("key", public), ("head", seal_checker.head_bytes(told)), ("sig", bytes.fromhex(told["signature"])),
    ):  # fmt: skip
        (tmp_path / name).write_bytes(content)
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key", "-rawin", "-in", "head", "-sigfile", "sig"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Signature Verified Successfully" in done.stdout, done.stderr
    (tmp_path / "head").write_bytes(seal_checker.head_bytes(told | {"size": 9}))
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode != 0


def register(count: int = 5) -> tuple[list[seal.Sealed], dict[str, Any]]:
    entries: list[seal.Sealed] = []
    for number in range(1, count + 1):
        content = {"results": [{"region": "36.03", "final": f"3.{number}", "rank": number}]}
        before = entries[-1].chain if entries else ""
        entries.append(
            seal.entry(scope="a", number=number, subject=f"s{number}", content=content, at=AT, before=before)
        )
    leaves = [bytes.fromhex(one.leaf) for one in entries]
    heads = [
        seal.head(scope="a", leaves=leaves[:size], chain=entries[size - 1].chain, at=AT, key=KEY) for size in (2, count)
    ]
    chain = [one.chain for one in entries]
    return entries, {"scope": "a", "leaves": [one.leaf for one in entries], "chain": chain, "heads": heads}


def proof(number: int = 3) -> dict[str, Any]:
    entries, whole = register()
    path = seal.inclusion([bytes.fromhex(one.leaf) for one in entries], number - 1)
    return {
        "entry": json.loads(entries[number - 1].text),
        "leaf": entries[number - 1].leaf,
        "inclusion": [one.hex() for one in path],
        "head": whole["heads"][1],
    }


def check(tmp_path: Path, *files: Any, key: str = "") -> tuple[int, str]:
    """Run the checker as a stranger does: the file alone, by another process."""
    names = []
    for place, content in enumerate(files):
        (tmp_path / f"{place}.json").write_text(json.dumps(content), encoding="utf-8")
        names.append(f"{place}.json")
    shutil.copy(str(seal_checker.__file__), tmp_path / "periksa_segel.py")
    command = [sys.executable, "-I", "periksa_segel.py", *names, *(["--key", key] if key else [])]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_a_stranger_checks_proof_results_and_register(tmp_path: Path) -> None:
    good, rows = proof(), [{"region": "36.03", "final": "3.3", "rank": 3, "name": "Kabupaten Tangerang"}]
    public = KEY.public_key().public_bytes_raw().hex()
    status, said = check(tmp_path, good, rows, key=public)
    assert (status, said.count("ok  ")) == (0, 3), said
    status, said = check(tmp_path, register()[1])
    assert (status, said.count("ok  ")) == (0, 3), said
    assert check(tmp_path, good, key="00" * 32)[0] == 1
    assert check(tmp_path, good, [rows[0] | {"final": "3.9"}])[0] == 1
    assert check(tmp_path)[0] == 2


def changed(what: dict[str, Any], *path: Any, to: Any) -> dict[str, Any]:
    made = copy.deepcopy(what)
    place: Any = made
    for one in path[:-1]:
        place = place[one]
    place[path[-1]] = to
    return made


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("entry", "content", "results", 0, "final"), "4.0"),
        (("entry", "sealed_at"), "2025-01-01T00:00:00Z"),
        (("entry", "number"), 4),
        (("leaf",), "00" * 32),
        (("inclusion", 0), "00" * 32),
        (("inclusion",), []),
        (("head", "size"), 4),
        (("head", "root"), "00" * 32),
        (("head", "signed_at"), "2025-01-01T00:00:00Z"),
        (("head", "signature"), "00" * 64),
        (("head", "scope"), "b"),
        (("head",), {}),
    ],
)
def test_a_changed_proof_is_found(path: tuple[Any, ...], to: Any, tmp_path: Path) -> None:
    assert check(tmp_path, changed(proof(), *path, to=to))[0] == 1


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("leaves", 1), "00" * 32),
        (("chain", 1), "00" * 32),
        (("leaves",), []),
        (("heads", 0, "size"), 3),
        (("scope",), "b"),
    ],
)
def test_a_changed_register_is_found(path: tuple[Any, ...], to: Any, tmp_path: Path) -> None:
    assert check(tmp_path, changed(register()[1], *path, to=to))[0] == 1


def test_a_register_that_was_written_anew_is_found_by_an_old_head(tmp_path: Path) -> None:
    """Somebody with the database, but without the key, changes an entry and computes everything again."""
    entries, whole = register()
    anew = [entries[0]]
    for one in entries[1:]:
        told = json.loads(one.text)
        content = {"results": []} if one.number == 2 else told["content"]
        anew.append(
            seal.entry(
                scope="a", number=one.number, subject=told["subject"], content=content, at=AT, before=anew[-1].chain
            )
        )
    forged = whole | {"leaves": [one.leaf for one in anew], "chain": [one.chain for one in anew]}
    status, said = check(tmp_path, forged)
    assert status == 1
    assert "entries were changed since the head" in said
