from django.urls import URLPattern, path

from siklus.desk.settings import nav
from siklus.desk.settings.views import currencies, fields, people, pipelines, products, profile, reasons

nav.put_in()

urlpatterns: list[URLPattern] = [
    path("settings/", profile.settings, name="settings"),
    path("settings/profile/", profile.profile, name="profile"),
    path("settings/profile/keys/new/", profile.token_new, name="token_new"),
    path("settings/profile/keys/<int:token_id>/revoke/", profile.token_revoke, name="token_revoke"),
    path("settings/people/", people.people, name="settings_people"),
    path("settings/people/new/", people.person_new, name="person_new"),
    path("settings/people/<int:user_id>/", people.person_edit, name="person_edit"),
    path("settings/people/<int:user_id>/deactivate/", people.person_deactivate, name="person_deactivate"),
    path("settings/people/<int:user_id>/reactivate/", people.person_reactivate, name="person_reactivate"),
    path("settings/teams/new/", people.team_new, name="team_new"),
    path("settings/pipelines/", pipelines.pipelines, name="settings_pipelines"),
    path("settings/pipelines/new/", pipelines.pipeline_new, name="pipeline_new"),
    path("settings/pipelines/<int:pipeline_id>/", pipelines.pipeline_edit, name="pipeline_edit"),
    path("settings/pipelines/<int:pipeline_id>/stages/new/", pipelines.stage_new, name="stage_new"),
    path("settings/stages/<int:stage_id>/", pipelines.stage_edit, name="stage_edit"),
    path("settings/stages/<int:stage_id>/place/", pipelines.stage_place, name="stage_place"),
    path("settings/stages/<int:stage_id>/retire/", pipelines.stage_retire, name="stage_retire"),
    path("settings/reasons/", reasons.reasons, name="settings_reasons"),
    path("settings/reasons/new/", reasons.reason_new, name="reason_new"),
    path("settings/reasons/<int:reason_id>/retire/", reasons.reason_retire, name="reason_retire"),
    path("settings/reasons/<int:reason_id>/restore/", reasons.reason_restore, name="reason_restore"),
    path("settings/fields/", fields.fields, name="settings_fields"),
    path("settings/fields/new/", fields.field_new, name="field_new"),
    path("settings/fields/<int:field_id>/", fields.field_edit, name="field_edit"),
    path("settings/fields/<int:field_id>/retire/", fields.field_retire, name="field_retire"),
    path("settings/currencies/", currencies.currencies, name="settings_currencies"),
    path("settings/currencies/new/", currencies.rate_new, name="rate_new"),
    path("products/", products.products, name="products"),
    path("products/new/", products.product_new, name="product_new"),
    path("products/<int:product_id>/", products.product_edit, name="product_edit"),
]
