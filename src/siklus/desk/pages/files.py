"""Files attached to a deal, company or contact."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from siklus.desk.pages.activities import DOORS
from siklus.desk.pages.answers import is_fragment, opened, viewer, works_deals
from siklus.desk.pages.stream import Place
from siklus.platform.files.actions import attach_file, detach_file
from siklus.platform.files.models import Attachment
from siklus.platform.files.store import FileRefused, path_of
from siklus.platform.web.jinja import render


def _place(request: HttpRequest, kind: str, record_id: int) -> Place:
    if kind not in DOORS:
        raise Http404
    return Place(kind, opened(DOORS[kind], viewer(request), record_id))


def _shown(request: HttpRequest, place: Place, error: str = "", status: int = 200) -> HttpResponse:
    files = Attachment.objects.filter(kind=place.kind, object_id=place.record.pk)
    context = {
        "place": place, "files": list(files.select_related("by").order_by("-id")[:50]),
        "files_error": error, "can_change": viewer(request).can_work_deals,
    }  # fmt: skip
    name = "desk/pages/_files.html" if is_fragment(request) else "desk/pages/files.html"
    return render(request, name, context, status=status)


@require_GET
def files(request: HttpRequest, kind: str, record_id: int) -> HttpResponse:
    return _shown(request, _place(request, kind, record_id))


@require_POST
@works_deals
def file_new(request: HttpRequest, kind: str, record_id: int) -> HttpResponse:
    """Attach files. Their names stay words in the database and never reach the file system."""
    place = _place(request, kind, record_id)
    uploads = request.FILES.getlist("file")
    error = "" if uploads else _("Choose a file first.")
    for upload in uploads:
        try:
            attach_file(
                kind=place.kind, object_id=place.record.pk, name=upload.name or "file", chunks=upload.chunks(),
                content_type=upload.content_type or "", by=viewer(request), at=timezone.now(),
            )  # fmt: skip
        except FileRefused as refusal:
            error = f"{upload.name}: {refusal}"
            break
    if error:
        return _shown(request, place, error, 422)
    return _shown(request, place) if is_fragment(request) else redirect(place.page)


def _attachment(request: HttpRequest, file_id: int) -> tuple[Attachment, Place]:
    attachment = Attachment.objects.filter(pk=file_id).first()
    if attachment is None:
        raise Http404
    return attachment, _place(request, attachment.kind, attachment.object_id)


@require_GET
def file_get(request: HttpRequest, file_id: int) -> HttpResponse | FileResponse:
    """Hand out a file as a download only: never opened as a page of ours."""
    attachment, _owner = _attachment(request, file_id)
    path = path_of(attachment.digest)
    if not path.exists():
        raise Http404
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=attachment.name, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@works_deals
def file_delete(request: HttpRequest, file_id: int) -> HttpResponse:
    """Take a file off the record. The bytes go with the last attachment that has them."""
    attachment, place = _attachment(request, file_id)
    detach_file(attachment=attachment, by=viewer(request), at=timezone.now())
    return _shown(request, place) if is_fragment(request) else redirect(place.page)
