"""The services of the contract, and the meaning of BPJS's answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from pilar.hospital.rules.bpjs.messages import Misfit, Shape, read, storable, write
from pilar.hospital.rules.bpjs.signing import Keys, NotOpened


class Refused(Exception):
    """Raised when the other side has understood and refuses."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code} {message}")
        self.code, self.message = code, message


class NotUnderstood(Exception):
    """Raised for an answer that does not follow the contract."""


@dataclass(frozen=True, slots=True)
class Service:
    """One service: ``parts`` are in its path, ``given`` in its body; its answer has fields, or a list of them."""

    name: str
    method: str
    path: str
    parts: Shape = ()
    given: Shape | None = None
    answer: Shape | None = None
    rows: Shape | None = None
    success: frozenset[int] = frozenset({200})
    encrypted: bool = False
    bare: bool = False

    def address(self, values: Mapping[str, Any]) -> str:
        """The path with its parts. Raises :class:`Misfit`."""
        return self.path.format(
            **{name: quote(str(value), safe=":") for name, value in write(self.parts, values).items()}
        )

    def told(self, values: Any) -> Any:
        """Write the ``response``: of an answer's values, or of rows of them. Raises :class:`Misfit`."""
        if self.rows is not None:
            rows = [write(self.rows, row) for row in values]
            return rows if self.bare else {"list": rows}
        return None if self.answer is None else write(self.answer, values)

    def envelope(self, values: Any, *, keys: Keys | None = None, at: int = 0) -> dict[str, Any]:
        """The answer as it is sent; ``keys`` encrypt it."""
        said = self.told(values)
        if said is not None and keys is not None and self.encrypted:
            said = keys.seal(json.dumps(said, ensure_ascii=False), at)
        return {"response": said, "metadata": {"message": "Ok", "code": min(self.success)}}

    def understood(self, body: bytes, *, keys: Keys, at: int) -> Any:
        """The values of an answer to a request of ``at``. Raises :class:`Refused`, :class:`NotUnderstood`."""
        try:
            said = json.loads(body)
            code, message = said["metadata"]["code"], str(said["metadata"].get("message") or "")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise NotUnderstood("metadata") from error
        if not isinstance(code, int) or isinstance(code, bool):
            raise NotUnderstood("metadata.code")
        if code not in self.success:
            raise Refused(code, message)
        try:
            response = said.get("response")
            if self.encrypted:
                response = json.loads(keys.open(response, at))
            if self.rows is not None:
                rows = response["list"] if isinstance(response, Mapping) else response
                return [read(self.rows, row) for row in rows]
            return None if self.answer is None else read(self.answer, response)
        except Misfit as error:
            raise NotUnderstood(str(error)) from error
        except (NotOpened, ValueError, KeyError, TypeError, RecursionError) as error:
            raise NotUnderstood("response") from error


@dataclass(frozen=True, slots=True)
class Contract:
    """Both directions, with the words and limits that our client and server share.

    ``duplicate``: codes with which BPJS says that it already has something; ``unknown_sender``: codes for an unknown
    sender. ``given_up``: states of a booking that is no longer valid. ``personal``: fields that must not be logged.
    """

    called: Mapping[str, Service]
    exposed: Mapping[str, Service]
    duplicate: frozenset[int]
    unknown_sender: frozenset[int]
    given_up: frozenset[str]
    personal: frozenset[str]
    no_phone: str
    numbers: Mapping[str, int]
    tasks: Mapping[int, str]
    labels: Mapping[str, str]
    refusals: Mapping[str, tuple[int, str]]

    def refusal(self, why: str, **fields: object) -> Refused:
        """The refusal for a condition; ``field`` is replaced by its label."""
        code, sentence = self.refusals[why]
        if "field" in fields:
            fields["field"] = self.labels.get(str(fields["field"]), str(fields["field"]))
        return Refused(code, sentence.format(**fields))

    def refusal_of(self, fault: Misfit) -> Refused:
        """The refusal for a field that does not follow the contract."""
        if fault.why not in self.refusals:
            return Refused(201, str(fault))
        return self.refusal(fault.why, field=fault.field, choices=fault.choices)

    def redacted(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """A message for the log: long numbers keep their first four and last two digits, other personal values are
        removed."""
        named = {
            storable(name): value if isinstance(value, int) else storable(str(value or ""))
            for name, value in message.items()
        }
        return {
            name: _hidden(value) if name in self.personal else value if isinstance(value, int) else str(value)[:100]
            for name, value in named.items()
        }


def _hidden(value: Any) -> str:
    text = str(value or "")
    return f"{text[:4]}…{text[-2:]}" if len(text) >= 12 and text.isdigit() else "…" if text else ""
