from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps

LOADED = (
    "facts",
    "conditions",
    "steps",
    "reactions",
    "gates",
    "imports",
    "merging",
    "tasks",
    "navigation_items",
)


class ConfigConfig(AppConfig):
    """Loads what the rooms declare: facts, reactions, gates, importers, what merges mean, tasks, navigation."""

    name = "siklus.config"
    label = "config"

    def ready(self) -> None:
        for room in apps.get_app_configs():
            if not room.name.startswith("siklus."):
                continue
            for part in LOADED:
                if find_spec(f"{room.name}.{part}"):
                    import_module(f"{room.name}.{part}")
