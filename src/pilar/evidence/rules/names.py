"""Names, titles and addresses as people give them."""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit

from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_

MAX_NAME = 150
MAX_TITLE = 200
MAX_TEXT = 1_000
MAX_LINK = 2_000

# Control, format (also those that turn the reading direction, to hide an extension), surrogate, private, separators.
_UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def checked_name(name: str) -> str:
    """The file's name, composed (NFC). Raises Faults at ``file``: a path, unprintable characters, empty, too long."""
    given = unicodedata.normalize("NFC", name).strip()
    if not given or set(given) <= {".", " "}:
        raise Faults([Fault("unnamed-file", N_("The file has no name. Give it one and choose it again"), {}, "file")])
    if "/" in given or "\\" in given or _unprintable(given):
        sentence = N_("The file's name has characters that a name must not have. Rename the file and choose it again")
        raise Faults([Fault("unfit-file-name", sentence, {}, "file")])
    if len(given) > MAX_NAME:
        sentence = N_("The file's name has %(length)s characters; at most %(longest)s are possible. Shorten it")
        raise Faults([Fault("long-file-name", sentence, {"length": len(given), "longest": MAX_NAME}, "file")])
    return given


def checked_title(title: str) -> str:
    """The title in one line. Raises Faults at ``title``."""
    given = " ".join(title.split())
    if not given or len(given) > MAX_TITLE or _unprintable(given):
        sentence = N_("Give a title of at most %(longest)s characters that says what the evidence shows")
        raise Faults([Fault("unfit-title", sentence, {"longest": MAX_TITLE}, "title")])
    return given


def plain_text(text: str, *, place: str, required: bool = False) -> str:
    """A note or reason; lines stay. Raises Faults at ``place`` if it is too long, or empty although ``required``."""
    given = "\n".join(line.rstrip() for line in text.strip().splitlines())
    if required and not given:
        raise Faults([Fault("reason-missing", N_("Say why, so that the owner knows what to do"), {}, place)])
    if len(given) > MAX_TEXT or _unprintable(given.replace("\n", "").replace("\t", "")):
        sentence = N_("Write at most %(longest)s characters of plain text")
        raise Faults([Fault("unfit-text", sentence, {"longest": MAX_TEXT}, place)])
    return given


def checked_link(address: str) -> str:
    """A web address that a reader can open. Raises Faults at ``link``: other schemes, no host, a name and password."""
    given = address.strip()
    try:
        parts = urlsplit(given)
        fit = (
            parts.scheme.lower() in {"http", "https"}
            and "." in (parts.hostname or "").strip(".")
            and "@" not in parts.netloc
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        fit = False
    if not fit or len(given) > MAX_LINK or _unprintable(given) or any(sign in given for sign in ' <>"\\'):
        sentence = N_("Give a whole web address that begins with https://, without a user name or password in it")
        raise Faults([Fault("unfit-link", sentence, {}, "link")])
    return given


def _unprintable(text: str) -> bool:
    return any(unicodedata.category(sign) in _UNPRINTABLE for sign in text)
