from django.utils.translation import gettext_lazy as _

from siklus.platform.journal.facts import Fact, declare


@declare("file.attached", about="file")
class FileAttached(Fact):
    sentence = _("attached the file %(title)s")
    fallback = _("attached a file")
    icon = "attach"
    personal = ("title",)
    file: int
    title: str
    size: int


@declare("file.detached", about="file")
class FileDetached(Fact):
    sentence = _("took off the file %(title)s")
    fallback = _("took off a file")
    icon = "attach"
    personal = ("title",)
    file: int
    title: str
