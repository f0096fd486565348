from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "siklus.platform.webhooks"
    label = "webhooks"

    def ready(self) -> None:
        from siklus.platform.installation.edition import watch

        watch("webhooks_endpoint", ("facts", "state", "removed_at"))
