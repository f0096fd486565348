from django.apps import AppConfig


class AutomationsConfig(AppConfig):
    name = "siklus.desk.automations"
    label = "automations"

    def ready(self) -> None:
        from siklus.platform.installation.edition import watch

        watch("automations_automation", ("is_on", "begins", "fact", "retired_at"))
