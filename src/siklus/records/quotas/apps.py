from django.apps import AppConfig


class QuotasConfig(AppConfig):
    name = "siklus.records.quotas"
    label = "quotas"
