from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "pilar.surveys"
    label = "surveys"
