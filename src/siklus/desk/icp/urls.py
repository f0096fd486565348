from django.urls import URLPattern, path

from siklus.desk.icp import settings

urlpatterns: list[URLPattern] = [
    path("settings/icp/", settings.profiles, name="settings_icp"),
    path("settings/icp/new/", settings.profile_new, name="icp_new"),
    path("settings/icp/<int:profile_id>/", settings.profile_edit, name="icp_edit"),
    path("settings/icp/<int:profile_id>/switch/", settings.profile_switch, name="icp_switch"),
    path("settings/icp/<int:profile_id>/retire/", settings.profile_retire, name="icp_retire"),
    path("settings/icp/<int:profile_id>/learned/", settings.learned, name="icp_learned"),
    path("settings/icp/<int:profile_id>/learned/take/", settings.learned_take, name="icp_take"),
]
