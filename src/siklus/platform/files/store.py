"""Keeping the bytes of attached files."""

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

LARGEST = 25 * 1024 * 1024


class FileRefused(ValueError):
    """The file is empty or too large."""


def folder() -> Path:
    path = Path(settings.DATA) / "files"
    path.mkdir(parents=True, exist_ok=True)
    return path


def keep(chunks: Iterable[bytes], *, largest: int = LARGEST) -> tuple[str, int]:
    """Write the bytes to disk once: (digest, size). Refuses empty and too large files."""
    digest, size = hashlib.sha256(), 0
    handle, temporary = tempfile.mkstemp(dir=folder())
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > largest:
                    raise FileRefused(
                        _("This file is larger than %(size)s MB.") % {"size": largest // (1024 * 1024)}
                    )
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        if not size:
            raise FileRefused(_("This file is empty."))
        target = path_of(digest.hexdigest())
        target.parent.mkdir(exist_ok=True)
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return digest.hexdigest(), size


def path_of(digest: str) -> Path:
    """Where the bytes with this digest stand."""
    return folder() / digest[:2] / digest
