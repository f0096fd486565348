from django.apps import AppConfig


class DuplicatesConfig(AppConfig):
    name = "siklus.records.duplicates"
    label = "duplicates"
