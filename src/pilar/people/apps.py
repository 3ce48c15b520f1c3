from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "pilar.people"
    label = "people"

    def ready(self) -> None:
        from allauth.account.signals import password_reset
        from allauth.mfa.signals import authenticator_added
        from django.contrib.auth.signals import user_logged_out

        from pilar.people.operations.channels import note_mail
        from pilar.people.signin import change_mark
        from pilar.people.signin.limits import password_chosen
        from pilar.people.signin.second_factor import keep_set_up
        from pilar.platform.mail import moved

        moved.connect(note_mail, dispatch_uid="people.note-mail")
        user_logged_out.connect(change_mark, dispatch_uid="people.change-mark")
        password_reset.connect(password_chosen, dispatch_uid="people.password-chosen")
        authenticator_added.connect(keep_set_up, dispatch_uid="people.second-factor-set-up")
