"""FHIR R4 of a hospital: its resources, and the addresses below ``/rumah-sakit/fhir/`` that answer with them."""
