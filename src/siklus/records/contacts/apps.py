from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "siklus.records.contacts"
    label = "contacts"
