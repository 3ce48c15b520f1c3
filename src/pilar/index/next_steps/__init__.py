"""Find what to raise next: the gain of every indicator, and the cheapest steps to a goal.

Marks are whole levels, so steps are whole too, and the cheapest set of them is an integer programme. Method:
docs/methodology.md, "What to raise next".
"""

from pilar.index.next_steps.cheapest import NextSteps, OutOfReach, Step, next_steps
from pilar.index.next_steps.conditions import Conditions, StepsFaults
from pilar.index.next_steps.gains import BlankEffect, MarginalGain, blank_effects, marginal_gains
from pilar.index.next_steps.goals import Final, Gain, Goal, Reach
from pilar.index.next_steps.rungs import Edge, Rung
