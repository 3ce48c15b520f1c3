from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "pilar.people"
    label = "people"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_out

        from pilar.people.signin import change_mark

        user_logged_out.connect(change_mark, dispatch_uid="people.change-mark")
