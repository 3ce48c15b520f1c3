"""Downloads of a closed survey."""

from pilar.surveys.documents.answers import answers_csv
from pilar.surveys.documents.handed_in import HandedIn, handed_in
from pilar.surveys.documents.paper import paper_forms
from pilar.surveys.documents.recap import recap_document
from pilar.surveys.documents.workbook import recap_workbook
