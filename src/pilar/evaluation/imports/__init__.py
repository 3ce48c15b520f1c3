"""Imports of the evaluation: self-assessments, one or many at once, seats on panels, instruments, dated
figures of regions."""

from pilar.evaluation.imports.figures import RegionFigures
from pilar.evaluation.imports.forms import AnswerForms, RegionForms
from pilar.evaluation.imports.instruments import Instruments
from pilar.evaluation.imports.seats import PanelSeats
