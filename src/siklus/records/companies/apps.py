from django.apps import AppConfig


class CompaniesConfig(AppConfig):
    name = "siklus.records.companies"
    label = "companies"
