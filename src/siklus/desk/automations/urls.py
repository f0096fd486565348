from django.urls import URLPattern, path

from siklus.desk.automations import views

urlpatterns: list[URLPattern] = [
    path("settings/automations/", views.automations, name="settings_automations"),
    path("settings/automations/new/", views.automation_new, name="automation_new"),
    path("settings/automations/<int:automation_id>/", views.automation, name="automation"),
    path("settings/automations/<int:automation_id>/edit/", views.automation_edit, name="automation_edit"),
    path("settings/automations/<int:automation_id>/dry/", views.automation_dry, name="automation_dry"),
    path(
        "settings/automations/<int:automation_id>/switch/", views.automation_switch, name="automation_switch"
    ),
    path(
        "settings/automations/<int:automation_id>/retire/", views.automation_retire, name="automation_retire"
    ),
]
