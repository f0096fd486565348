from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "siklus.platform.journal"
    label = "journal"
