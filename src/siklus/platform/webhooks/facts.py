from django.utils.translation import gettext_lazy as _

from siklus.platform.journal.facts import Fact, declare


@declare("webhook.added", about="webhook")
class WebhookAdded(Fact):
    sentence = _("added the webhook %(title)s")
    icon = "bolt"
    webhook: int
    title: str


@declare("webhook.changed", about="webhook")
class WebhookChanged(Fact):
    """`fields` names what changed; addresses and secrets are nobody's business."""

    sentence = _("changed the webhook %(title)s")
    icon = "edit"
    webhook: int
    title: str
    fields: tuple[str, ...]


@declare("webhook.switched", about="webhook")
class WebhookSwitched(Fact):
    sentence = _("switched the webhook %(title)s: %(state)s")
    icon = "bolt"
    webhook: int
    title: str
    state: str


@declare("webhook.disabled", about="webhook")
class WebhookDisabled(Fact):
    sentence = _("disabled the webhook %(title)s: %(reason)s")
    icon = "warning"
    webhook: int
    title: str
    reason: str


@declare("webhook.secret_rotated", about="webhook")
class WebhookSecretRotated(Fact):
    sentence = _("gave the webhook %(title)s a new secret")
    icon = "key"
    webhook: int
    title: str


@declare("webhook.replayed", about="webhook")
class WebhookReplayed(Fact):
    sentence = _("sent %(messages)s messages to the webhook %(title)s again")
    icon = "refresh"
    webhook: int
    title: str
    messages: int


@declare("webhook.removed", about="webhook")
class WebhookRemoved(Fact):
    sentence = _("removed the webhook %(title)s")
    icon = "trash"
    webhook: int
    title: str
