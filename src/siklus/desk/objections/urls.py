from django.urls import URLPattern, path

from siklus.desk.objections import page, settings, views

urlpatterns: list[URLPattern] = [
    path("objections/", page.objections, name="objections"),
    path("deals/<int:deal_id>/objections/new/", views.objection_new, name="objection_new"),
    path("objections/suggest/", views.objection_suggest, name="objection_suggest"),
    path("objections/<int:objection_id>/answer/", views.objection_answer, name="objection_answer"),
    path("objections/<int:objection_id>/resolve/", views.objection_resolve, name="objection_resolve"),
    path("objections/<int:objection_id>/stands/", views.objection_stands, name="objection_stands"),
    path("objections/<int:objection_id>/reopen/", views.objection_reopen, name="objection_reopen"),
    path("settings/objections/", settings.catalogue, name="settings_objections"),
    path("settings/objections/ready/", settings.ready, name="objections_ready"),
    path("settings/objections/types/new/", settings.type_new, name="objection_type_new"),
    path("settings/objections/types/<int:type_id>/", settings.type_edit, name="objection_type_edit"),
    path(
        "settings/objections/types/<int:type_id>/retire/", settings.type_retire, name="objection_type_retire"
    ),
    path(
        "settings/objections/types/<int:type_id>/responses/new/", settings.response_new, name="response_new"
    ),
    path("settings/objections/responses/<int:response_id>/", settings.response_edit, name="response_edit"),
    path(
        "settings/objections/responses/<int:response_id>/retire/",
        settings.response_retire,
        name="response_retire",
    ),
    path("settings/objections/rules/<int:pipeline_id>/", settings.closing_rule, name="closing_rule"),
]
