"""Encrypted fields: what a dump gives away, what keys open, rotation, lookup, and the trace of reading."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db import connection, models
from django.test.utils import isolate_apps
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from pilar.platform import secrets
from pilar.platform.actors import Actor
from pilar.platform.models import AuditEvent
from pilar.platform.secrets import EncryptedField, Kept, Unreadable

CONTEXT = "hospital.patient.nik"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
READER = Actor("user", "7", "Ani")


@given(text=TEXTS)
def test_what_is_kept_opens_again_and_says_nothing(text: str) -> None:
    kept = secrets.encrypt(text, context=CONTEXT)
    assert secrets.is_encrypted(kept)
    assert secrets.decrypt(kept, context=CONTEXT) == text
    assert secrets.encrypt(text, context=CONTEXT) != kept
    if len(text) > 3:
        assert text not in kept


def test_it_is_aes_gcm_as_the_library_has_it(settings: Settings) -> None:
    settings.PILAR_FIELD_KEYS = "a key"
    _mark, _name, written = secrets.encrypt("3603", context=CONTEXT).split(".")
    made = HKDF(SHA256(), 72, salt=None, info=b"pilar encrypted fields").derive(b"a key")
    sealed = urlsafe_b64decode(written)
    assert AESGCM(made[:32]).decrypt(sealed[:12], sealed[12:], CONTEXT.encode()) == b"3603"


@given(text=TEXTS, place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_changed_text_does_not_open(text: str, place: int, bit: int) -> None:
    mark, name, written = secrets.encrypt(text, context=CONTEXT).split(".")
    sealed = bytearray(urlsafe_b64decode(written))
    sealed[place % len(sealed)] ^= 1 << bit
    with pytest.raises(Unreadable):
        secrets.decrypt(f"{mark}.{name}.{urlsafe_b64encode(sealed).decode()}", context=CONTEXT)


@pytest.mark.parametrize("kept", ["", "3603", "pilar1", "pilar1..", "pilar1.00000000.AAAA", "pilar2.x.y"])
def test_what_was_never_kept_does_not_open(kept: str) -> None:
    with pytest.raises(Unreadable):
        secrets.decrypt(kept, context=CONTEXT)


def test_a_text_moved_into_another_field_does_not_open() -> None:
    kept = secrets.encrypt("3603", context=CONTEXT)
    with pytest.raises(Unreadable):
        secrets.decrypt(kept, context="hospital.patient.phone")


def test_a_new_first_key_takes_over_and_old_ones_still_open(settings: Settings) -> None:
    oldest = secrets.encrypt("a", context=CONTEXT)
    assert secrets.renewed(oldest, context=CONTEXT) is None
    settings.PILAR_FIELD_KEYS = "first"
    first = secrets.renewed(oldest, context=CONTEXT)
    assert first
    settings.PILAR_FIELD_KEYS = "second, first"
    assert [secrets.decrypt(kept, context=CONTEXT) for kept in (oldest, first)] == ["a", "a"]
    second = secrets.renewed(first, context=CONTEXT)
    assert second
    assert secrets.renewed(second, context=CONTEXT) is None
    settings.PILAR_FIELD_KEYS = "second"
    assert secrets.decrypt(second, context=CONTEXT) == "a"
    with pytest.raises(Unreadable) as refused:
        secrets.decrypt(first, context=CONTEXT)
    assert first.split(".")[1] in refused.value.text()
    assert secrets.renewed("plain of before", context=CONTEXT)


def test_another_secret_key_keeps_fields_whose_key_is_given(settings: Settings) -> None:
    kept = secrets.encrypt("a", context=CONTEXT)
    before = settings.SECRET_KEY
    settings.SECRET_KEY = "another"
    with pytest.raises(Unreadable):
        secrets.decrypt(kept, context=CONTEXT)
    settings.PILAR_FIELD_KEYS = f"another,{before}"
    assert secrets.decrypt(kept, context=CONTEXT) == "a"


def test_a_lookup_finds_the_same_text_by_its_key_alone(settings: Settings) -> None:
    found = secrets.lookup("3603", context=CONTEXT)
    assert found == secrets.lookup("3603", context=CONTEXT)
    others = {secrets.lookup("3604", context=CONTEXT), secrets.lookup("3603", context="hospital.patient.phone")}
    settings.PILAR_FIELD_KEYS = "first"
    others.add(secrets.lookup("3603", context=CONTEXT))
    assert len(others | {found}) == 4
    assert secrets.lookups("3603", context=CONTEXT) == (secrets.lookup("3603", context=CONTEXT), found)


@pytest.mark.django_db
def test_reading_leaves_a_trace() -> None:
    kept = Kept(secrets.encrypt("3603", context=CONTEXT), CONTEXT)
    assert (str(kept), repr(kept), f"{kept}") == ("•••", "•••", "•••")
    assert kept.read(by=READER, key=12, area="36.03") == "3603"
    event = AuditEvent.objects.get()
    assert (event.action, event.target, event.key, event.area, event.actor_key) == ("read", CONTEXT, "12", "36.03", "7")
    assert "3603" not in str(event.after)


@pytest.mark.django_db(transaction=True)
@isolate_apps("pilar.platform")
def test_a_column_holds_no_plain_text() -> None:
    class Patient(models.Model):  # noqa: DJ008 - lives for this test
        nik = EncryptedField(context=CONTEXT, null=True)

        class Meta:
            app_label = "platform"

    with connection.schema_editor() as editor:
        editor.create_model(Patient)
    try:
        key = Patient.objects.create(nik="3603010101010001").pk
        with connection.cursor() as cursor:
            cursor.execute("SELECT nik FROM platform_patient")
            stored = cursor.fetchone()[0]
        assert secrets.is_encrypted(stored)
        assert "3603" not in stored
        row = Patient.objects.get(pk=key)
        assert secrets.decrypt(row.nik.text, context=CONTEXT) == "3603010101010001"
        row.save()
        assert Patient.objects.get().nik.text == stored, "what was only carried is not written anew"
        Patient.objects.update(nik=None)
        assert Patient.objects.get().nik is None
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(Patient)
    _name, _path, _given, named = EncryptedField(context=CONTEXT).deconstruct()
    assert named == {"context": CONTEXT}
