from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "siklus.records.activities"
    label = "activities"
