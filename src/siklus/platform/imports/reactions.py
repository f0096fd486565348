"""Whoever started an import is told by mail how it ended: the page may be closed long since."""

from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _
from django.utils.translation import override

from siklus.platform.imports.models import ImportBatch
from siklus.platform.journal.reactions import react


@react("import.finished", key="imports.tell_starter")
def tell_starter(entry: Any) -> None:
    """Mail the counts. Telling twice is harmless."""
    batch = ImportBatch.objects.select_related("by").filter(pk=entry.about_id).first()
    if batch is None or batch.by is None or not batch.by.is_active:
        return
    with override(batch.by.language):
        text = _(
            "Hello %(name)s,\n\nthe import of %(file)s is finished: %(created)s created, %(updated)s updated, "
            "%(duplicates)s duplicates and %(errors)s rows with errors left out."
        ) % {
            "name": batch.by.name, "file": batch.file_name, "created": batch.created, "updated": batch.updated,
            "duplicates": batch.duplicates, "errors": batch.errors,
        }  # fmt: skip
        subject = _("Imported: %(file)s") % {"file": batch.file_name}
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [batch.by.email])
