from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "siklus.platform.files"
    label = "files"
