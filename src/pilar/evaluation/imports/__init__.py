"""What the evaluation takes from files: self-assessments, one or many at once, and seats on panels."""

from pilar.evaluation.imports.forms import AnswerForms, RegionForms
from pilar.evaluation.imports.seats import PanelSeats
