from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "pilar.evidence"
    label = "evidence"
