"""What the evaluation takes from files: self-assessments, one or many at once, seats on panels, instruments."""

from pilar.evaluation.imports.forms import AnswerForms, RegionForms
from pilar.evaluation.imports.instruments import Instruments
from pilar.evaluation.imports.seats import PanelSeats
