"""All stored data of one person, for that person and for the secretariat."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.apps import apps
from django.db.models import BinaryField, Model

from pilar.people.models import ApiToken, User
from pilar.people.rules import NotFound, Permission, Standing, existing
from pilar.platform.names import Signature, SignatureField

SECRET = {"password", "digest", "data", "token", "token_secret", "session_data", "storage_key"}
"""Fields left out, since they are secrets and not data about the person."""
SIGN_IN = {"attempts": AccessAttempt, "failures": AccessFailureLog, "sign_ins": AccessLog}


def personal_data(key: int, *, scope: Standing, now: datetime) -> dict[str, Any]:
    """All stored data of an account: itself, traces of signing in, and every row that refers to it, by table.

    Found by the columns that refer to accounts, so that no room can be forgotten. For the person (not their tokens) and
    users who manage all accounts; raises :class:`NotFound` for anybody else.
    """
    own = scope.actor.kind == "user" and scope.account == key
    if not own and not scope.may(Permission.MANAGE_ACCOUNTS):
        raise NotFound
    user = existing(User.objects.filter(pk=key).first())
    return {
        "made_at": now,
        "account": _values(User).get(pk=key),
        "sign_in": {
            name: list(_values(traces).filter(username__iexact=user.email)) for name, traces in SIGN_IN.items()
        },
        "records": {table: rows for table, rows in _records(user) if rows},
    }


def count_of(data: dict[str, Any]) -> int:
    """Count how many rows there are in what :func:`personal_data` gave."""
    return 1 + sum(map(len, data["sign_in"].values())) + sum(map(len, data["records"].values()))


def _records(user: User) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    tokens = ApiToken.objects.filter(user=user).values_list("pk", flat=True)
    signed = [Signature("", f"user:{user.pk}"), *(Signature("", f"token:{token}") for token in tokens)]
    for model in apps.get_models():
        rows_by_key: dict[Any, dict[str, Any]] = {}
        for field in model._meta.get_fields():
            if getattr(field, "remote_field", None) and field.concrete and field.related_model is User:
                wanted: dict[str, Any] = {field.name: user.pk}
            elif isinstance(field, SignatureField):
                wanted = {f"{field.name}__in": signed}
            else:
                continue
            for row in _values(model).values("pk", *_shown(model)).filter(**wanted):
                # Separately, because some tables have a key of several columns without a name.
                rows_by_key[row.pop("pk")] = row
        yield model._meta.db_table, list(rows_by_key.values())


def _values(model: type[Model]) -> Any:
    return model._base_manager.order_by("pk").values(*_shown(model))


def _shown(model: type[Model]) -> list[str]:
    return [
        field.attname
        for field in model._meta.concrete_fields
        if field.name not in SECRET and not isinstance(field, BinaryField)
    ]
