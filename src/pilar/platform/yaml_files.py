"""YAML of our own data, read by libyaml where PyYAML has it: its reader in Python takes ten times as long."""

from __future__ import annotations

from typing import Any

import yaml

SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
TextLoader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Leaves all scalars text: to YAML, 5.1 would be a number, which codes are not."""


def load_yaml(text: str | bytes) -> Any:
    """Return what a text says; raises ``yaml.YAMLError`` for one that is none."""
    return yaml.load(text, Loader=SafeLoader)  # noqa: S506 - builds nothing but plain values


def load_texts(text: str | bytes) -> Any:
    """The same with all scalars as text."""
    return yaml.load(text, Loader=TextLoader)  # noqa: S506 - makes text alone
