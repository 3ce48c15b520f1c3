"""The pages that show a list, and their readers."""

from __future__ import annotations

_COORDINATORS_LISTS = {
    "evaluation:analysis-phase", "evaluation:analysis-phase-version", "evaluation:computed",
    "evaluation:computed-version", "evaluation:follow-ups", "evaluation:region-figures", "evaluation:regions",
    "evaluation:requests", "evidence:region", "people:accounts",
}  # fmt: skip
LISTS = {"coordinator": _COORDINATORS_LISTS, "secretariat": _COORDINATORS_LISTS | {
    "evaluation:conflicts", "evaluation:nation", "evaluation:objections", "evaluation:panels",
    "evaluation:participants", "evaluation:progress", "evaluation:ranking", "evaluation:snapshot",
    "evaluation:snapshot-analysis", "people:office-regions",
}}  # fmt: skip
"""The pages that show a list to these people, who get it as a file, too."""
