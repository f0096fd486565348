from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "siklus.platform.imports"
    label = "imports"
