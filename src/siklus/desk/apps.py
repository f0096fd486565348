from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "siklus.desk"
    label = "desk"

    def ready(self) -> None:
        from siklus.platform.installation.edition import watch

        watch("desk_savedview")
