"""FHIR R4 (4.0.1) of a hospital, pure: resources as plain dictionaries, and what others send is read and judged."""
