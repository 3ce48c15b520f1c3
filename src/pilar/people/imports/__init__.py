"""Imports of people; the person who sends a file is the one who stores it."""

from pilar.people.imports.drafts import VersionImporter
from pilar.people.imports.enrolling import Accounts, Offices
from pilar.people.imports.persons import PersonsImporter
