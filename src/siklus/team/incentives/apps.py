from django.apps import AppConfig


class IncentivesConfig(AppConfig):
    name = "siklus.team.incentives"
    label = "incentives"
