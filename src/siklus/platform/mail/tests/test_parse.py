"""Mail that nobody checked: broken in every way, read as far as it goes."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.mail import a_mail

from siklus.platform.mail.bounces import bounce_of
from siklus.platform.mail.parse import Parsed, message_of, parse, parsed, without_quotes
from siklus.platform.mail.tokens import keys_in, mark_of, message_id_of, new_key, reply_address

NOW = datetime(2026, 3, 9, tzinfo=UTC)


def read(raw: bytes | str) -> Parsed:
    return parse(raw.encode("latin-1") if isinstance(raw, str) else raw, received_at=NOW)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Subject: =?utf-8?q?Caf=C3=A9?= buka", {"subject": "Café buka"}),
        ("Subject: =?x-nonsense?q?Caf=C3=A9?=", {"subject": "Café"}),
        ("Subject: =?utf-8?b?!!!?=", {"subject": ""}),
        ("Subject: Caf\xe9", {"subject": "Café"}),
        ("From: =?utf-8?q?H=C3=A9ndra?= <HENDRA@Bank.test>", {"from_name": "Héndra", "from_address": "hendra@bank.test"}),
        ("From: \"Pak, Hendra\" <h@bank.test>", {"from_name": "Pak, Hendra", "from_address": "h@bank.test"}),
        ("From: nobody at all", {"from_address": ""}),
        ("From: <<<>>>,,;", {"from_address": ""}),
        ("Sender: h@bank.test", {"from_address": "h@bank.test"}),
        ("Message-ID: <a@b> <c@d>", {"message_id": "<a@b>"}),
        ("Message-ID: no id", {"message_id": ""}),
        ("Message-ID: <" + "x" * 300 + "@y>", {"message_id": ""}),
        ("In-Reply-To: Your mail of Monday <a@b>", {"in_reply_to": "<a@b>"}),
        ("References: <a@b>\n <c@d>junk<a@b>", {"references": ["<a@b>", "<c@d>"]}),
        ("Date: Thu, 05 Mar 2026 09:00:00 +0700", {"sent_at": datetime(2026, 3, 5, 2, tzinfo=UTC)}),
        ("Date: yesterday", {"sent_at": NOW}),
        ("Date: Thu, 05 Mar 2099 09:00:00 +0700", {"sent_at": NOW}),
        ("Date: Thu, 05 Mar 1960 09:00:00 +2359", {"sent_at": NOW}),
        ("Auto-Submitted: auto-replied", {"is_automatic": True}),
        ("Auto-Submitted: no", {"is_automatic": False}),
        ("Content-Type: text/plain; charset=nonsense\n\nhalo", {"text": "halo"}),
        ("Content-Type: text/plain; charset=utf-8\n\nCaf\xe9", {"text": "Café"}),
        ("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n%%%", {"text": ""}),
        ("Content-Type: multipart/mixed\n\nno boundary", {"text": ""}),
        ("Content-Type: ;;;\n\nhalo", {"text": "halo"}),
        ("Subject: a\x00b\n\nc\x00d", {"subject": "ab", "text": "cd"}),
        ("", {"subject": "", "text": ""}),
    ],
)  # fmt: skip
def test_broken_mail_is_read_as_far_as_it_goes(raw: str, expected: dict):
    found = read(raw)
    assert {name: getattr(found, name) for name in expected} == expected


def test_html_alone_becomes_the_text_that_a_reader_sees():
    mail = a_mail()
    mail.set_content(
        "<style>p{}</style><p>Halo <b>Rani</b>,</p><p>a<br>b</p><script>alert(1)</script>", subtype="html"
    )
    assert read(mail.as_bytes()).text == "Halo Rani,\n\na\nb"


def test_attached_files_are_named_and_stay_in_the_source():
    mail = a_mail(text="Lihat lampiran.")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="../penawaran é.pdf")
    mail.add_attachment("BEGIN:VCALENDAR", subtype="calendar", filename="i.ics")
    found = read(mail.as_bytes())
    assert found.text == "Lihat lampiran."
    assert found.parts == [{"name": ".._penawaran é.pdf", "type": "application/pdf", "size": 4}]
    assert found.calendar.strip() == "BEGIN:VCALENDAR"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ya.\n\nOn Mon, 2 Mar 2026 at 09:00 Rani Astuti <r@n.test>\nwrote:\n> Halo", "Ya."),
        ("Ya.\n\nPada Sen, 2 Mar 2026 pukul 09.00 Rani menulis:\n> Halo", "Ya."),
        ("Ya.\n-----Original Message-----\nFrom: Rani", "Ya."),
        ("> Berapa?\nSeratus.\n> Kapan?\nBesok.", "Seratus.\nBesok."),
        ("> only a quote", "> only a quote"),
        ("On the other hand, she wrote: yes.", "On the other hand, she wrote: yes."),
    ],
)
def test_what_is_new_in_an_answer_is_told_from_what_it_quotes(text: str, said: str):
    assert without_quotes(text) == said


def test_a_key_is_the_same_for_every_copy_and_differs_for_programs_that_have_one_id_for_all():
    mail = a_mail("Same")
    copy = b"Received: by other\r\nDelivered-To: x@y\r\n" + mail.as_bytes()
    assert read(mail.as_bytes()).key == read(copy).key
    assert read(a_mail("Same", number=4).as_bytes()).key != read(mail.as_bytes()).key


def test_only_marks_that_we_signed_are_ours():
    key = new_key()
    assert keys_in(
        [f"x {message_id_of(key, 'rani@nusa.test')} y", reply_address(key, "rani@nusa.test").upper()]
    ) == [key]
    mark = mark_of(key)
    assert keys_in([mark + "x@nusa.test", f"s1-{key}-{'a' * 16}@nusa.test", mark]) == []


HEADERS = st.sampled_from(
    ["From", "To", "Cc", "Subject", "Date", "Message-ID", "References", "In-Reply-To", "Content-Type",
     "Content-Transfer-Encoding", "Content-Disposition", "Auto-Submitted", "Sender", "MIME-Version"]
)  # fmt: skip
SCRAPS = st.sampled_from(
    [b"=?utf-8?q?=", b"?=", b"multipart/mixed; boundary=b", b"multipart/report; report-type=delivery-status; boundary=b",
     b"text/html; charset=utf-7", b"message/rfc822", b"base64", b"quoted-printable", b"uuencode", b"<a@b>",
     b'"', b"(", b";",
     b"filename*=utf-8''%ff", b"\r\n ", b"\xff\xfe", b"\x00", b"--b\r\n", b"--b--", b"begin 644 x\n"]
)  # fmt: skip
VALUES = st.lists(SCRAPS | st.binary(max_size=20), max_size=6).map(b" ".join)
MAILS = st.tuples(
    st.lists(st.tuples(HEADERS.map(str.encode), VALUES).map(lambda one: b": ".join(one)), max_size=12), VALUES
).map(lambda one: b"\r\n".join([*one[0], b"", one[1]]))


@settings(max_examples=400, deadline=None)
@given(MAILS | st.binary(max_size=600))
def test_no_mail_makes_the_reader_fail_and_what_it_reads_fits_every_database(raw: bytes):
    message = message_of(raw)
    found = parsed(message, received_at=NOW)
    bounce = bounce_of(message, found)
    texts = [
        found.key, found.message_id, found.in_reply_to, *found.references, found.from_name, found.from_address,
        *(part for one in found.to + found.cc for part in one), found.subject, found.text, found.said, found.calendar,
        *(str(one["name"]) for one in found.parts), *([bounce.address, bounce.reason] if bounce else []),
    ]  # fmt: skip
    for text in texts:
        assert "\x00" not in text
        text.encode()
    assert len(found.subject) <= 250 and len(found.from_address) <= 254 and len(found.message_id) <= 250
    assert len(found.key) <= 80 and found.sent_at <= NOW.replace(minute=5)
    assert parsed(message_of(raw), received_at=NOW).key == found.key


def test_parts_within_parts_without_end_are_read_without_falling():
    raw = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(90)
    )
    assert isinstance(read(raw).text, str)
