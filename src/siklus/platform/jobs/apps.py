from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "siklus.platform.jobs"
    label = "jobs"
