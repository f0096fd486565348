from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "siklus.platform.accounts"
    label = "accounts"
