"""FHIR R4 of a hospital: its resources, for the addresses below ``/rumah-sakit/fhir/``."""
