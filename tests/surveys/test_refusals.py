"""What is malformed, too large, sent again or forged gets a clear refusal: on the pages and by the API, never a 500."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from kit.neighbours import own
from kit.worlds import once
from pilar.platform.errors import PilarError
from pilar.platform.network import network_of
from pilar.surveys import operations
from pilar.surveys.models import Contact, Response, Trace, Unfinished
from pilar.surveys.operations import Source, answering
from pilar.surveys.rules.surveys import MAX_A_MINUTE, TooMuchAnswered
from surveys.test_answering import PAGES, START, fill
from surveys.world import IMPACT, NOW, PROFILE, World, impact, running

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
LARGE = settings.PILAR_SMALL_BODY


@once
def open_now(world: World) -> World:
    running(world)
    return world


@pytest.fixture
def link(open_now: World) -> str:
    return f"/s/{open_now.token()}/"


@pytest.fixture
def api(open_now: World) -> str:
    return f"/api/v1/survey-links/{open_now.token()}/answers"


def whole(**changed: Any) -> dict[str, Any]:
    began = timezone.now() - timedelta(minutes=5)
    given = {"key": str(uuid4()), "began_at": began.isoformat(), "group": "public", "profile": PROFILE,
             "answers": IMPACT, "consent": True}  # fmt: skip
    return given | changed


def refused(client: Client, path: str, body: str | bytes, status: int, code: str | None = None) -> Any:
    """A problem that says what to do; nothing is stored."""
    sent = body if isinstance(body, bytes) else body.encode()
    answer = client.post(path, sent, content_type="application/json")
    assert answer.status_code == status, (answer.status_code, answer.content[:300])
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert told["title"] or told["faults"]
    if code is not None:
        assert told["code"] == code
    assert not own(Response).exists()
    return told


def nested(depth: int) -> str:
    return '{"key": ' + "[" * depth + "]" * depth + "}"


NOT_JSON = {
    "empty": "", "no JSON": "jawaban saya", "a form": urlencode(START), "half": '{"key": "', "a comma": '{"key": 1,}',
    "binary": b"\xff\xfe\x00\x01", "a bomb": nested(100_000 // 2 - 20),
    "many digits": '{"answers": {"easier": ' + "9" * 5_000 + "}}",
}  # fmt: skip
WRONG = {
    "nothing": "null", "a list": "[]", "a text": '"x"', "a number": "1", "NaN": "NaN", "an empty object": "{}",
    "a nested list": nested(100),
}  # fmt: skip
CHANGED: dict[str, dict[str, Any]] = {
    "no key": {"key": None}, "a key that is none": {"key": "1"}, "a key of a list": {"key": [1]},
    "a time that is none": {"began_at": "kemarin"}, "a time without offset": {"began_at": "2026-11-27T06:00:00"},
    "a time that never was": {"began_at": "0001-01-01T00:00:00+14:00"}, "a time as number": {"began_at": 1e999},
    "a group of a list": {"group": []}, "a long group": {"group": "x" * 61}, "no profile": {"profile": None},
    "a profile of a list": {"profile": []}, "a profile of numbers": {"profile": {"age": 1}},
    "a profile of a person": {"profile": PROFILE | {"name": "Budi"}},
    "a nested profile": {"profile": {"age": {"x": 1}}}, "half a character in a group": {"group": "\ud800"},
    "NUL in a group": {"group": "\x00"}, "NUL in a profile": {"profile": PROFILE | {"age": "\x00"}},
    "half a character in a profile": {"profile": PROFILE | {"\ud800": "\ud800"}},
    "5,000 fields": {"profile": {f"x{number}": "1" for number in range(5_000)}},
    "no answers": {"answers": None}, "answers of a text": {"answers": "4"},
    "201 answers": {"answers": {f"x{number}": 1 for number in range(201)}},
    "5,000 answers": {"answers": {f"x{number}": 1 for number in range(5_000)}},
    "NUL in a contact": {"contact": "0812\x00"}, "half a character in a contact": {"contact": "\udfff"},
    "a long contact": {"contact": "0" * 201}, "a contact of a list": {"contact": ["0812"]},
    "no consent": {"consent": False}, "consent in words": {"consent": "yes"}, "consent as number": {"consent": 1},
    "no word of consent": {"consent": None},
}  # fmt: skip
ANSWERS: dict[str, dict[str, Any]] = {
    "an answer of a list": {"easier": [4]}, "an answer of an object": {"easier": {"value": 4}},
    "a true answer": {"easier": True}, "a broken number": {"easier": 4.0}, "no number": {"easier": float("nan")},
    "a number without end": {"easier": float("inf")}, "a large number": {"easier": 10**30},
    "beyond the scale": {"easier": 5}, "below the scale": {"easier": 0}, "a large number in words": {"easier": "1e999"},
    "NaN in words": {"easier": "NaN"}, "half a value": {"easier": "4.0"}, "no such option": {"used": "sometimes"},
    "digits of another script": {"easier": "\u0664"}, "no such item": {"nonsense": 4},
    "NUL in words": {"suggestion": "a\x00b"}, "half a character in words": {"suggestion": "\ud83d"},
    "NUL in an option": {"used": "often\x00"}, "NUL in the name of an item": {"a\x00": 1},
    "half a character in a name": {"\udc00": 1}, "long words": {"suggestion": "x" * 2_001},
    "words of 80 kB": {"suggestion": "x" * 80_000}, "a name of 80 kB": {"x" * 80_000: 1},
}  # fmt: skip
CHANGED |= {name: {"answers": IMPACT | one} for name, one in ANSWERS.items()}


@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON)
def test_what_is_no_json(client: Client, api: str, open_now: World, body: str | bytes) -> None:
    told = refused(client, api, body, 400 if body else 422)
    assert told["title"] != "Cannot parse request body"
    entering = f"/api/v1/survey-cells/{open_now.cell()}/answers"
    refused(open_now.client("contributor"), entering, body, 400 if body else 422)


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG)
def test_what_is_no_answer(client: Client, api: str, body: str) -> None:
    refused(client, api, body, 422, "invalid-request")


@pytest.mark.parametrize("changed", CHANGED.values(), ids=CHANGED)
def test_what_is_wrong_in_an_answer(client: Client, api: str, open_now: World, changed: dict[str, Any]) -> None:
    given = whole(**changed)
    told = refused(client, api, json.dumps(given), 422)
    assert told["faults"]
    if "contact" not in changed:
        by = open_now.client("contributor")
        entered = {"mode": "enumerator", "answers": [given | {"ended_at": timezone.now().isoformat()}]}
        path = f"/api/v1/survey-cells/{open_now.cell()}/answers"
        answer = by.post(path, json.dumps(entered).encode(), content_type="application/json")
        assert answer.status_code in (200, 422), answer.content[:300]
        assert answer.json()["refused"] if answer.status_code == 200 else answer.json()["faults"]
    assert not own(Response).exists()


def test_too_large_a_body_is_not_read(client: Client, api: str, link: str) -> None:
    class Unread(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise AssertionError("the body was read")

        readline = readlines = __iter__ = read  # type: ignore[assignment]

    sizes = {"CONTENT_LENGTH": str(LARGE + 1), "wsgi.input": Unread()}
    told = client.generic("POST", api, content_type="application/json", **sizes)  # type: ignore[arg-type]
    assert (told.status_code, told["Content-Type"]) == (413, "application/problem+json")
    assert told.json()["code"] == "too-much-for-one-answer"
    for path in (link, f"/en{link}", f"{link}1/", f"{link}kirim/"):
        for kind in (FORM, "multipart/form-data; boundary=x", "text/plain"):
            page = client.generic("POST", path, content_type=kind, **sizes)  # type: ignore[arg-type]
            assert page.status_code == 413
            said = (
                "more than the questions ask for" if path.startswith("/en") else "lebih banyak daripada yang ditanyakan"
            )
            assert said in page.content.decode()


def test_ten_thousand_keys_and_a_text_of_a_megabyte(client: Client, api: str) -> None:
    many = json.dumps(whole(answers={f"x{number}": 1 for number in range(10_000)}))
    assert refused(client, api, many, 413)["code"] == "too-much-for-one-answer"
    refused(client, api, json.dumps(whole(answers=IMPACT | {"suggestion": "x" * 1_000_000})), 413)


def test_an_office_sends_more_at_once_but_not_without_end(open_now: World) -> None:
    client, path = open_now.client("contributor"), f"/api/v1/survey-cells/{open_now.cell()}/answers"
    words = IMPACT | {"suggestion": "x" * 2_000}
    now = timezone.now().isoformat()
    whole_day = [whole(key=str(uuid4()), answers=words, ended_at=now) for _ in range(200)]
    told = client.post(path, {"mode": "paper", "answers": whole_day}, content_type="application/json")
    assert told.json()["stored"] == 200
    huge = json.dumps({"mode": "paper", "answers": "x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE})
    assert client.post(path, huge, content_type="application/json").json()["code"] == "too-much-text"


def said(answer: Any, status: int) -> str:
    page = answer.content.decode()
    assert answer.status_code == status, page[:2000]
    return str(page)


def test_characters_that_cannot_be_kept_are_told_at_their_question(client: Client, link: str) -> None:
    for name in ("group", "age"):
        assert "Pilih salah satu jawaban" in said(client.post(link, {**START, name: "a\x00"}), 422)
    assert not own(Unfinished).exists()
    client.post(link, START)
    assert "Pilih salah satu jawaban" in said(client.post(f"{link}1/", {"used": "often\x00"}), 422)
    for number, page in enumerate(PAGES[:-1], start=1):
        client.post(f"{link}{number}/", page)
    page = said(client.post(f"{link}5/", {"suggestion": "Tambah\x00 jam"}), 422)
    assert "karakter yang tidak dapat dibaca" in page
    assert "jam" in page
    assert "\\u0000" not in str(own(Unfinished).get().body)
    said(client.post(f"{link}kirim/", {"contact": "0812\x00"}), 422)
    said(client.post(f"{link}kirim/", {"contact": "0" * 201}), 422)
    cookies = _forged(client, "perangkat", "x" * 3_000 + "\x01é")
    answer = client.post(f"{link}kirim/", {"contact": "0812"}, headers=cookies)
    assert answer.headers["Location"] == f"{link}terima-kasih/"
    assert own(Contact).get().address == "0812"


def test_long_words_come_back_whole(client: Client, link: str) -> None:
    client.post(link, START)
    for number, page in enumerate(PAGES[:-1], start=1):
        client.post(f"{link}{number}/", page)
    words = "kata " * 1_000
    page = said(client.post(f"{link}5/", {"suggestion": words}), 422)
    assert "Paling banyak 2.000 karakter" in page
    assert words.strip() in page
    assert client.post(f"{link}kirim/", {}).headers["Location"] == f"{link}5/"
    assert not own(Response).exists()


def test_thousands_of_fields(client: Client, link: str) -> None:
    many = urlencode({f"x{number}": "1" for number in range(3_000)})
    client.post(link, START)
    for path in (link, f"{link}1/", f"{link}kirim/"):
        assert "Permintaan" in said(client.post(path, many, content_type=FORM), 400)
    for bad in ("x", "--x\r\n\r\n", '--x\r\nContent-Disposition: form-data; name="age"\r\n\r\n' + "x" * 50):
        answer = client.generic("POST", link, bad, content_type="multipart/form-data; boundary=x")
        assert answer.status_code in (400, 422)
    assert client.generic("POST", link, b"age=%ff%fe&group=%00", content_type=FORM).status_code == 422
    assert client.generic("POST", link, json.dumps(START), content_type="application/json").status_code == 422
    fields = START | {f"x{number}": "1" for number in range(900)}
    assert client.post(link, fields).status_code == 302
    assert {*own(Unfinished).latest("saved_at").body["profile"]} == {*PROFILE, "district"}


@pytest.mark.parametrize("forged", ["x", "", "0" * 32, "3f0c2b1e8d5a4c779e1f6a2b7c8d9e0f", "{", "\x01", "9" * 4_000])
def test_a_forged_key_leads_to_the_beginning(client: Client, link: str, open_now: World, forged: str) -> None:
    cookies = _forged(client, f"jawaban-{open_now.token()}", forged)
    for path in (f"{link}1/", f"{link}kirim/"):
        assert client.get(path, headers=cookies).headers["Location"] == link
        assert client.post(path, {"used": "often"}, headers=cookies).headers["Location"] == link
    assert not own(Unfinished).exists()


def _forged(client: Client, name: str, value: str) -> dict[str, str]:
    """The header with one cookie more, as a stranger's program writes it: newer Pythons refuse to send such ones."""
    kept = [f"{morsel.key}={morsel.coded_value}" for morsel in client.cookies.values() if morsel.key != name]
    return {"cookie": "; ".join([*kept, f"{name}={value}"])}


def test_a_key_opens_nothing_at_another_link(client: Client, link: str, open_now: World) -> None:
    client.post(link, START)
    kept = own(Unfinished).get()
    other = open_now.token(1)
    stranger = Client()
    stranger.cookies[f"jawaban-{other}"] = str(kept.pk)
    assert stranger.get(f"/s/{other}/1/").headers["Location"] == f"/s/{other}/"
    assert stranger.post(f"/s/{other}/kirim/", {}).headers["Location"] == f"/s/{other}/"
    with pytest.raises(PilarError):
        operations.keep_unfinished(token=other, key=kept.pk, body={"answers": {}}, now=timezone.now())
    assert own(Unfinished).get().body == kept.body


def test_a_page_that_is_sent_twice_stores_one_answer(client: Client, link: str) -> None:
    fill(client, link)
    cookies = client.cookies.output()
    key = client.cookies[next(name for name in client.cookies if name.startswith("jawaban-"))].value
    assert key in cookies
    client.post(f"{link}kirim/", {"contact": "0812"})
    client.cookies[f"jawaban-{link.split('/')[2]}"] = key
    assert client.post(f"{link}kirim/", {"contact": "0812"}).headers["Location"] == f"{link}terima-kasih/"
    assert (own(Response).count(), own(Contact).count(), own(Trace).count()) == (1, 1, 1)


@pytest.mark.parametrize("path", ["/s/%00/", "/s/%ff%fe/", "/s/" + "x" * 5_000 + "/", "/s/..%2f/", "/s/%00/1/"])
def test_links_that_are_none(client: Client, open_now: World, path: str) -> None:
    for asked in (client.get(path), client.post(path, START)):
        assert asked.status_code in (400, 404)
    for route in (path.replace("/s/", "/api/v1/survey-links/"), f"/api/v1/survey-links{path[2:]}answers"):
        assert client.get(route).status_code in (400, 404, 405, 422)
        answer = client.post(route, whole(), content_type="application/json")
        assert answer.status_code in (400, 404, 405, 422)


@pytest.mark.parametrize("people", [24, pytest.param(300, marks=pytest.mark.thorough)])
def test_a_village_behind_three_addresses_is_no_flood(open_now: World, people: int) -> None:
    now = timezone.now()
    origins = [Source(origin=f"203.0.113.{number % 3}") for number in range(people)]
    assert sum(open_now.answer(source=one, now=now) for one in origins) == people
    assert MAX_A_MINUTE >= 300


def test_one_network_cannot_flood_a_survey(
    client: Client, api: str, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "MAX_A_MINUTE", 3)
    for _ in range(3):
        assert client.post(api, whole(), content_type="application/json").status_code == 201
    told = client.post(api, whole(), content_type="application/json")
    assert (told.status_code, told.json()["code"]) == (429, "too-many-answers")
    assert "jaringan Anda" in told.json()["title"]
    fill(client, link)
    page = said(client.post(f"{link}kirim/", {"contact": "warga@contoh.invalid"}), 429)
    assert "jaringan Anda" in page
    assert "warga@contoh.invalid" in page
    own(Trace).update(at=timezone.now() - timedelta(minutes=2))
    assert client.post(f"{link}kirim/", {"contact": "warga@contoh.invalid"}).status_code == 302
    assert own(Response).count() == 4


def test_beginning_without_end_fills_no_disk(client: Client, link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "MAX_BEGUN_A_MINUTE", 4)
    for _ in range(4):
        assert client.post(link, START).status_code == 302
    page = said(client.post(link, START), 429)
    assert "Tunggu satu menit" in page
    assert 'value="from_30"' in page
    own(Unfinished).update(began_at=timezone.now() - timedelta(minutes=2))
    monkeypatch.setattr(answering, "MAX_UNFINISHED", 4)
    oldest = own(Unfinished).earliest("saved_at").pk
    assert client.post(link, START).status_code == 302
    assert own(Unfinished).count() == 4
    assert not Unfinished.objects.filter(pk=oldest).exists()
    key = client.cookies[f"jawaban-{link.split('/')[2]}"].value
    assert Unfinished.objects.filter(pk=key).exists()


def test_what_is_kept_has_an_end(open_now: World) -> None:
    body: dict[str, object] = {"answers": {"suggestion": "x" * 70_000}}
    with pytest.raises(TooMuchAnswered):
        operations.keep_unfinished(token=open_now.token(), key=uuid4(), body=body, now=timezone.now())


@pytest.mark.parametrize(
    ("address", "network"),
    [("203.0.113.7", "203.0.113.7"), ("::ffff:203.0.113.7", "203.0.113.7"), ("fe80::1%eth0", "fe80::/64"),
     ("", ""), ("x", ""),
     ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("2001:db8:1:2::9", "2001:db8:1:2::/64")],
)  # fmt: skip
def test_what_counts_as_one_network(address: str, network: str) -> None:
    assert network_of(address) == network


def test_the_same_answer_by_two_requests_at_once(open_now: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have looked before either has stored: the second one finds the first."""
    key, first = uuid4(), answering._known
    looked: list[bool] = []

    def late(*given: Any) -> bool:
        if not looked:
            looked.append(True)
            operations.answer(
                token=open_now.token(), key=key, given=impact(), began_at=NOW, source=Source(), contact="0812",
                now=timezone.now(),
            )  # fmt: skip
            return False
        return first(*given)

    monkeypatch.setattr(answering, "_known", late)
    assert open_now.answer(key=key, now=timezone.now(), contact="0812") is False
    assert (own(Response).count(), own(Contact).count(), own(Trace).count()) == (1, 1, 1)
