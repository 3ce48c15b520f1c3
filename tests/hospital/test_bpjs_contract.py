"""The contract of BPJS as data: signature and encryption against other programs, the 28 services field by field."""

from __future__ import annotations

import base64
import json
import random
import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from pilar.hospital.reference.bpjs import contract
from pilar.hospital.rules.bpjs.lzstring import NotPacked, pack, unpack
from pilar.hospital.rules.bpjs.messages import Field, Misfit, Shape, read, shape_of, write
from pilar.hospital.rules.bpjs.sending import Difference, Known, Step, differences, next_try
from pilar.hospital.rules.bpjs.services import NotUnderstood, Refused
from pilar.hospital.rules.bpjs.signing import Keys, NotOpened

CASES = json.loads((Path(__file__).parent / "bpjs_vectors.json").read_text(encoding="utf-8"))["cases"]
CALLED, EXPOSED = contract().called, contract().exposed
KEYS = Keys("27952", "rahasia", "kunci")
WIB = timezone(timedelta(hours=7))
AT = datetime(2026, 12, 1, 8, 30, tzinfo=WIB)
GOOD: dict[str, Any] = {
    "text": "isi", "int": 12, "number": 61.5, "flag": True, "truth": True, "visit": 3, "task": 4, "day": 8,
    "day_text": 1, "month": 3, "year": 2026, "card": "0001234567890", "nik": "3603010101900001",
    "kk": "3603010101900002", "phone": "081234567890", "date": date(2026, 12, 1), "clock": time(8),
    "hours": (time(8), time(16)), "spaced_hours": (time(8), time(12)), "ms": AT, "seconds": timedelta(seconds=9000),
    "stamp": AT,
}  # fmt: skip
WIRE: dict[str, Any] = {
    "text": "isi", "int": 12, "number": 61.5, "flag": 1, "truth": True, "visit": 3, "task": 4, "day": 8,
    "day_text": "1", "month": "03", "year": "2026", "card": "0001234567890", "nik": "3603010101900001",
    "kk": "3603010101900002", "phone": "081234567890", "date": "2026-12-01", "clock": "08:00", "hours": "08:00-16:00",
    "spaced_hours": "08:00 - 12:00", "ms": 1796088600000, "seconds": 9000, "stamp": "01-12-2026 08:30:00 WIB",
}  # fmt: skip
BAD: dict[str, list[Any]] = {
    "text": [1, ["x"], "a\0b", "x" * 501], "int": ["12", 1.5, True, -1], "number": ["1"], "flag": [2, "1"],
    "truth": ["true", 2], "visit": [0, 5, "1"], "task": [0, 8, 98, "4"], "day": [0, 9, "1"], "day_text": [1, "0", "9"],
    "month": [3, "13"], "year": [2026], "card": ["000123456789", "00012345678901", "000123456789a", 1234567890123],
    "nik": ["360301010190000", "36030101019000011", "360301010190000x"], "kk": ["1", "36030101019000x2"],
    "phone": ["0812", "+6281234567890", "08123456789012345"],
    "date": ["01-12-2026", "2026-13-01", "2026-2-1", "2026-02-30", 20261201, "2026-12-01T00:00"],
    "clock": ["8:00", "25:00", "08.00"], "hours": ["08:00 - 16:00", "08:00", "8-16", "08:00-25:00"],
    "spaced_hours": ["08:00-12:00"], "ms": [1796088600, "1796088600000", 10**30], "seconds": ["9000", -1, 1.5],
    "stamp": ["2026-12-01 08:30:00", "01-12-2026 08:30:00", "01-12-2026 08:30:00 CET"],
}  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[one["cons_id"] for one in CASES])
def test_signature_packing_and_encryption_are_those_of_other_programs(case: dict[str, Any]) -> None:
    keys = Keys(case["cons_id"], case["secret"], "kunci")
    assert keys.signature(case["at"]) == case["signature"]
    assert keys.headers(case["at"])["x-signature"] == case["signature"]
    assert (pack(case["text"]), unpack(case["packed"])) == (case["packed"], case["text"])
    assert (keys.seal(case["text"], case["at"]), keys.open(case["sealed"], case["at"])) == (
        case["sealed"],
        case["text"],
    )


def test_a_signature_without_the_ampersand_is_another_one() -> None:
    assert Keys("27", "s", "k").signature(9521616559330) != Keys("27952", "s", "k").signature(1616559330)
    import hashlib
    import hmac

    wrong = base64.b64encode(hmac.new(b"rahasia", b"279521616559330", hashlib.sha256).digest()).decode()
    assert KEYS.signature(1616559330) != wrong
    assert "rahasia" not in repr(KEYS)
    assert "kunci" not in repr(KEYS)


def test_what_was_packed_unpacks_and_what_is_cut_off_does_not() -> None:
    drawn = random.Random(7)
    for letters in ("ab", '{}":,abc0123456789', "äß漢字😀 "):
        for length in (1, 2, 60, 3000):
            text = "".join(drawn.choice(letters) for _ in range(length))
            packed = pack(text)
            assert unpack(packed) == text
            assert unpack(packed.replace("+", " ")) == text
            with pytest.raises(NotPacked):
                unpack(packed[: len(packed) // 2])
    with pytest.raises(NotPacked):
        unpack("bukan!")
    with pytest.raises(NotPacked):
        unpack(pack("a" * 100_000), longest=99_999)


@pytest.mark.parametrize("spoil", ["", "bukan base64", base64.b64encode(b"x" * 15).decode(),
                                   base64.b64encode(b"x" * 32).decode()])  # fmt: skip
def test_encrypted_garbage_does_not_open(spoil: str) -> None:
    with pytest.raises(NotOpened):
        KEYS.open(spoil, 1616559330)


def test_it_opens_by_the_time_of_the_request_alone() -> None:
    with pytest.raises(NotOpened):
        KEYS.open(KEYS.seal("[1]", 1616559330), 1616559331)


def test_the_contract_has_17_and_11_services() -> None:
    assert (len(CALLED), len(EXPOSED)) == (17, 11)
    assert {name for name, one in CALLED.items() if one.success == {1}} == {
        "clinics", "doctors", "fingerprint-clinics", "fingerprint"}  # fmt: skip
    assert {name for name, one in CALLED.items() if one.success != {1}} == {
        name for name, one in CALLED.items() if one.success == {200}}  # fmt: skip
    assert {name for name, one in CALLED.items() if not one.encrypted} == {
        "change-schedule", "add", "pharmacy-add", "task", "cancel", "day-dashboard", "month-dashboard"}  # fmt: skip
    assert {one.method for one in EXPOSED.values()} - {"POST"} == {"GET"}
    assert not [name for name, one in EXPOSED.items() if one.encrypted or one.success != {200}]
    paths = [one.path for one in CALLED.values()]
    assert not {"/antrean/perbarui", "/antrean/sisa", "/antrean/kesimpulan"} & set(paths)


def test_addresses_are_made_from_their_parts() -> None:
    address = CALLED["registered-session"].address(
        {"kodepoli": "ANA", "kodedokter": 12345, "hari": 1, "jampraktek": (time(8), time(16))}
    )
    assert address == "/antrean/pendaftaran/kodepoli/ANA/kodedokter/12345/hari/1/jampraktek/08:00-16:00"
    assert (
        CALLED["month-dashboard"]
        .address({"bulan": 3, "tahun": 2026, "waktu": "rs"})
        .endswith("/bulan/03/tahun/2026/waktu/rs")
    )
    assert CALLED["registered"].address({"kodebooking": "Y03-20#16/1"}).endswith("/Y03-20%2316%2F1")
    with pytest.raises(Misfit):
        CALLED["schedule"].address({"kodepoli": "ANA", "tanggal": None})


def _value(field: Field, table: dict[str, Any]) -> Any:
    if field.rows is not None:
        return [{one.name: _value(one, table) for one in field.rows}]
    return field.choices[0] if field.choices else table[field.kind]


def _shapes() -> list[tuple[str, Shape]]:
    return [
        (f"{name}.{part}", shape)
        for name, service in {**CALLED, **{f"our-{key}": one for key, one in EXPOSED.items()}}.items()
        for part, shape in (("parts", service.parts), ("given", service.given), ("answer", service.answer),
                            ("rows", service.rows))
        if shape
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "shape"), _shapes(), ids=[name for name, _shape in _shapes()])
def test_each_field_of_each_service_is_written_and_read(name: str, shape: Shape) -> None:
    values, wire = ({field.name: _value(field, table) for field in shape} for table in (GOOD, WIRE))
    assert write(shape, values) == wire
    assert read(shape, {**wire, "baru": 1}) == values
    with pytest.raises(Misfit, match="unknown"):
        write(shape, {**values, "baru": 1})
    for field in shape:
        for empty in ({**wire, field.name: ""}, {key: one for key, one in wire.items() if key != field.name}):
            if field.may_be_empty or field.may_be_absent:
                assert not read(shape, empty)[field.name]
            else:
                with pytest.raises(Misfit) as caught:
                    read(shape, empty)
                assert (caught.value.field, caught.value.why) == (field.name, "empty")
        for bad in BAD[field.kind] if field.rows is None and not field.choices else ["lain", 7]:
            with pytest.raises(Misfit) as caught:
                read(shape, {**wire, field.name: bad})
            assert caught.value.field in {field.name, ""}


def test_what_looks_alike_is_told_apart() -> None:
    given = CALLED["change-schedule"].given
    assert given is not None
    day = {"hari": 1, "buka": time(8), "tutup": time(12)}
    said = write(given, {"kodepoli": "ANA", "kodesubspesialis": "027", "kodedokter": 1, "jadwal": [day]})
    assert said["jadwal"] == [{"hari": "1", "buka": "08:00", "tutup": "12:00"}]
    rows = CALLED["schedule"].rows
    assert rows is not None
    assert {field.name: field.kind for field in rows}["hari"] == "day"
    kinds = {field.name: field.kind for service in EXPOSED.values() for field in service.answer or ()}
    assert (kinds["waktutunggu"], kinds["estimasidilayani"]) == ("seconds", "ms")
    pharmacy = {field.name: field.kind for field in EXPOSED["pharmacy-status"].answer or ()}
    assert (pharmacy["antreanpanggil"], {field.name: field.kind for field in EXPOSED["left"].answer or ()}[
        "antreanpanggil"]) == ("int", "text")  # fmt: skip


def _answer(service: str, response: Any, code: Any = None, **metadata: Any) -> bytes:
    code = min(CALLED[service].success) if code is None else code
    return json.dumps({"response": response, "metadata": {"message": "Ok", "code": code, **metadata}}).encode()


def test_an_answer_of_each_service_is_understood() -> None:
    for name, service in CALLED.items():
        shape = service.rows or service.answer
        values = {field.name: _value(field, GOOD) for field in shape} if shape else None
        given = [values, values] if service.rows else values
        body = json.dumps(service.envelope(given, keys=KEYS, at=99)).encode()
        assert service.understood(body, keys=KEYS, at=99) == given, name
        assert (b"isi" in body) == (not service.encrypted and shape is not None), name


def test_success_is_one_code_for_some_services_and_another_for_others() -> None:
    with pytest.raises(Refused) as caught:
        CALLED["clinics"].understood(_answer("clinics", None, 200), keys=KEYS, at=1)
    assert caught.value.code == 200
    with pytest.raises(Refused):
        CALLED["add"].understood(_answer("add", None, 1), keys=KEYS, at=1)
    with pytest.raises(Refused) as caught:
        CALLED["add"].understood(_answer("add", None, 201, message="Dokter tidak ada"), keys=KEYS, at=1)
    assert (caught.value.code, caught.value.message) == (201, "Dokter tidak ada")


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"null", b'{"metadata": null}', b'{"metadata": {}}', b'{"metadata": {"code": "200"}}',
     b'{"metaData": {"code": "200", "message": "Ok"}}', b'{"metadata": {"code": true}}', b"[" * 100_000],
)  # fmt: skip
def test_what_is_no_answer_is_not_understood(body: bytes) -> None:
    with pytest.raises(NotUnderstood):
        CALLED["add"].understood(body, keys=KEYS, at=1)


@pytest.mark.parametrize("response", [None, 5, "garbage", {"list": []}, KEYS.seal('{"x": 1}', 1), KEYS.seal("[1]", 1),
                                      KEYS.seal("[]", 2), KEYS.seal("bukan json", 1)])  # fmt: skip
def test_an_encrypted_answer_that_is_none_is_not_understood(response: Any) -> None:
    with pytest.raises(NotUnderstood):
        CALLED["doctors"].understood(_answer("doctors", response), keys=KEYS, at=1)


def test_each_fault_of_what_is_sent_to_us_has_its_sentence() -> None:
    for service in EXPOSED.values():
        for field in service.given or ():
            for why in ("empty", field.kind):
                refused = contract().refusal(why, field=field.name, choices="L, P")
                assert refused.code == 201
                assert contract().labels[field.name] in refused.message or why == "choice"
                assert not re.search(r"[{}]", refused.message)
    assert contract().refusal("new-patient").code == 202
    assert contract().refusal_of(Misfit("", "not-json")).message == "Isi permintaan bukan JSON yang benar"


def test_the_table_refuses_kinds_that_it_does_not_know() -> None:
    (field,) = shape_of({"jenis": "racikan|non racikan~"})
    assert (field.choices, field.may_be_empty) == (("racikan", "non racikan"), True)


def test_what_is_told_of_a_booking_stands_in_a_row() -> None:
    assert [step.name for step in sorted(Step)] == [
        "ADD", "TASK_1", "TASK_2", "TASK_3", "TASK_4", "TASK_5", "PHARMACY", "TASK_6", "TASK_7", "CANCEL", "TASK_99",
    ]  # fmt: skip
    assert [step.task for step in sorted(Step) if step.task] == [1, 2, 3, 4, 5, 6, 7, 99]
    assert {step.service for step in Step} == {"add", "task", "pharmacy-add", "cancel"}


def test_it_is_tried_again_ever_later_for_three_days() -> None:
    made = datetime(2026, 12, 1, tzinfo=UTC)
    assert next_try(1, made, made) == made + timedelta(minutes=1)
    assert next_try(99, made, made + timedelta(hours=8)) == made + timedelta(hours=8, minutes=30)
    assert next_try(99, made, made + timedelta(days=3)) is None


def test_what_bpjs_has_is_held_against_what_it_was_told() -> None:
    minute = timedelta(minutes=1)
    told = {3: AT, 4: AT + minute, 5: AT + 2 * minute + timedelta(milliseconds=400)}
    listed = {3: Known(AT, AT), 5: Known(AT + 2 * minute, AT), 6: Known(AT, AT)}
    assert differences(told, listed) == {4: Difference.MISSING, 6: Difference.UNKNOWN}
    assert differences({3: AT}, {3: Known(AT + minute, AT)}) == {3: Difference.OTHER_TIME}
