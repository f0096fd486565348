"""All doors of the house."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from siklus.config.api import api
from siklus.platform.api.docs import page_of


def health(request: HttpRequest) -> HttpResponse:
    """For a load balancer: we answer, and the database does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("health/", health),
    path("api/v1/docs/", page_of(api), name="api_docs"),
    path("api/v1/", api.urls),
    path("", include("siklus.platform.accounts.urls")),
    path("", include("siklus.platform.web.urls")),
    path("imports/", include("siklus.platform.imports.urls")),
    path("hooks/", include("siklus.platform.chat.urls")),
    path("", include("siklus.insight.urls")),
    path("", include("siklus.desk.urls")),
]
handler400 = "siklus.platform.web.errors.bad_request"
handler403 = "siklus.platform.web.errors.permission_denied"
handler404 = "siklus.platform.web.errors.not_found"
handler500 = "siklus.platform.web.errors.server_error"
