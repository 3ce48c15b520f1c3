"""Imports of people: who sends a file is who stores it."""

from pilar.people.imports.drafts import VersionImporter
from pilar.people.imports.enrolling import Accounts, Offices
from pilar.people.imports.persons import PersonsImporter
