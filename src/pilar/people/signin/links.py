"""Links to choose a password: they end with what ends the sessions of an account."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator


class ResetLinks(PasswordResetTokenGenerator):
    """Makes and checks such links (``ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR``)."""

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)} {user.sessions_ended}"
