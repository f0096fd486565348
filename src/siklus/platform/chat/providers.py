"""Which adapter speaks for a line."""

from siklus.platform.chat.cloud_api import CloudApi
from siklus.platform.chat.models import Line
from siklus.platform.chat.provider import Provider

_ADAPTERS: dict[str, Provider] = {Line.Provider.CLOUD_API: CloudApi()}


def provider_of(line: Line) -> Provider:
    return _ADAPTERS[line.provider]
