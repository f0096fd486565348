from django.apps import AppConfig


class MoneyConfig(AppConfig):
    name = "siklus.platform.money"
    label = "money"
