"""Accounts, and the roles that they hold."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now


class UserManager(BaseUserManager["User"]):
    """Finds accounts by e-mail address; they are opened by ``operations.create_account`` only."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """An account (akun): a person who signs in by e-mail address, kept in lower case."""

    class Language(models.TextChoices):
        INDONESIAN = "id"
        ENGLISH = "en"

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=2, default=Language.INDONESIAN)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    objects = UserManager()

    class Meta:
        ordering = ["email"]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_in_lower_case"),
            models.CheckConstraint(condition=Q(name__regex=r"\S"), name="user_has_a_name"),
            models.CheckConstraint(condition=Q(language__in=["id", "en"]), name="user_language_known"),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A role held (keanggotaan) from one moment to another, for the nation, a region or an office."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20)
    region = models.ForeignKey("areas.Region", null=True, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey("areas.Office", null=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["since", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    role__in=["secretariat", "assessor", "panel_chair"], region__isnull=True, office__isnull=True
                )
                | Q(role__in=["coordinator", "verifier"], region__isnull=False, office__isnull=True)
                | Q(role="contributor", region__isnull=True, office__isnull=False),
                name="membership_role_fits_reach",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="membership_ends_after_begin"
            ),
            models.UniqueConstraint(
                fields=["user", "role", "region", "office"],
                condition=Q(until__isnull=True),
                nulls_distinct=False,
                name="membership_held_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"

    @property
    def area(self) -> str | None:
        """Code of the region that the role is held in, also for an office's role; None for the nation."""
        return self.office.region_id if self.office else self.region_id
