from django.apps import AppConfig


class FieldsConfig(AppConfig):
    name = "siklus.records.fields"
    label = "fields"
