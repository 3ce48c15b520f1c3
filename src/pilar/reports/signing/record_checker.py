"""Check a signed document without Pilar and without a line.

``python3 periksa_dokumen.pyz KODE|dokumen.pdf --key HEX [--list daftar.txt --proof daftar.json]``

KODE is what the QR code reads (the address or its last part); of a PDF, the code stands in it. Checked are the
signature of the record (Ed25519), that the pages of the PDF are those of the record and that nothing was changed or
added behind them, and with a list what became of the document: first that the list is the sealed one. The key is
printed on the page that checks documents; whose certificate signed the PDF says a program that shows it.

Needs Python 3.11 and the package cryptography. Prints a line a check; ends with 1 if one fails.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from pilar.platform import seal_checker
from pilar.platform.seal_checker import Refused
from pilar.reports.signing import lists
from pilar.reports.signing.record import NotARecord, Record, read

CONTACT = re.compile(rb"/ContactInfo\s*\(([^)]*)\)")
ESCAPED = re.compile(rb"\\([0-7]{3})")
CODE = re.compile(rb"/periksa/([A-Za-z0-9_-]{100,300})/")
RANGE = re.compile(rb"/ByteRange\s*\[\s*0 +(\d+) +(\d+) +(\d+)\s*\]")
END = re.compile(rb"%%EOF(\r\n|\n|\r)?")


def check_record(text: str, key: str) -> Record:
    """Return what a record says, signed by the key; raises Refused."""
    try:
        record = read(text)
        if not record.holds(key):
            raise Refused(f"the code was not signed by this key but names {record.key.hex()}, or it was changed")
    except NotARecord as error:
        raise Refused("this is no code of a signed document") from error
    return record.record


def code_in(content: bytes) -> str:
    """The code that a signed PDF holds; raises Refused."""
    said = b" ".join(ESCAPED.sub(lambda match: bytes([int(match[1], 8)]), text) for text in CONTACT.findall(content))
    codes = set(CODE.findall(said))
    if len(codes) != 1:
        raise Refused("the file holds no code, or several")
    code: bytes = codes.pop()
    return code.decode()


def check_file(content: bytes, record: Record) -> None:
    """That a PDF has the pages of the record, signed, with nothing changed or added behind them; raises Refused."""
    if record.sha256 not in map(_sha256, _beginnings(content)):
        raise Refused("the pages are not those that were signed")
    ranges = [tuple(map(int, span)) for span in RANGE.findall(content)]
    if len(ranges) != 1 or ranges[0][1] + ranges[0][2] != len(content):
        raise Refused("something was added behind the signature; it can cover what the pages say")
    first, start, more = ranges[0]
    signed = _sha256(content[:first] + content[start : start + more])
    if b"0420" + signed.encode() not in content[first:start].lower():
        raise Refused("the signed file was changed")


def check_list(text: bytes, proof: dict[str, object], key: str) -> lists.DocumentList:
    """The list, once its proof says that it is the sealed one; raises Refused."""
    seal_checker.check_proof(proof, key)
    entry = proof["entry"]
    if not isinstance(entry, dict) or entry["content"].get("sha256") != _sha256(text):
        raise Refused("the list is not the one that was sealed")
    return lists.read(text.decode())


def check_standing(document_list: lists.DocumentList, record: Record, content: bytes | None) -> str:
    """Return what became of the document up to the day of the list; raises Refused for one that is not valid."""
    if (document_list.kind, document_list.scope, document_list.year) != (record.kind, record.scope, record.day.year):
        raise Refused("the list is of other documents")
    listed = document_list.find(record.sha256)
    if listed is None:
        raise Refused(f"not in the register as of {document_list.day}")
    if listed.registered != record.day:
        raise Refused(f"dated {record.day}, but registered on {listed.registered}")
    if content is not None and listed.file != _sha256(content)[: lists.FILE]:
        raise Refused("the register knows another file of this document")
    if listed.standing is not lists.Standing.VALID:
        raise Refused(f"{listed.standing.name.lower()} as of {document_list.day}")
    return f"in the register and valid as of {document_list.day}"


def checks(given: str, key: str, listed: str, proof: str) -> Iterator[str]:
    """A line for each check that holds; raises Refused at the first that does not."""
    content = None if Path(given).suffix != ".pdf" else Path(given).read_bytes()
    code = given.rstrip("/").rsplit("/", 1)[-1] if content is None else code_in(content)
    record = check_record(code, key)
    yield f"code of {record.number}, {record.day}, region {record.scope} ({record.kind})"
    if content is not None:
        check_file(content, record)
        yield "the file has the pages that were signed, and nothing was changed or added"
    if listed:
        beside = json.loads(Path(proof).read_text(encoding="utf-8"))
        document_list = check_list(Path(listed).read_bytes(), beside, key)
        yield f"list of {len(document_list.documents)} documents, sealed as of {document_list.day}"
        yield check_standing(document_list, record, content)


def main(arguments: Sequence[str]) -> int:
    """Check what is named; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("given", metavar="KODE|PDF")
    parser.add_argument("--key", required=True)
    parser.add_argument("--list", default="")
    parser.add_argument("--proof", default="")
    asked = parser.parse_args(arguments)
    try:
        for line in checks(asked.given, asked.key, asked.list, asked.proof):
            sys.stdout.write(f"ok  {line}\n")
    except Refused as refused:
        sys.stdout.write(f"NOT valid: {refused}\n")
        return 1
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.stdout.write(f"cannot be read: {type(error).__name__} {error}\n")
        return 1
    return 0


def _beginnings(content: bytes) -> Iterator[bytes]:
    """Whatever of the file could be its pages: up to each mark of an end, with and without the line's own end."""
    for match in END.finditer(content):
        yield content[: match.start() + 5]
        if match.group(1):
            yield content[: match.end()]


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
