"""What a page tells about its company, and what it is not trusted with."""

import json

import pytest

from siklus.cycle.research.website.extract import best, parsed, values_of
from siklus.cycle.research.website.found import Way, clean
from siklus.cycle.research.website.links import pages_named, pages_to_visit
from siklus.cycle.research.website.site import is_below, is_same_site, site_of

HOME = "https://www.banknusa.co.id/"
SITE = "banknusa.co.id"


def told(html: str, url: str = HOME) -> dict[str, tuple[str, Way]]:
    return {
        one.key: (one.value, one.way) for one in best(values_of(parsed(html), url, site=SITE, region="ID"))
    }


def said(html: str) -> dict[str, str]:
    return {key: value for key, (value, _way) in told(html).items()}


def ld(**node: object) -> str:
    text = json.dumps({"@context": "https://schema.org", **node})
    return f'<script type="application/ld+json">{text}</script>'


def test_what_is_meant_for_machines_is_read_first():
    page = ld(**{
        "@type": "BankOrCreditUnion", "url": HOME, "legalName": "PT Bank Nusa Tbk",
        "description": "A <b>bank</b> for shops.",
        "foundingDate": "1968-05-01", "telephone": "(021) 555-12345", "email": "mailto:info@banknusa.co.id",
        "numberOfEmployees": {"@type": "QuantitativeValue", "minValue": 1200, "maxValue": 1500},
        "address": {"@type": "PostalAddress", "streetAddress": "Jl. Sudirman 1", "addressLocality": "Jakarta",
                    "postalCode": "10220", "addressCountry": "ID"},
        "sameAs": ["https://www.linkedin.com/company/bank-nusa/", "https://twitter.com/banknusa"],
        "makesOffer": [{"@type": "Offer", "itemOffered": {"@type": "Product", "name": "Kredit Usaha"}}],
    }) + '<meta name="description" content="Something else">'  # fmt: skip
    assert said(page) == {
        "legal_name": "PT Bank Nusa Tbk", "description": "A bank for shops.", "founded": "1968", "employees": "1200",
        "phone": "+62 21 55512345", "email": "info@banknusa.co.id",
        "address": "Jl. Sudirman 1, Jakarta, 10220, Indonesia", "city": "Jakarta", "country": "Indonesia",
        "linkedin": "https://linkedin.com/company/bank-nusa", "x": "https://twitter.com/banknusa",
        "products": "Kredit Usaha",
    }  # fmt: skip
    assert {way for _value, way in told(page).values()} == {Way.STRUCTURED}


def test_a_graph_is_looked_through_and_others_in_it_are_left_out():
    page = ld(**{"@graph": [
        {"@type": "WebSite", "publisher": {"@type": "Organization", "legalName": "PT Bank Nusa"}},
        {"@type": "Organization", "url": "https://rival.co.id/", "legalName": "PT Bank Lain"},
        {"@type": "Person", "legalName": "Budi"},
        {"@type": "Review", "author": {"@type": "Organization", "telephone": "021 7654321"}},
    ]})  # fmt: skip
    assert said(page) == {"legal_name": "PT Bank Nusa"}


def test_the_head_of_a_page_speaks_where_nothing_is_structured():
    page = """<html lang="id-ID"><head><meta name="description" content="Bank untuk warung &amp; toko.">
        <meta name="keywords" content="bank, kredit,,tabungan">
        <link rel="alternate" hreflang="en" href="/en/"></head></html>"""
    assert told(page) == {
        "description": ("Bank untuk warung & toko.", Way.META), "keywords": ("bank, kredit, tabungan", Way.META),
        "languages": ("Bahasa Indonesia, English", Way.META),
    }  # fmt: skip


def test_links_to_call_write_and_follow():
    page = """<a href="tel:021-5551234">Call</a><a href="tel:0800-1-500046">Free</a>
        <a href="mailto:sales@banknusa.co.id?subject=Hi">Write</a><a href="https://wa.me/6281234567890?text=Halo">WA</a>
        <a href="https://www.instagram.com/banknusa/">IG</a><a href="https://id.linkedin.com/company/bank-nusa">in</a>
        <a href="https://www.facebook.com/sharer/sharer.php?u=x">Share</a><a href="https://twitter.com/intent/tweet">T</a>
        <a href="https://www.linkedin.com/in/rani">Rani</a><a href="https://www.instagram.com/p/xyz">Photo</a>"""
    assert said(page) == {
        "phone": "+62 21 5551234", "other_phones": "+62 800 1500046", "email": "sales@banknusa.co.id",
        "whatsapp": "+62 812-3456-7890", "instagram": "https://instagram.com/banknusa",
        "linkedin": "https://id.linkedin.com/company/bank-nusa",
    }  # fmt: skip


def test_the_words_of_a_page_are_trusted_least():
    page = """<body><p>Sejak tahun 1998 kami melayani warung. Telepon (021) 555 12345, atau
        tulis ke halo@banknusa.co.id.</p>
        <footer>© 2026 PT Bank Nusa Sejahtera Tbk. All rights reserved.</footer>
        <script>var phone = "021 9999999"</script></body>"""
    assert told(page) == {
        "founded": ("1998", Way.TEXT), "phone": ("+62 21 55512345", Way.TEXT),
        "email": ("halo@banknusa.co.id", Way.TEXT), "legal_name": ("PT Bank Nusa Sejahtera Tbk", Way.TEXT),
    }  # fmt: skip


def test_addresses_of_people_and_of_other_domains_are_left_alone():
    page = "<p>rani.astuti@banknusa.co.id, info@gmail.com, info@rival.co.id, sales@mail.banknusa.co.id</p>"
    assert said(page) == {"email": "sales@mail.banknusa.co.id"}


def test_numbers_that_are_none_are_no_phones():
    assert (
        said('<a href="tel:12">x</a><a href="tel:">y</a><p>NPWP 01.234.567.8-901.000, 10.000.000 nasabah</p>')
        == {}
    )


@pytest.mark.parametrize(
    "html",
    [
        "", "<", "<<<>>>", "\0\0", "<html", "<a href='http://[::1'>x</a>", "<a href='tel:'>", "<a href>x</a>",
        '<script type="application/ld+json">{"@type": "Organization", </script>',
        '<script type="application/ld+json">' + "[" * 50_000 + "</script>",
        '<script type="application/ld+json">{"@graph": [null, 1, "x", []], "@type": ["Organization", null]}</script>',
        ld(**{"@type": "Organization", "telephone": {"a": 1}, "address": [1], "numberOfEmployees": [], "email": None,
              "foundingDate": 12, "sameAs": {"x": 1}, "makesOffer": ["x"], "legalName": True, "contactPoint": ["x"],
              "hasOfferCatalog": "x", "industry": {"name": None}, "knowsAbout": [{"x": 1}]}),
    ],
)  # fmt: skip
def test_a_broken_page_gives_less_and_no_error(html: str):
    assert said(html).keys() <= {"address"}


def test_text_from_strangers_is_cleaned():
    assert clean("  a\u202e\0b <script>x</script>\n&amp; c ", 50) == "a b x & c"
    assert clean("one two three four", 12) == "one two…"
    assert clean({"a": 1}, 10) == clean(None, 10) == clean(True, 10) == ""


def test_one_page_of_each_kind_is_chosen_and_only_on_the_site():
    page = parsed("""<a href="/blog/about-dogs">x</a><a href="/tentang-kami">Tentang</a>
        <a href="/id/perusahaan/tentang">y</a>
        <a href="https://hubungi.rival.co.id/kontak">no</a><a href="/kontak.pdf">no</a><a href="mailto:x">no</a>
        <a href="https://karir.banknusa.co.id/">Karir</a><a href="/p/1">Produk kami</a><a href="#kontak">no</a>
        <a href="/hubungi#form">Hubungi kami</a><a href="javascript:about()">no</a>""")
    assert pages_to_visit(page, HOME, SITE) == [
        "https://www.banknusa.co.id/hubungi", "https://www.banknusa.co.id/tentang-kami",
        "https://www.banknusa.co.id/p/1", "https://karir.banknusa.co.id/",
    ]  # fmt: skip
    assert pages_named([f"{HOME}about", "https://x.test/contact", f"{HOME}news"], HOME, SITE) == [
        f"{HOME}about"
    ]


def test_what_belongs_to_a_site():
    assert site_of("WWW.BankNusa.co.id.") == SITE and site_of("www.id") == "www.id"
    assert is_same_site(SITE, "shop.banknusa.co.id") and not is_same_site(SITE, "notbanknusa.co.id")
    assert not is_same_site("shop.banknusa.co.id", SITE)
    assert not is_below(SITE, "ftp://banknusa.co.id/") and not is_below(SITE, "http://[x")
