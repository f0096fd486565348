from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "siklus.platform.mail"
    label = "mail"
