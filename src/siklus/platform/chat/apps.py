from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "siklus.platform.chat"
    label = "chat"
