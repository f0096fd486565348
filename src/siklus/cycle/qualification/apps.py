from django.apps import AppConfig


class QualificationConfig(AppConfig):
    name = "siklus.cycle.qualification"
    label = "qualification"
