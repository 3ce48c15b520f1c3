"""FHIR R4 (4.0.1) of a hospital, pure: resources as plain dictionaries, and validation of what others send."""
