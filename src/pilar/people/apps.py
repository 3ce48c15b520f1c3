from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "pilar.people"
    label = "people"
