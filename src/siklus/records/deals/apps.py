from django.apps import AppConfig


class DealsConfig(AppConfig):
    name = "siklus.records.deals"
    label = "deals"
