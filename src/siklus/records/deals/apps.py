from django.apps import AppConfig


class DealsConfig(AppConfig):
    name = "siklus.records.deals"
    label = "deals"

    def ready(self) -> None:
        from siklus.platform.installation.edition import watch

        watch("deals_pipeline")
        watch("deals_stage")
        watch("deals_lostreason")
