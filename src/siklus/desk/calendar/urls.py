from django.urls import URLPattern, path

from siklus.desk.calendar import feed, settings

urlpatterns: list[URLPattern] = [
    path("c/<str:key>.ics", feed.calendar, name="calendar"),
    path("settings/profile/calendar/", settings.calendar_new, name="calendar_new"),
    path("settings/profile/calendar/close/", settings.calendar_close, name="calendar_close"),
]
