from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "siklus.platform.web"
    label = "web"

    def ready(self) -> None:
        from siklus.platform.web import kit  # noqa: F401  (registers what templates may call)
