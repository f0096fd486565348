from django.apps import AppConfig


class ResearchConfig(AppConfig):
    name = "siklus.cycle.research"
    label = "research"
