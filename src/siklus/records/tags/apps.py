from django.apps import AppConfig


class TagsConfig(AppConfig):
    name = "siklus.records.tags"
    label = "tags"
