"""The one door to contacts, and the questions screens ask of them."""

from collections.abc import Iterable

from django.db.models import QuerySet

from siklus.platform.accounts.models import User
from siklus.platform.accounts.visibility import visible
from siklus.platform.i18n.keys import email_key, phone_key
from siklus.records.contacts.models import Contact, ContactPoint
from siklus.records.fields.merging import has_merged


def contacts_for(viewer: User) -> QuerySet[Contact]:
    """The contacts that the viewer may see; merged ones are gone."""
    return visible(Contact.objects.filter(merged_into=None), viewer)


def contact_for(viewer: User, contact_id: int) -> Contact:
    """One contact. Raises Contact.DoesNotExist for strangers too."""
    rows = contacts_for(viewer).select_related("owner", "company")
    return rows.annotate(has_merged=has_merged(Contact)).get(pk=contact_id)


def lean_contact_for(viewer: User, contact_id: int) -> Contact:
    """The same door, for a contact that is only pointed to."""
    return contacts_for(viewer).get(pk=contact_id)


def merged_contact_for(viewer: User, contact_id: int) -> Contact:
    """One that went into another. Raises Contact.DoesNotExist for strangers too."""
    return visible(Contact.objects.filter(merged_into__isnull=False), viewer).get(pk=contact_id)


def same_contacts(*, emails: Iterable[str] = (), phones: Iterable[str] = ()) -> list[Contact]:
    """Contacts that share an e-mail or a phone number, in any spelling, oldest first."""
    keys = {email_key(one) for one in emails} | {phone_key(one) for one in phones}
    keys.discard(None)
    if not keys:
        return []
    owners = ContactPoint.objects.filter(key__in=keys).values("contact_id")
    return list(
        Contact.objects.filter(pk__in=owners, merged_into=None).select_related("company").order_by("id")
    )
