from django.urls import path

from siklus.platform.chat.views import hook

app_name = "chat"
urlpatterns = [path("whatsapp/<slug:key>/", hook, name="hook")]
