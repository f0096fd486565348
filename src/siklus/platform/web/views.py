"""The gallery: every component with sample data, in both themes."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from siklus.platform.web.jinja import render

LONG = "PT Sumber Alam Nusantara Makmur Sejahtera Tbk — perpanjangan lisensi 1.200 kursi dan migrasi"


class SampleForm(forms.Form):
    """Fields of every kind, one of them in error."""

    name = forms.CharField(label=_("Name"), help_text=_("As the company writes it."))
    email = forms.EmailField(label=_("E-mail"))
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    wants_news = forms.BooleanField(label=_("Send me the weekly summary"), required=False)
    size = forms.ChoiceField(
        label=_("Size"), choices=[("s", "1–49"), ("m", "50–249"), ("l", "250+")], widget=forms.RadioSelect
    )


def _cards() -> list[dict[str, Any]]:
    return [
        {
            "title": LONG, "company": "PT Sumber Alam Nusantara Makmur Sejahtera Tbk",
            "amount": Decimal("12420000000"), "owner": "Rani Anggraini", "next_state": "late",
            "next_text": "Balas WhatsApp, 2 hari lalu", "days": 19, "rotting": True,
            "tags": [("ICP A", "teal"), ("Perbankan", "indigo")],
        },
        {
            "title": "Kopi Ranah — 8 gerai", "company": "Kopi Ranah", "amount": Decimal("36000000"),
            "owner": "Bayu Saputra", "next_state": "today", "next_text": "Rapat 14.00", "days": 4,
        },
        {
            "title": "Univ. Cendekia — kelas coba", "company": "Universitas Cendekia",
            "amount": Decimal("96000000"), "owner": "Sari Dewi", "next_state": "planned",
            "next_text": "Demo 27 Nov", "days": 5, "close": "15 Jan",
        },
        {
            "title": "Toko Lima", "company": "Toko Lima", "amount": None, "owner": "", "next_state": "none",
            "next_text": "", "days": 0,
        },
    ]  # fmt: skip


def gallery(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    form = SampleForm({"name": "Bank Nusa", "email": "hendra@", "size": "m"})
    stages = ["Prospek", "Riset", "Kontak & kualifikasi", "Demo", "Keberatan", "Penutupan"]
    context = {
        "long": LONG,
        "now": now,
        "earlier": [now - dt.timedelta(days=d) for d in (2, 4, 6, 9)],
        "form": form,
        "cards": _cards(),
        "columns": [
            ("Kontak & kualifikasi", 15, 2_200_000_000, 550_000_000, "teal"),
            ("Demo", 12, 1_800_000_000, 720_000_000, "amber"),
            ("Penutupan", 0, 0, 0, "purple"),
        ],
        "stages": [
            {
                "id": i, "name": name, "url": "#" if i != 2 else "", "days": (3, 5, 9)[i] if i < 3 else None,
                "state": "done" if i < 2 else "now" if i == 2 else "future",
            }
            for i, name in enumerate(stages)
        ],
        "funnel": [
            {"label": name, "value": value, "href": "#funnel"}
            for name, value in zip(stages, (1240, 820, 430, 210, 96, 31), strict=True)
        ],
        "months": ["Jun", "Jul", "Agu", "Sep", "Okt", "Nov"],
        "won": [320_000_000, 410_000_000, 280_000_000, 505_000_000, 612_000_000, 470_000_000],
        "open": [120_000_000, 90_000_000, 210_000_000, 140_000_000, 260_000_000, 390_000_000],
        "rates": [0.21, 0.24, None, 0.27, 0.25, 0.29],
        "reasons": [
            {"label": "Harga", "value": 38, "href": "#reasons"},
            {"label": "Memilih pesaing", "value": 21, "href": "#reasons"},
            {"label": "Tidak ada keputusan dari direksi", "value": 17},
            {"label": "Waktu", "value": 4},
        ],
        "rows": [
            (1, LONG, "Penutupan", "purple", 12_420_000_000, "Rani Anggraini", "late", "2 hari lalu"),
            (2, "Bank Nusa — 120 kursi", stages[2], "teal", 420_000_000, "Bayu Saputra", "today", "14.00"),
            (3, "Kopi Ranah — 8 gerai", "Demo", "amber", 36_000_000, "Sari Dewi", "planned", "27 Nov"),
            (4, "Toko Lima", "Prospek", "slate", None, "Dewi Lestari", "none", ""),
        ],
    }  # fmt: skip
    return render(request, "web/gallery.html", context)
