"""The PDF: in the buyer's language, with everything on it, and opening no address whatever it says."""

import builtins
import json
from decimal import Decimal as D

import pytest
from tests.world import World, day

from siklus.config.command import main
from siklus.cycle.closing.actions import LineDraft, change_quote_settings, draft_quote, edit_quote, send_quote
from siklus.cycle.closing.document import DocumentsUnavailable, pdf_of
from siklus.cycle.closing.document.render import file_name, html_of, nothing
from siklus.cycle.closing.models import Quote
from siklus.cycle.closing.queries import last_version


@pytest.fixture
def quote(world: World) -> Quote:
    change_quote_settings(
        seller="Jl. Sudirman 52",
        seller_tax_number="01.234",
        terms_id="Bayar 14 hari.",
        by=world.agus,
        at=day(0),
    )
    lines = [LineDraft(title="Lisensi", quantity=D("2.5"), unit_price=D(1_000_000), percent=D("12.5"))]
    quote = draft_quote(deal=world.deal(), language="id", lines=lines, by=world.rani, at=day(1))
    return send_quote(quote=quote, by=world.rani, at=day(2))


def test_the_document_is_written_in_the_language_of_the_buyer(quote):
    text = " ".join(html_of(quote, last_version(quote)).split()).replace("\N{NO-BREAK SPACE}", " ")
    for part in (
        "Penawaran", "Q-2026-0001", "Nusa Digital", "Jl. Sudirman 52", "01.234", "Lisensi", "2,5", "12,5%",
        "Rp 2.187.500", "-Rp 312.500", "PPN 12%", "Rp 2.005.208", "Rp 240.625", "Rp 2.428.125", "Bayar 14 hari.",
        "4 Mar 2026",
    ):  # fmt: skip
        assert part in text, part
    assert "Quotation" not in text


def test_it_becomes_a_pdf_of_one_page_with_a_name_that_files_may_have(world: World, quote):
    written = pdf_of(quote, last_version(quote))
    assert written.startswith(b"%PDF-") and len(written) > 3_000
    quote.number = "ND/Q-2026-0001"
    assert file_name(quote, last_version(quote)) == "ND-Q-2026-0001.pdf"
    edit_quote(quote=Quote.objects.get(), intro="Baru.", by=world.rani, at=day(3))
    assert file_name(quote, last_version(quote)) == "ND-Q-2026-0001-v2.pdf"


def test_nothing_that_a_text_says_is_markup_or_fetched(world: World, quote, monkeypatch):
    asked: list[str] = []

    def note(url: str, *args, **kwargs):
        asked.append(url)
        return nothing(url)

    monkeypatch.setattr("siklus.cycle.closing.document.render.nothing", note)
    bad = '<img src="file:///etc/passwd"><link rel="stylesheet" href="http://127.0.0.1:1/x.css">'
    edit_quote(
        quote=quote, intro=bad, terms=bad, lines=[LineDraft(title=bad, unit_price=D(1))], by=world.rani, at=day(3)
    )  # fmt: skip
    version = last_version(quote)
    assert "<img" not in html_of(quote, version)
    assert pdf_of(quote, version).startswith(b"%PDF-")
    assert asked == []
    with pytest.raises(ValueError, match="opens no address"):
        nothing("https://example.com/")


def test_a_machine_without_the_libraries_says_what_to_install(quote, monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(DocumentsUnavailable) as missing:
        pdf_of(quote, last_version(quote))
    assert "apt-get install libpango-1.0-0 libpangoft2-1.0-0" in str(missing.value)


def test_the_command_line_lists_quotes_and_writes_a_pdf(quote, tmp_path, capsys):
    main(["quote", "list", "--format", "json"])
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["number"], row["state"], row["total"]) == ("Q-2026-0001", "sent", 2_428_125)
    main(["quote", "pdf", "Q-2026-0001", "--out", str(tmp_path / "q.pdf")])
    assert (tmp_path / "q.pdf").read_bytes().startswith(b"%PDF-")
    for wrong, said in (
        (["X-1"], "there is no quote X-1"),
        (["Q-2026-0001", "--version", "9"], "has no version 9"),
    ):
        with pytest.raises(SystemExit):
            main(["quote", "pdf", *wrong])
        assert said in capsys.readouterr().err
