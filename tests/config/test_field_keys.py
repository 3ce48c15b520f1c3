"""A new key for encrypted fields: what an upgrade encrypts again, in every room, so that the old key may go."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from hospital.world import MOTHER, make_world
from pilar.config import setup
from pilar.hospital.models import Patient
from pilar.hospital.models.patients import PERSON
from pilar.people.models import PublicCode  # good for minutes
from pilar.platform import secrets
from pilar.platform.secrets import EncryptedField


@pytest.mark.django_db
@pytest.mark.thorough
def test_after_an_upgrade_every_field_opens_without_the_old_key(settings: Settings) -> None:
    world = make_world()
    settings.PILAR_FIELD_KEYS = f"the new key,{settings.SECRET_KEY}"
    with CaptureQueriesContext(connection) as asked:
        setup.load_reference_data(say=lambda _sentence: None)
    settings.PILAR_FIELD_KEYS, settings.SECRET_KEY = "the new key", "another"
    person = Patient.objects.get(pk=world.patient).person
    assert MOTHER.name in secrets.decrypt(person.text, context=PERSON)
    locked = {found[1] for query in asked if (found := re.search(r'FROM "(\w+)".* FOR UPDATE', query["sql"]))}
    encrypted = {
        model: [field.name for field in model._meta.fields if isinstance(field, EncryptedField)]
        for model in apps.get_models()
        if model is not PublicCode
    }
    rows = 0
    for model, names in encrypted.items():
        assert not names or model._meta.db_table in locked, model
        for row in model._base_manager.all() if names else ():
            for kept in filter(None, (getattr(row, name) for name in names)):
                assert secrets.renewed(kept.text, context=kept.context) is None, (model, row.pk)
                rows += 1
    assert rows > 0
