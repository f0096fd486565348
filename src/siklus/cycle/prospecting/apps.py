from django.apps import AppConfig


class ProspectingConfig(AppConfig):
    name = "siklus.cycle.prospecting"
    label = "prospecting"

    def ready(self) -> None:
        from siklus.platform.installation.edition import watch

        watch("prospecting_profile")
