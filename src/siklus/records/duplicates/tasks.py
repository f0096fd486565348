"""The scan runs in a worker."""

from django.utils import timezone
from django_tasks import task

from siklus.platform.accounts.models import User
from siklus.records.duplicates.actions import scan_duplicates


@task()
def scan(user_id: int) -> None:
    """Look for duplicates of every kind."""
    scan_duplicates(by=User.objects.filter(pk=user_id).first(), at=timezone.now())
