from django.urls import URLPattern, path

from siklus.desk.response import settings

urlpatterns: list[URLPattern] = [
    path("settings/response/", settings.targets_page, name="settings_response"),
    path("settings/response/new/", settings.target_new, name="response_target_new"),
    path("settings/response/<int:target_id>/", settings.target_edit, name="response_target_edit"),
    path("settings/response/<int:target_id>/remove/", settings.target_remove, name="response_target_remove"),
]
