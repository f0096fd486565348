from django.apps import AppConfig


class FieldsConfig(AppConfig):
    name = "siklus.records.fields"
    label = "fields"

    def ready(self) -> None:
        from siklus.platform.installation.edition import watch

        watch("fields_fielddefinition")
