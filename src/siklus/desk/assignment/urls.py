from django.urls import URLPattern, path

from siklus.desk.assignment import settings

urlpatterns: list[URLPattern] = [
    path("settings/assignment/", settings.rules, name="settings_assignment"),
    path("settings/assignment/new/", settings.rule_new, name="assignment_new"),
    path("settings/assignment/waiting/", settings.give_waiting, name="assignment_waiting"),
    path("settings/assignment/<int:rule_id>/", settings.rule_edit, name="assignment_edit"),
    path("settings/assignment/<int:rule_id>/retire/", settings.rule_retire, name="assignment_retire"),
    path("settings/assignment/seats/<int:seat_id>/", settings.seat_edit, name="assignment_seat"),
]
