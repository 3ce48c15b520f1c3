from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "pilar.evaluation"
    label = "evaluation"
