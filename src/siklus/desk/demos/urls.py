from django.urls import URLPattern, path

from siklus.desk.demos import booking, invite, pages, settings

urlpatterns: list[URLPattern] = [
    path("demos/<int:demo_id>/invite/", invite.demo_invite, name="demo_invite"),
    path("demos/", pages.demos, name="demos"),
    path("demos/slots/", booking.demo_slots, name="demo_slots"),
    path("demos/<int:demo_id>/", pages.demo_page, name="demo"),
    path("demos/<int:demo_id>/move/", booking.demo_move, name="demo_move"),
    path("demos/<int:demo_id>/cancel/", booking.demo_cancel, name="demo_cancel"),
    path("demos/<int:demo_id>/hold/", pages.demo_hold, name="demo_hold"),
    path("demos/<int:demo_id>/miss/", pages.demo_miss, name="demo_miss"),
    path("demos/<int:demo_id>/estimate/", pages.demo_estimate, name="demo_estimate"),
    path("demos/<int:demo_id>/prepare/new/", booking.item_new, {"part": "prepare"}, name="demo_prepare_new"),
    path("demos/<int:demo_id>/show/new/", booking.item_new, {"part": "show"}, name="demo_show_new"),
    path("demos/items/<int:item_id>/tick/", pages.item_tick, name="demo_item_tick"),
    path("demos/items/<int:item_id>/drop/", pages.item_drop, name="demo_item_drop"),
    path("deals/<int:deal_id>/demos/", booking.panel, name="deal_demos"),
    path("deals/<int:deal_id>/demos/new/", booking.demo_new, name="demo_new"),
    path("settings/demos/", settings.types, name="settings_demos"),
    path("settings/demos/ready/", settings.ready, name="demo_types_ready"),
    path("settings/demos/new/", settings.type_new, name="demo_type_new"),
    path("settings/demos/<int:type_id>/", settings.type_edit, name="demo_type_edit"),
    path("settings/demos/<int:type_id>/retire/", settings.type_retire, name="demo_type_retire"),
    path("settings/demos/rules/<int:pipeline_id>/", settings.rule, name="demo_rule"),
    path("settings/profile/hours/", settings.hours, name="work_hours"),
]
