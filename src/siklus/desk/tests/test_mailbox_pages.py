"""Connecting mailboxes on screen and by the API."""

import pytest
from django.test import Client
from tests.mail import a_mailbox
from tests.world import World, day

from siklus.platform.accounts.actions import issue_token
from siklus.platform.journal.models import Entry
from siklus.platform.mail.models import Folder, Mailbox, Outgoing, Skipped
from siklus.platform.mail.sealing import unseal
from siklus.platform.mail.sending import queue_mail

GIVEN = {
    "address": "Rani@Nusa.test", "from_name": "Rani Astuti", "reading": "record", "way": "smtp",
    "smtp_host": "smtp.nusa.test", "smtp_port": "587", "smtp_security": "starttls", "smtp_password": " rahasia ",
    "imap_host": "imap.nusa.test", "imap_port": "993", "imap_security": "ssl", "imap_password": "kunci",
}  # fmt: skip


def test_a_rep_connects_her_own_mailbox_and_nobody_reads_its_passwords(world: World, client: Client):
    client.force_login(world.rani)
    assert client.post("/settings/mailboxes/new/", {**GIVEN, "owner": world.rani.pk}).status_code == 302
    box = Mailbox.objects.get()
    assert (box.address, box.owner, box.receives) == ("rani@nusa.test", world.rani, True)
    assert (unseal(box.sealed_smtp_password), unseal(box.sealed_imap_password)) == (" rahasia ", "kunci")
    page = client.get("/settings/mailboxes/").content.decode()
    assert "rani@nusa.test" in page and "smtp.nusa.test:587" in page and "not read yet" in page
    dialog = client.get(f"/settings/mailboxes/{box.pk}/").content.decode()
    assert "rahasia" not in dialog and "kunci" not in dialog
    client.post(
        f"/settings/mailboxes/{box.pk}/",
        {**GIVEN, "owner": world.rani.pk, "imap_password": "", "signature": "Salam"},
    )
    box.refresh_from_db()
    assert (unseal(box.sealed_imap_password), box.signature) == ("kunci", "Salam")
    assert list(Entry.objects.filter(name__startswith="mailbox.").values_list("name", flat=True)) == [
        "mailbox.added", "mailbox.changed",
    ]  # fmt: skip
    assert "imap_password" not in Entry.objects.get(name="mailbox.changed").details["fields"]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"address": "no address"}, "is not an e-mail address"),
        ({"smtp_host": ""}, "Which server sends?"),
        ({"imap_password": ""}, "Without a password nothing can be read."),
        ({"way": "brevo", "smtp_password": ""}, "This provider asks for a key."),
        ({"smtp_port": "70000"}, "A port is a number up to 65535."),
    ],
)
def test_what_cannot_work_is_said_beside_the_field_and_nothing_is_connected(
    world: World, client: Client, values: dict, sentence: str
):
    client.force_login(world.rani)
    answer = client.post("/settings/mailboxes/new/", {**GIVEN, "owner": world.rani.pk, **values})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Mailbox.objects.count() == 0
    assert not Entry.objects.filter(name__startswith="mailbox.").exists()


def test_a_rep_gets_at_no_mailbox_but_her_own_and_makes_none_for_others(world: World, client: Client):
    other = a_mailbox(world, address="budi@nusa.test", owner=world.budi)
    client.force_login(world.rani)
    for verb in ("retire", "read"):
        assert client.post(f"/settings/mailboxes/{other.pk}/{verb}/").status_code == 404
    assert client.post(f"/settings/mailboxes/{other.pk}/", GIVEN).status_code == 404
    answer = client.post("/settings/mailboxes/new/", {**GIVEN, "owner": world.budi.pk})
    assert answer.status_code == 422
    assert Mailbox.objects.get().retired_at is None
    assert "budi@nusa.test" not in client.get("/settings/mailboxes/").content.decode()


def test_the_page_says_how_far_each_folder_was_read_and_what_did_not_leave(world: World, client: Client):
    box = a_mailbox(world)
    folder = Folder.objects.create(mailbox=box, name="INBOX", imported=3, known=1, skipped=2, seen_at=day(2))
    for uid in (1, 2):
        Skipped.objects.create(folder=folder, uid=uid, uid_validity=1, why="stranger", at=day(2))
    mail = queue_mail(
        mailbox=box,
        to=[("", "h@x.test")],
        subject="Penawaran",
        text="x",
        purpose="test",
        by=world.rani,
        at=day(2),
    )
    Outgoing.objects.update(state="uncertain", error="Siklus stopped")
    client.force_login(world.agus)
    page = client.get("/settings/mailboxes/").content.decode()
    assert "Nobody we know 2" in page
    assert "Perhaps sent" in page and "Siklus stopped" in page
    assert client.post(f"/settings/mailboxes/{box.pk}/mails/{mail.pk}/again/").status_code == 302
    mail.refresh_from_db()
    assert mail.state == "queued"
    assert client.post(f"/settings/mailboxes/{box.pk}/mails/{mail.pk}/again/").status_code == 422


def test_the_api_connects_changes_and_disconnects_and_never_tells_a_password(world: World, client: Client):
    headers = {
        "Authorization": f"Bearer {issue_token(user=world.rani, name='x', by=world.rani, at=day(1))[1]}"
    }
    given = {
        "address": "rani@nusa.test", "way": "smtp", "smtp_host": "smtp.nusa.test", "smtp_password": "rahasia",
        "owner_id": world.budi.pk,
    }  # fmt: skip
    answer = client.post("/api/v1/mailboxes", given, "application/json", headers=headers)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["address"], made["owner_id"], made["receives"]) == ("rani@nusa.test", world.rani.pk, False)
    assert "rahasia" not in answer.content.decode() and "password" not in answer.content.decode()
    path = f"/api/v1/mailboxes/{made['id']}"
    assert client.patch(path, {"smtp_host": ""}, "application/json", headers=headers).json()["errors"] == [
        {"field": "smtp_host", "message": "Which server sends?"}
    ]
    assert (
        client.patch(path, {"from_name": "Rani"}, "application/json", headers=headers).json()["from_name"]
        == "Rani"
    )
    assert client.delete(path, headers=headers).status_code == 204
    assert client.get("/api/v1/mailboxes", headers=headers).json() == []
