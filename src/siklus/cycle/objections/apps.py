from django.apps import AppConfig


class ObjectionsConfig(AppConfig):
    name = "siklus.cycle.objections"
    label = "objections"
