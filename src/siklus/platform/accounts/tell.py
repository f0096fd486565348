"""A few words by mail to somebody who works here, sent by the worker."""

from django.conf import settings
from django.core.mail import send_mail
from django_tasks import task

from siklus.platform.accounts.models import User


def tell(user: User, subject: str, text: str) -> None:
    """Queue it in the transaction of whatever it tells of. Write it in the language of who gets it."""
    if user.is_active:
        mail_words.enqueue(user.pk, " ".join(subject.split())[:200], text)


@task()
def mail_words(user_id: int, subject: str, text: str) -> None:
    """Mail it, unless they left meanwhile."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is not None:
        send_mail(f"Siklus: {subject}", text, settings.DEFAULT_FROM_EMAIL, [user.email])
