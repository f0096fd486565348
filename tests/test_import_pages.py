"""The import wizard, from a file to imported leads and back."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from siklus.platform.imports.actions import ImportRefused
from siklus.platform.imports.commands import import_file
from siklus.platform.imports.models import ImportBatch, RememberedMapping
from siklus.platform.imports.tests.workbooks import write_workbook
from siklus.records.contacts.models import Contact
from siklus.records.deals.models import Deal
from tests.world import World

LEADS = (
    b"Nama;Perusahaan;Surel;No HP;Nilai\n"
    b"Hendra;Bank Nusa;hendra@banknusa.co.id;0812 3456 7890;Rp 420.000.000\n"
    b"Sandra;PT Garuda Baja;sandra@garuda.co.id;;310.000.000\n"
    b"Hendra P.;PT Bank Nusa;Hendra@BankNusa.co.id;;1\n"
    b"Mita;Kopi Ranah;not an address;;36.000.000\n"
)


@pytest.fixture
def agus(world: World, client: Client) -> Client:
    client.force_login(world.agus)
    return client


def upload(client: Client, content: bytes = LEADS, name: str = "prospek.csv") -> ImportBatch:
    answer = client.post("/imports/new/", {"kind": "leads", "file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()
    return ImportBatch.objects.get()


def columns(client: Client, batch: ImportBatch) -> dict[str, str]:
    """What the mapping page proposes, as its form would send it."""
    targets = {header: column["to"] for header, column in batch.mapping["columns"].items()}
    return {f"column-{place}": targets.get(header, "") for place, header in enumerate(batch.headers)}


def test_a_file_is_mapped_looked_at_imported_and_taken_back(agus: Client):
    batch = upload(agus)
    assert batch.mapping["columns"]["Surel"] == {"to": "contact_email"}
    assert agus.get(f"/imports/{batch.pk}/map/").status_code == 200
    form = {**columns(agus, batch), "mode": "create", "key": ""}
    form["column-0"] = "contact_name"
    assert agus.post(f"/imports/{batch.pk}/map/", form).status_code == 302
    page = agus.get(f"/imports/{batch.pk}/").content.decode()
    batch.refresh_from_db()
    assert batch.checked["counts"] == {"create": 2, "update": 0, "unchanged": 0, "duplicate": 1, "error": 1}
    assert "The same as row 2 of this file." in page
    assert Deal.objects.count() == 0
    agus.post(f"/imports/{batch.pk}/run/")
    batch.refresh_from_db()
    assert (batch.status, batch.created, batch.duplicates, batch.errors) == ("done", 2, 1, 1)
    assert sorted(Deal.objects.values_list("contact__name", "company__name", "amount")) == [
        ("Hendra", "Bank Nusa", 420_000_000), ("Sandra", "PT Garuda Baja", 310_000_000),
    ]  # fmt: skip
    repaired = b"".join(agus.get(f"/imports/{batch.pk}/problems.csv").streaming_content).decode()
    assert "not an address" in repaired
    agus.post(f"/imports/{batch.pk}/undo/")
    batch.refresh_from_db()
    assert (batch.status, Deal.objects.count(), Contact.objects.count()) == ("undone", 0, 0)


def test_a_file_that_is_no_table_is_refused_with_a_sentence(agus: Client):
    answer = agus.post("/imports/new/", {"kind": "leads", "file": SimpleUploadedFile("x.csv", b"")})
    assert answer.status_code == 422
    answer = agus.post(
        "/imports/new/", {"kind": "leads", "file": SimpleUploadedFile("x.png", b"\x89PNG\r\n\x1a\n\0\0")}
    )
    assert answer.status_code == 422
    assert "Save it as CSV or XLSX" in answer.content.decode()
    assert ImportBatch.objects.count() == 0


def test_a_rep_does_not_import_and_sees_no_import(world: World, agus: Client):
    batch = upload(agus)
    agus.force_login(world.rani)
    for path in ("/imports/", "/imports/new/", f"/imports/{batch.pk}/", f"/imports/{batch.pk}/map/"):
        assert agus.get(path).status_code == 403
    assert agus.post(f"/imports/{batch.pk}/run/").status_code == 403
    assert Deal.objects.count() == 0


def test_a_mapping_is_used_again_by_its_name_and_deleted(agus: Client):
    first = upload(agus)
    form = {**columns(agus, first), "column-0": "contact_name", "mode": "create", "remember_as": "Pameran"}
    assert agus.post(f"/imports/{first.pk}/map/", form).status_code == 302
    first.delete()
    other = upload(agus, b"Surel;Nama;Lain\nada@x.co.id;Ada;1\n", "lain.csv")
    page = agus.get(f"/imports/{other.pk}/map/", {"use": "Pameran"}).content.decode()
    assert '<option value="contact_name" selected>' in page
    assert '<option value="contact_email" selected>' in page
    kept = RememberedMapping.objects.get()
    answer = agus.post(f"/imports/mappings/{kept.pk}/forget/", {"batch": other.pk})
    assert answer["Location"] == f"/imports/{other.pk}/map/"
    assert not RememberedMapping.objects.exists()
    assert agus.get(f"/imports/{other.pk}/map/", {"use": "Pameran"}).status_code == 404
    assert agus.post(f"/imports/mappings/{kept.pk}/forget/").status_code == 404


def test_a_rep_deletes_no_remembered_mapping(world: World, agus: Client):
    batch = upload(agus)
    agus.post(
        f"/imports/{batch.pk}/map/", {**columns(agus, batch), "mode": "create", "remember_as": "Pameran"}
    )
    agus.force_login(world.rani)
    kept = RememberedMapping.objects.get()
    assert agus.post(f"/imports/mappings/{kept.pk}/forget/").status_code == 403
    assert RememberedMapping.objects.get() == kept


def test_the_command_line_takes_the_name_of_a_mapping_or_a_file(world: World, agus: Client, tmp_path: Path):
    batch = upload(agus)
    form = {**columns(agus, batch), "column-0": "contact_name", "mode": "create", "remember_as": "Pameran"}
    agus.post(f"/imports/{batch.pk}/map/", form)
    file = tmp_path / "prospek.csv"
    file.write_bytes(LEADS)
    made = import_file(file, object_kind="leads", by=world.ada, mapping="Pameran", dry_run=True)
    assert made.mapping["columns"]["Nama"] == {"to": "contact_name"}
    with pytest.raises(ImportRefused, match="There is no remembered mapping “Bursa”"):
        import_file(file, object_kind="leads", by=world.ada, mapping="Bursa")


def test_a_workbook_goes_through_the_whole_wizard(agus: Client, tmp_path: Path):
    def row(number: int, *cells: str) -> str:
        texts = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
        return f'<row r="{number}">{texts}</row>'

    rows = row(1, "Nama", "Perusahaan", "Surel") + row(2, "Hendra", "Bank Nusa", "hendra@banknusa.co.id")
    rows += row(3, "Mita", "Kopi Ranah", "not an address")
    file = write_workbook(tmp_path / "prospek.xlsx", {"Prospek": rows})
    batch = upload(agus, file.read_bytes(), "prospek.xlsx")
    assert batch.headers == ["Nama", "Perusahaan", "Surel"]
    page = agus.get(f"/imports/{batch.pk}/map/").content.decode()
    assert "hendra@banknusa.co.id" in page
    form = {**columns(agus, batch), "column-0": "contact_name", "mode": "create", "key": ""}
    assert agus.post(f"/imports/{batch.pk}/map/", form).status_code == 302
    batch.refresh_from_db()
    assert batch.checked["counts"] == {"create": 1, "update": 0, "unchanged": 0, "duplicate": 0, "error": 1}
    agus.post(f"/imports/{batch.pk}/run/")
    assert list(Deal.objects.values_list("contact__name", "company__name")) == [("Hendra", "Bank Nusa")]
    problems = b"".join(agus.get(f"/imports/{batch.pk}/problems.csv").streaming_content).decode()
    assert "Mita,Kopi Ranah,not an address,3,error" in problems
    agus.post(f"/imports/{batch.pk}/undo/")
    assert (Deal.objects.count(), Contact.objects.count()) == (0, 0)
