from django.apps import AppConfig


class InstallationConfig(AppConfig):
    name = "siklus.platform.installation"
    label = "installation"
