"""What goes on in a worker: grading everything, and mail to who filled in a form."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_tasks import task

from siklus.cycle.prospecting.actions import recompute_fit, watch_coverage
from siklus.cycle.prospecting.models import Submission, SubmissionState
from siklus.cycle.prospecting.web.guard import confirm_token
from siklus.platform.accounts.models import User


@task()
def recompute(because: str, user_id: int | None = None) -> None:
    """Grade all records anew."""
    recompute_fit(
        by=User.objects.filter(pk=user_id).first() if user_id else None, at=timezone.now(), because=because
    )


@task()
def mail_confirmation(submission_id: int, base_url: str) -> None:
    """Ask the sender whether it was they who sent the form: a signed link, good for a week."""
    submission = Submission.objects.select_related("form").get(pk=submission_id)
    if submission.state != SubmissionState.WAITING:
        return
    link = base_url + reverse("desk:form_confirm", args=[submission.form.slug, confirm_token(submission.pk)])
    with override(submission.language):
        text = _(
            "Hello %(name)s,\n\nyou filled in the form “%(form)s”. Please confirm that it was you:\n%(link)s\n\n"
            "The link is good for a week. If it was not you, do nothing: we shall not write again."
        ) % {
            "name": submission.answers.get("contact.name", ""),
            "form": submission.form.said("heading") or submission.form.name,
            "link": link,
        }  # fmt: skip
        send_mail(
            _("Please confirm your request"),
            text,
            settings.DEFAULT_FROM_EMAIL,
            [submission.answers["contact.email"]],
        )


class Watch:
    """What the worker asks now and then: a look at coverage, at most once in six hours. Answers how many alarms moved."""

    EVERY = timedelta(hours=6)

    def __init__(self) -> None:
        self.next = datetime.min.replace(tzinfo=UTC)

    def __call__(self) -> int:
        now = timezone.now()
        if now < self.next:
            return 0
        self.next = now + self.EVERY
        watched = watch_coverage(at=now)
        return watched.raised + watched.ended
