from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "siklus.platform.accounts"
    label = "accounts"

    def ready(self) -> None:
        from siklus.platform.installation.edition import watch

        watch("accounts_user", ("name", "is_active", "team_id"))
        watch("accounts_team")
