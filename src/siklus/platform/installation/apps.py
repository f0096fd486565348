from django.apps import AppConfig
from django.db.models.signals import post_migrate


class InstallationConfig(AppConfig):
    name = "siklus.platform.installation"
    label = "installation"

    def ready(self) -> None:
        from siklus.platform.installation.edition import put_triggers

        post_migrate.connect(put_triggers, sender=self)
