from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "siklus.platform.api"
    label = "api"
