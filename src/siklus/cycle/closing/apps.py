from django.apps import AppConfig


class ClosingConfig(AppConfig):
    name = "siklus.cycle.closing"
    label = "closing"
