"""Scenarios: what happened day by day, told in ``data/demonstration/*.yaml`` and played through the rooms' operations.

How one is written stands in docs/architecture.md, "Doors".
"""

from pilar.config.scenario.playing import play
