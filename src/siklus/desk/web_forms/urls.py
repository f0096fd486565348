from django.urls import URLPattern, path

from siklus.desk.web_forms import public, settings

urlpatterns: list[URLPattern] = [
    path("f/<slug:slug>/", public.form, name="form_public"),
    path("f/<slug:slug>/thanks/", public.thanks, name="form_thanks"),
    path("f/<slug:slug>/confirm/<str:token>/", public.confirm, name="form_confirm"),
    path("settings/forms/", settings.forms, name="settings_forms"),
    path("settings/forms/new/", settings.form_new, name="form_new"),
    path("settings/forms/<int:form_id>/", settings.form_edit, name="form_edit"),
    path("settings/forms/<int:form_id>/retire/", settings.form_retire, name="form_retire"),
    path("settings/forms/<int:form_id>/submissions/", settings.submissions, name="form_submissions"),
]
