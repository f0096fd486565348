from django.apps import AppConfig


class DemosConfig(AppConfig):
    name = "siklus.cycle.demos"
    label = "demos"
