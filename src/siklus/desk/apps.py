from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "siklus.desk"
    label = "desk"
