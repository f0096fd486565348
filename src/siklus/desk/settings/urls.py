from django.urls import URLPattern, path

from siklus.desk.settings import nav, views

nav.put_in()

urlpatterns: list[URLPattern] = [
    path("settings/", views.settings, name="settings"),
    path("settings/profile/", views.profile, name="profile"),
    path("settings/profile/keys/new/", views.token_new, name="token_new"),
    path("settings/profile/keys/<int:token_id>/revoke/", views.token_revoke, name="token_revoke"),
    path("settings/people/", views.people, name="settings_people"),
    path("settings/people/new/", views.person_new, name="person_new"),
    path("settings/people/<int:user_id>/", views.person_edit, name="person_edit"),
    path("settings/people/<int:user_id>/deactivate/", views.person_deactivate, name="person_deactivate"),
    path("settings/teams/new/", views.team_new, name="team_new"),
    path("settings/pipelines/", views.pipelines, name="settings_pipelines"),
    path("settings/pipelines/new/", views.pipeline_new, name="pipeline_new"),
    path("settings/pipelines/<int:pipeline_id>/stages/new/", views.stage_new, name="stage_new"),
    path("settings/stages/<int:stage_id>/", views.stage_edit, name="stage_edit"),
    path("settings/stages/<int:stage_id>/place/", views.stage_place, name="stage_place"),
    path("settings/stages/<int:stage_id>/retire/", views.stage_retire, name="stage_retire"),
    path("settings/reasons/", views.reasons, name="settings_reasons"),
    path("settings/reasons/new/", views.reason_new, name="reason_new"),
    path("settings/fields/", views.fields, name="settings_fields"),
    path("settings/fields/new/", views.field_new, name="field_new"),
    path("settings/fields/<int:field_id>/", views.field_edit, name="field_edit"),
    path("settings/fields/<int:field_id>/retire/", views.field_retire, name="field_retire"),
    path("settings/currencies/", views.currencies, name="settings_currencies"),
    path("settings/currencies/new/", views.rate_new, name="rate_new"),
    path("products/", views.products, name="products"),
    path("products/new/", views.product_new, name="product_new"),
    path("products/<int:product_id>/", views.product_edit, name="product_edit"),
]
