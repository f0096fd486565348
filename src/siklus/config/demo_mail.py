"""The mail of the demo company: two mailboxes, templates, and conversations on a few open deals.

Nothing of it is handed to a server: the addresses end in .example.
"""

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from django.utils.translation import get_language

from siklus.cycle.outreach.actions import Letter, add_template, suppress, take_in, write_email
from siklus.cycle.outreach.models import Message
from siklus.platform.accounts.models import User
from siklus.platform.mail.actions import add_mailbox
from siklus.platform.mail.fetching import receive
from siklus.platform.mail.models import Mailbox, Outgoing
from siklus.records.deals.models import Deal, Status

FIRST = {
    "en": {
        "subject": "{{ us.name }} for {{ company.name }}",
        "text": "Dear {{ contact.first_name }},\n\nyour people at {{ company.name }} probably spend Mondays on attendance "
                "sheets. We take that off their desks; three companies in {{ company.city | default: 'your city' }} "
                "closed payroll two days sooner.\n\nWould fifteen minutes this week suit you?",
    },
    "id": {
        "subject": "{{ us.name }} untuk {{ company.name }}",
        "text": "Yth. {{ contact.first_name }},\n\ntim Anda di {{ company.name }} mungkin menghabiskan hari Senin untuk "
                "rekap absensi. Kami bisa meringankannya; tiga perusahaan di {{ company.city | default: 'kota Anda' }} "
                "kini menutup penggajian dua hari lebih cepat.\n\nApakah ada lima belas menit minggu ini?",
    },
}  # fmt: skip
FOLLOW = {
    "en": {"subject": "One more thought", "text": "Dear {{ contact.first_name }},\n\nI know that the end of the month is "
                                                  "busy. Shall I call you next week instead?"},
    "id": {"subject": "Menyambung surel saya", "text": "Yth. {{ contact.first_name }},\n\nsaya paham akhir bulan sedang "
                                                       "padat. Boleh saya telepon minggu depan saja?"},
}  # fmt: skip
HELLO = {
    "en": {"subject": "", "text": "Hello {{ contact.first_name }}, this is {{ me.name }} of {{ us.name }}. May I send you "
                                  "a two-minute video about {{ company.name }}'s question?"},
    "id": {"subject": "", "text": "Halo {{ contact.first_name }}, saya {{ me.name }} dari {{ us.name }}. Boleh saya "
                                  "kirim video dua menit soal pertanyaan {{ company.name }}?"},
}  # fmt: skip
# What we wrote, and what came back if anything did: (subject, ours, theirs).
TALKS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "en": (
        ("Offer for your team", "Dear Sir or Madam,\n\nhere is our offer. The second page lists what is included.",
         "Thank you. Can it run in our own data centre? Our security people will ask.\n\nRegards"),
        ("Date for the demo", "Would Thursday at ten suit you, with your payroll lead?",
         "Thursday works. Please show how overtime is counted for shift workers."),
        ("Price per employee", "You asked how the price grows with you: from 300 people on it falls to 18,000 a month.",
         ""),
        ("Question about integration", "Our interface to your accounting is ready; I would like to show it to you.",
         "Our IT lead is away until Monday, then gladly."),
        ("Draft contract", "Here is the draft as discussed. Clause 4 has the service levels.", ""),
    ),
    "id": (
        ("Penawaran untuk tim Anda", "Yth. Bapak/Ibu,\n\nterlampir penawaran kami. Halaman kedua merinci isinya.",
         "Terima kasih. Apakah bisa dipasang di pusat data kami sendiri? Tim keamanan pasti bertanya.\n\nSalam"),
        ("Jadwal demo", "Apakah Kamis pukul sepuluh cocok, bersama kepala penggajian?",
         "Kamis bisa. Tolong tunjukkan cara menghitung lembur pekerja sif."),
        ("Harga per karyawan", "Bila tim bertambah, harganya turun: mulai 300 orang jadi 18.000.", ""),
        ("Pertanyaan integrasi", "Antarmuka ke akuntansi Anda sudah siap; ingin saya tunjukkan.",
         "Kepala TI kami cuti sampai Senin, setelah itu dengan senang hati."),
        ("Draf kontrak", "Berikut drafnya sesuai pembicaraan. Pasal 4 memuat tingkat layanan.", ""),
    ),
}  # fmt: skip
STRANGER = {
    "en": (
        "Do you serve hospitals?",
        "Good morning, we run two clinics in Semarang with 140 people. Shift rosters?",
    ),
    "id": (
        "Apakah melayani rumah sakit?",
        "Selamat pagi, kami punya dua klinik di Semarang, 140 orang. Bisa jadwal sif?",
    ),
}


def tell_mail(*, at: datetime) -> None:
    """Set up mail and tell what was written in the last days before `at`."""
    language = get_language() or "en"
    agus = User.objects.filter(role="operations").first()
    rani = User.objects.filter(role="rep").order_by("id").first()
    if rani is None:
        return
    began = at - timedelta(days=9)
    for name, kind, words in (
        ("First contact", "email", FIRST), ("Follow-up", "email", FOLLOW), ("Hello", "whatsapp", HELLO),
    ):  # fmt: skip
        add_template(name=name, kind=kind, words=words, by=agus, at=began)
    mine = add_mailbox(
        address=rani.email,
        from_name=rani.name,
        owner=rani,
        signature=f"{rani.name}\nNusa Digital",
        by=rani,
        at=began,
    )
    shared = add_mailbox(address="sales@nusadigital.example", from_name="Nusa Digital", by=agus, at=began)
    deals = Deal.objects.filter(
        status=Status.OPEN, owner=rani, contact__email__gt="", qualified_at__isnull=False
    )
    chosen = deals.select_related("contact", "company").order_by("-id")
    for number, (deal, talk) in enumerate(zip(chosen, TALKS[language], strict=False)):
        _talk(mine, rani, deal, talk, at - timedelta(days=1 + number, hours=3 + number))
    subject, text = STRANGER[language]
    raw = _mail(
        "dr. Maya Sari <maya@kliniksehat.example>", shared.address, subject, text, at - timedelta(hours=5)
    )
    take_in(received=receive(mailbox=shared, raw=raw.as_bytes(), at=at - timedelta(hours=5)), at=at)
    suppress(
        address="pengadaan@karyamandiri.example",
        why="opted_out",
        note="By phone",
        by=rani,
        at=at - timedelta(days=3),
    )


def _talk(mailbox: Mailbox, rani: User, deal: Deal, talk: tuple[str, str, str], at: datetime) -> None:
    subject, ours, theirs = talk
    contact = deal.contact
    assert contact is not None
    message = write_email(
        letter=Letter(subject, ours, at_once=True),
        mailbox=mailbox,
        contact=contact,
        deal=deal,
        by=rani,
        at=at,
    )
    assert message.outgoing is not None
    _left(message, at)
    if not theirs:
        return
    answered = at + timedelta(hours=2, minutes=17)
    quoted = "\n".join(f"> {line}" for line in ours.split("\n"))
    raw = _mail(
        f"{contact.name} <{contact.email}>", mailbox.address, f"Re: {subject}",
        f"{theirs}\n\nOn {at:%d %b %Y} {rani.name} wrote:\n{quoted}\n", answered, message.outgoing.message_id,
    )  # fmt: skip
    take_in(received=receive(mailbox=mailbox, raw=raw.as_bytes(), at=answered), at=answered)


def _left(message: Message, at: datetime) -> None:
    """As if a server had taken it."""
    Outgoing.objects.filter(pk=message.outgoing_id or 0).update(state="sent", sent_at=at)


def _mail(sender: str, to: str, subject: str, text: str, at: datetime, answers: str = "") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Date"] = sender, to, subject, format_datetime(at)
    mail["Message-ID"] = f"<{at:%Y%m%d%H%M%S}.{len(text)}@{sender.rpartition('@')[2].strip('>')}>"
    if answers:
        mail["In-Reply-To"] = mail["References"] = answers
    mail.set_content(text)
    return mail
