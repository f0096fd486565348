import time
import tracemalloc
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siklus.platform.imports.readers import Ragged, ReadError, open_table, unique_headers
from siklus.platform.imports.tests.workbooks import text_row, write_workbook


@pytest.fixture
def write(tmp_path):
    def write(content: str | bytes, encoding: str = "utf-8"):
        path = tmp_path / "table.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


def read(path, **options):
    table = open_table(path, **options)
    return table.headers, list(table.rows())


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_the_delimiter_and_the_line_ends_are_found(write, delimiter, newline):
    lines = [["Nama", "Nilai", "Kota"], ["Rani", "1.5", "Jakarta"], ["Bram", "2", "Solo"]]
    path = write(newline.join(delimiter.join(line) for line in lines) + newline)
    table = open_table(path)
    assert table.delimiter == delimiter
    assert table.headers == lines[0]
    assert list(table.rows()) == [(2, lines[1]), (3, lines[2])]


def test_decimal_commas_do_not_hide_the_semicolon(write):
    path = write("Nama;Nilai\nRani;1,5\nBram;2,5\n")
    assert read(path) == (["Nama", "Nilai"], [(2, ["Rani", "1,5"]), (3, ["Bram", "2,5"])])


def test_one_column_is_a_table_too(write):
    assert read(write("email\na@b.id\n")) == (["email"], [(2, ["a@b.id"])])


def test_excels_hint_about_the_separator_is_followed_and_is_no_header(write):
    assert read(write("sep=;\na;b,c\n1;2,3\n")) == (["a", "b,c"], [(3, ["1", "2,3"])])


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
    ],
)
def test_the_encoding_is_found(write, encoding, found):
    path = write("Nama,Kota\nRenée Müller,Orléans\nJosé “Pepe” Núñez,Malmö\n", encoding)
    table = open_table(path)
    assert table.encoding == found
    assert table.headers == ["Nama", "Kota"]
    assert list(table.rows()) == [(2, ["Renée Müller", "Orléans"]), (3, ["José “Pepe” Núñez", "Malmö"])]


def test_an_accent_far_behind_the_start_still_decides_the_encoding(write):
    path = write(("nama,kota\n" + "Rani,Solo\n" * 300_000 + "Renée,Genève\n"), "cp1252")
    table = open_table(path)
    assert table.encoding == "cp1252"
    assert list(table.rows())[-1] == (300_002, ["Renée", "Genève"])


def test_cyrillic_is_not_taken_for_western_text(write):
    text = "имя,город\nИван Петров,Москва\nОльга Смирнова,Новосибирск\nСергей Кузнецов,Екатеринбург\n"
    assert read(write(text, "cp1251"))[0] == ["имя", "город"]


def test_utf8_with_a_broken_place_is_refused_with_its_line(write):
    path = write("nama\nRenée\n".encode() + b"Ren\xe9e\n")
    with pytest.raises(ReadError) as told:
        open_table(path)
    assert (told.value.code, told.value.place) == ("encoding", "line 3")
    assert told.value.params == {"line": 3, "encoding": "utf-8"}


def test_quoted_newlines_keep_the_line_numbers_of_the_file(write):
    path = write('nama,catatan\nRani,"satu\ndua, ""tiga"""\nBram,x\n')
    assert read(path)[1] == [(2, ["Rani", 'satu\ndua, "tiga"']), (4, ["Bram", "x"])]


def test_empty_lines_are_left_out_and_ragged_rows_told(write):
    table = open_table(write("\na,b,c\n1,2\n\n1,2,3,4\n1,2,3,,\n,,\n7,8,9\n\n\n"))
    assert list(table.rows()) == [
        (3, ["1", "2", ""]),
        (5, ["1", "2", "3"]),
        (6, ["1", "2", "3"]),
        (8, ["7", "8", "9"]),
    ]
    assert table.ragged == [Ragged(3, 2, 3), Ragged(5, 4, 3)]
    assert table.ragged_count == 2
    assert table.count() == 4


def test_headers_become_unique_and_never_blank():
    assert unique_headers([" Nama ", "nama", "", "Nama (2)", "A\nB"]) == [
        "Nama",
        "nama (2)",
        "#3",
        "Nama (2) (2)",
        "A B",
    ]


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        (b"", "empty", ""),
        (b"\n\n , \n", "empty", ""),
        (b"a,b\n1,2\n3,\x004\n", "nul", "line 3"),
        (b"\x00\x01\x02\x03" * 50, "binary", ""),
        (b"%PDF-1.7 ...", "binary", ""),
        (b"a,b\n1," + b"x" * 140_000 + b"\n", "field_too_long", "line 2"),
        (b'a,b\n1,"' + b"x\n" * 100_000, "field_too_long", "line 2"),
        (b'a,b\n1,2\n3,"open\n5,6\n', "quote_not_closed", "line 3"),
        (b",".join(b"c%d" % n for n in range(2_001)), "too_many_columns", ""),
        (b"PK\x03\x04 not a zip", "broken_workbook", ""),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 not ole", "broken_workbook", ""),
    ],
)
def test_what_is_no_table_is_refused_with_its_place(write, content, code, place):
    with pytest.raises(ReadError) as told:
        list(open_table(write(content)).rows())
    assert (told.value.code, told.value.place) == (code, place)


def test_a_line_without_end_is_refused_before_it_fills_the_memory(write):
    with pytest.raises(ReadError, match="line_too_long line 2"):
        open_table(write(b"a,b\n" + b"1,2," * (5 << 20)))


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(ReadError, match=r"no_file none\.csv"):
        open_table(tmp_path / "none.csv")


CELLS = st.text(
    st.characters(blacklist_categories=("Cs", "Cc")) | st.sampled_from('",;\n'), min_size=1, max_size=12
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8))
def test_what_was_written_is_read_again(tmp_path, rows):
    import csv

    path = tmp_path / "round.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerows([("alpha", "beta", "gamma"), *rows])
    table = open_table(path)
    if table.delimiter == ",":
        assert [tuple(row) for _, row in table.rows()] == rows


def test_a_workbook_gives_dates_in_iso_form_and_whole_numbers_without_a_point(tmp_path):
    cells = (
        '<row r="4"><c r="B4" s="1"><v>45322</v></c><c r="C4" s="2"><v>45322.5625</v></c>'
        '<c r="D4"><v>12</v></c>'
        '<c r="E4" s="3"><v>0.255</v></c><c r="F4" t="e"><v>#N/A</v></c><c r="G4" t="b"><v>1</v></c>'
        '<c r="H4"><v>0.0000001</v></c></row>'
    )
    rows = text_row(3, "a", "b", "c", "d", "e", "f", "g", first="B") + cells + text_row(6, "z", first="B")
    path = write_workbook(tmp_path / "b.xlsx", {"Lama": text_row(1, "x"), "Isi": rows}, frozenset({"Lama"}))
    table = open_table(path)
    assert (table.kind, table.sheet, table.sheets) == ("workbook", "Isi", ("Lama", "Isi"))
    assert table.headers == ["a", "b", "c", "d", "e", "f", "g"]
    assert list(table.rows()) == [
        (4, ["2024-01-31", "2024-01-31 13:30:00", "12", "0.255", "", "true", "0.0000001"]),
        (6, ["z", "", "", "", "", "", ""]),
    ]
    assert table.count() == 2


def test_a_sheet_is_chosen_by_name_or_number_and_a_wrong_one_is_told(tmp_path):
    path = write_workbook(
        tmp_path / "b.xlsx",
        {"Satu": text_row(1, "a") + text_row(2, "1"), "Dua": text_row(1, "b") + text_row(2, "2")},
    )
    assert read(path, sheet="Dua") == (["b"], [(2, ["2"])])
    assert read(path, sheet=1) == (["b"], [(2, ["2"])])
    with pytest.raises(ReadError) as told:
        open_table(path, sheet="Tiga")
    assert (told.value.code, told.value.params["sheets"]) == ("no_such_sheet", ("Satu", "Dua"))


def test_an_empty_workbook_is_told(tmp_path):
    with pytest.raises(ReadError, match="empty"):
        open_table(write_workbook(tmp_path / "b.xlsx", {"Satu": ""}))


def test_a_zip_bomb_is_refused_whether_or_not_it_lies_about_its_size(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 5_000_000)
    with pytest.raises(ReadError, match="too_large"):
        open_table(path, max_unpacked=1_000_000)
    claimed = (5_000_000).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(claimed, (10).to_bytes(4, "little")))
    with pytest.raises(ReadError, match="too_large"):
        open_table(path, max_unpacked=1_000_000)


def test_a_zip_without_a_workbook_is_told(tmp_path):
    path = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(ReadError, match="broken_workbook"):
        open_table(path)


def test_a_large_file_is_read_in_constant_memory_and_fast(write):
    path = write("a,b,c,d,e,f,g,h,i,j\n" + "PT Maju,x@y.co.id,0812345,12,a,b,Jakarta,web,1000,ya\n" * 300_000)
    table = open_table(path)
    start = time.perf_counter()
    assert sum(1 for _ in table.rows()) == 300_000
    assert time.perf_counter() - start < 3
    tracemalloc.start()
    for count, _ in enumerate(table.rows()):
        if count == 20_000:
            break
    assert tracemalloc.get_traced_memory()[1] < 12_000_000
    tracemalloc.stop()
