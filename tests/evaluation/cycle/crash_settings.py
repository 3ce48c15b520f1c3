"""The settings of a server that a test kills: those of the suite, with evidence in a real folder."""

from __future__ import annotations

from pilar.config.settings import base
from pilar.config.settings.test import *  # noqa: F403

STORAGES = base.STORAGES
