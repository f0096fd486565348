from django.urls import URLPattern, path

from siklus.desk.qualification import on_deal, settings

urlpatterns: list[URLPattern] = [
    path("deals/<int:deal_id>/qualification/", on_deal.panel, name="deal_qualification"),
    path(
        "deals/<int:deal_id>/qualification/<int:criterion_id>/", on_deal.answer, name="qualification_answer"
    ),
    path("settings/qualification/", settings.frameworks, name="settings_qualification"),
    path("settings/qualification/new/", settings.framework_new, name="framework_new"),
    path("settings/qualification/ready/", settings.framework_ready, name="framework_ready"),
    path("settings/qualification/<int:framework_id>/", settings.framework_edit, name="framework_edit"),
    path(
        "settings/qualification/<int:framework_id>/retire/",
        settings.framework_retire,
        name="framework_retire",
    ),
    path(
        "settings/qualification/<int:framework_id>/criteria/new/",
        settings.criterion_new,
        name="criterion_new",
    ),
    path(
        "settings/qualification/criteria/<int:criterion_id>/", settings.criterion_edit, name="criterion_edit"
    ),
    path(
        "settings/qualification/criteria/<int:criterion_id>/retire/",
        settings.criterion_retire,
        name="criterion_retire",
    ),
    path("settings/qualification/rules/<int:pipeline_id>/", settings.rule, name="qualification_rule"),
]
