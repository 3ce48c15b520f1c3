"""Downloads of a closed survey."""

from pilar.surveys.documents.paper import paper_forms
from pilar.surveys.documents.recap import recap_document
from pilar.surveys.documents.workbook import HandedIn, answers_csv, handed_in, recap_workbook
