"""What a message says, and its schema: both follow from the declaration of the fact.

Personal values stay here: a copy outside could not be blanked when somebody asks to be forgotten. A program that may
know them reads the record by the API.
"""

import json
from typing import Any

from siklus.platform.journal.facts import Fact, all_facts, json_schema
from siklus.platform.journal.queries import entry_by_id, mentioned_in
from siklus.platform.webhooks.models import Message

TEST = "webhook.test"
SOURCE = {
    "type": "object",
    "properties": {
        "id": {"type": "integer"},
        "about": {"type": "string"},
        "by": {"type": ["integer", "null"]},
        "channel": {"type": "string"},
        "recorded_at": {"type": "string", "format": "date-time"},
        "mentions": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"type": "integer"}},
        },
    },
}


def body_of(message: Message) -> bytes:
    """The same bytes each time: entries never change."""
    said: dict[str, Any] = {"type": message.type, "timestamp": message.timestamp.isoformat()}
    if message.entry_id is None:
        said["data"] = {"webhook": message.endpoint_id, "test": True}
    else:
        entry = entry_by_id(message.entry_id)
        said["data"] = {entry.about_kind: entry.about_id, **entry.details}
        said["entry"] = {
            "id": entry.pk, "about": entry.about_kind, "by": entry.by_id, "channel": entry.channel,
            "recorded_at": entry.recorded_at.isoformat(), "mentions": mentioned_in(entry),
        }  # fmt: skip
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def schema_of(fact: type[Fact]) -> dict[str, Any]:
    """JSON schema of the messages of a fact."""
    data = json_schema(fact, without=fact.personal)
    data.pop("title")
    return {
        "title": fact.name,
        "description": str(fact.__doc__ or ""),
        "type": "object",
        "properties": {
            "type": {"const": fact.name},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": data,
            "entry": SOURCE,
        },
        "required": ["type", "timestamp", "data", "entry"],
    }


def catalogue() -> dict[str, dict[str, Any]]:
    """The schema of every fact that may be sent."""
    return {name: schema_of(fact) for name, fact in all_facts().items()}
