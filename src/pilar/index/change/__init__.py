"""Decompose the change of a final or a rank on the year before among its causes, without remainder.

:func:`explain_change` takes both years' answers, at any level of the tree; :func:`explain_published` takes what was
printed, and says what is not known; :func:`rank_changes` divides a change of rank. Method and sources:
docs/methodology.md, "Why a final changed".
"""

from pilar.index.change.explained import Change, ChangeFaults, explain_change
from pilar.index.change.mixture import Cause
from pilar.index.change.published import PublishedChange, PublishedPart, PublishedYear, explain_published
from pilar.index.change.ranks import Move, RankChange, rank_changes
