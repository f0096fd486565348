from django.apps import AppConfig


class OutreachConfig(AppConfig):
    name = "siklus.cycle.outreach"
    label = "outreach"
