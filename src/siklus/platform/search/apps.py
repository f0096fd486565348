from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "siklus.platform.search"
    label = "search"
