from django.apps import AppConfig


class I18nConfig(AppConfig):
    name = "siklus.platform.i18n"
    label = "i18n"
