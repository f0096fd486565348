from django.urls import URLPattern, path

from siklus.desk.webhooks import views

urlpatterns: list[URLPattern] = [
    path("settings/webhooks/", views.webhooks, name="settings_webhooks"),
    path("settings/webhooks/new/", views.webhook_new, name="webhook_new"),
    path("settings/webhooks/facts/", views.facts, name="webhook_facts"),
    path("settings/webhooks/<int:endpoint_id>/", views.webhook, name="webhook"),
    path("settings/webhooks/<int:endpoint_id>/edit/", views.webhook_edit, name="webhook_edit"),
    path("settings/webhooks/<int:endpoint_id>/secret/", views.webhook_secret, name="webhook_secret"),
    path(
        "settings/webhooks/<int:endpoint_id>/replay/", views.webhook_replay_since, name="webhook_replay_since"
    ),
    path("settings/webhooks/<int:endpoint_id>/test/", views.webhook_test, name="webhook_test"),
    path("settings/webhooks/<int:endpoint_id>/switch/", views.webhook_switch, name="webhook_switch"),
    path("settings/webhooks/<int:endpoint_id>/remove/", views.webhook_remove, name="webhook_remove"),
    path("settings/webhooks/messages/<int:message_id>/replay/", views.webhook_replay, name="webhook_replay"),
]
