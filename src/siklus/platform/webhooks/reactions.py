"""Every recorded fact that an endpoint wants becomes a message; sending is somebody else's turn."""

from typing import Any

from django.utils import timezone

from siklus.platform.journal.reactions import react_to_chosen
from siklus.platform.webhooks.actions import send_entry
from siklus.platform.webhooks.models import Endpoint, EndpointState
from siklus.platform.webhooks.queries import wanted_facts


@react_to_chosen(wanted_facts, key="webhooks.write", but_not=("import",))
def write_messages(entry: Any) -> None:
    for endpoint in Endpoint.objects.filter(state=EndpointState.ACTIVE, removed_at=None):
        if endpoint.wants(entry.name):
            send_entry(endpoint=endpoint, entry=entry, at=timezone.now())
