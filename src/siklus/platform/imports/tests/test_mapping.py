import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siklus.platform.imports.mapping import (
    Column,
    Guess,
    MappingError,
    MappingFile,
    Target,
    check_mapping,
    guess_mapping,
    load_mapping,
    read_mapping,
    signature,
)

TARGETS = [
    Target("name", "Deal name", ("Nama peluang",)),
    Target("company", "Company", ("Perusahaan",)),
    Target("contact", "Contact", ("Nama kontak",)),
    Target("email", "E-mail"),
    Target("phone", "Phone"),
    Target("amount", "Amount"),
    Target("stage", "Stage"),
    Target("owner", "Owner"),
    Target("source", "Source"),
    Target("city", "City"),
    Target("expected_close_date", "Expected close date"),
    Target("created_at", "Created"),
    Target("external_id", "External ID", ("opportunity_id",)),
]


def found(headers) -> dict[str, str | None]:
    return {guess.header: guess.target for guess in guess_mapping(headers, TARGETS)}


def test_indonesian_headings_find_their_fields():
    assert found(
        [
            "Nama",
            "Perusahaan",
            "Kontak",
            "Surel",
            "No HP",
            "Nilai",
            "Tahap",
            "Pemilik",
            "Sumber",
            "Kota",
            "Tanggal Dibuat",
        ]
    ) == {
        "Nama": "name",
        "Perusahaan": "company",
        "Kontak": "contact",
        "Surel": "email",
        "No HP": "phone",
        "Nilai": "amount",
        "Tahap": "stage",
        "Pemilik": "owner",
        "Sumber": "source",
        "Kota": "city",
        "Tanggal Dibuat": "created_at",
    }


def test_english_headings_find_their_fields():
    assert found(
        [
            "opportunity_id",
            "dealName",
            "Company Name",
            "E-Mail Address",
            "Mobile Phone",
            "Deal Value",
            "Sales Agent",
            "Lead Source",
            "EXPECTED_CLOSE",
            "Shoe size",
        ]
    ) == {
        "opportunity_id": "external_id",
        "dealName": "name",
        "Company Name": "company",
        "E-Mail Address": "email",
        "Mobile Phone": "phone",
        "Deal Value": "amount",
        "Sales Agent": "owner",
        "Lead Source": "source",
        "EXPECTED_CLOSE": "expected_close_date",
        "Shoe size": None,
    }


def test_a_target_is_proposed_once_and_the_better_heading_gets_it():
    assert guess_mapping(["Telepon", "Phone"], TARGETS) == [
        Guess("Telepon", None, 0.0),
        Guess("Phone", "phone", 1.0),
    ]


def test_a_typing_error_still_finds_its_field():
    assert found(["Perusahan"]) == {"Perusahan": "company"}


@given(st.lists(st.text(max_size=20), max_size=8))
def test_every_header_gets_one_guess_and_no_target_two(headers):
    guesses = guess_mapping(headers, TARGETS)
    assert [guess.header for guess in guesses] == headers
    used = [guess.target for guess in guesses if guess.target]
    assert len(used) == len(set(used))
    assert all((guess.score >= 0.5) == (guess.target is not None) for guess in guesses)


def test_files_of_one_shape_share_a_signature():
    assert signature(["Nama", "No HP"]) == signature(["no_hp", "NAMA"])
    assert signature(["Nama", "No HP"]) != signature(["Nama", "Kota"])


DOCUMENT = {
    "object": "deals",
    "columns": {
        "opportunity_id": {"to": "external_id"},
        "deal_stage": {"to": "stage", "values": {"Won": "Closing", "x": None}},
        "close_date": {"to": "closed_at", "date_order": "mdy"},
        "close_value": {"to": "amount", "decimal": ","},
        "account": "company",
    },
    "constants": {"source": "import"},
    "options": {"skip_duplicates": True},
}


def test_a_mapping_file_is_read_from_json_and_from_toml(tmp_path):
    wanted = MappingFile(
        "deals",
        {
            "opportunity_id": Column("external_id"),
            "deal_stage": Column("stage", {"Won": "Closing", "x": None}),
            "close_date": Column("closed_at", date_order="mdy"),
            "close_value": Column("amount", decimal=","),
            "account": Column("company"),
        },
        {"source": "import"},
        {"skip_duplicates": True},
    )
    path = tmp_path / "maven.json"
    path.write_text(json.dumps(DOCUMENT))
    assert load_mapping(path) == wanted
    path = tmp_path / "small.toml"
    path.write_text('object = "deals"\n[columns]\naccount = "company"\n[columns.stage]\nto = "stage"\n')
    assert load_mapping(path) == MappingFile(
        "deals", {"account": Column("company"), "stage": Column("stage")}
    )


@pytest.mark.parametrize(
    ("document", "code", "place"),
    [
        ([], "not_a_table", ""),
        ({"columns": {}}, "missing", "object"),
        ({"object": "deals"}, "missing", "columns"),
        ({"object": "deals", "columns": {}}, "missing", "columns"),
        ({"object": 1, "columns": {}}, "wrong_type", "object"),
        ({"object": "deals", "colums": {}}, "unknown_key", "colums"),
        ({"object": "deals", "columns": {"a": 1}}, "wrong_type", "columns.a"),
        ({"object": "deals", "columns": {"a": {}}}, "missing", "columns.a.to"),
        ({"object": "deals", "columns": {"a": {"to": " "}}}, "missing", "columns.a.to"),
        ({"object": "deals", "columns": {"a": {"to": "x", "vals": {}}}}, "unknown_key", "columns.a.vals"),
        (
            {"object": "deals", "columns": {"a": {"to": "x", "values": {"b": 1}}}},
            "wrong_type",
            "columns.a.values.b",
        ),
        (
            {"object": "deals", "columns": {"a": {"to": "x", "decimal": ";"}}},
            "wrong_choice",
            "columns.a.decimal",
        ),
        ({"object": "deals", "columns": {"a": "x", "b": "x"}}, "duplicate_target", "columns.b.to"),
        ({"object": "d", "columns": {"a": "x"}, "constants": {"x": "1"}}, "duplicate_target", "columns.a.to"),
        ({"object": "d", "columns": {"a": "x"}, "constants": {"y": []}}, "wrong_type", "constants.y"),
    ],
)
def test_a_wrong_mapping_is_told_with_its_place(document, code, place):
    with pytest.raises(MappingError) as told:
        read_mapping(document)
    assert (told.value.code, told.value.place) == (code, place)


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("m.json", b'{"object":\n}', "line 2"),
        ("m.toml", b"object = ", ""),
        ("m.json", b'{"a": "\xff"}', "byte 8"),
    ],
)
def test_a_broken_mapping_file_is_told(tmp_path, name, content, place):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(MappingError) as told:
        load_mapping(tmp_path / name)
    assert (told.value.code, told.value.place) == ("syntax", place)


def test_a_missing_mapping_file_is_told(tmp_path):
    with pytest.raises(MappingError, match=r"no_file m\.json"):
        load_mapping(tmp_path / "m.json")


def test_a_mapping_is_checked_against_the_file_and_the_fields():
    mapping = read_mapping({"object": "d", "columns": {"a": "name", "b": "nix"}, "constants": {"y": 1}})
    assert [(p.code, p.place) for p in check_mapping(mapping, ["b"], TARGETS)] == [
        ("no_such_column", "columns.a"),
        ("no_such_target", "columns.b.to"),
        ("no_such_target", "constants.y"),
    ]
