from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "siklus.insight"
    label = "insight"
