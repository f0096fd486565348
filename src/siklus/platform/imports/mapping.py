"""Which column of a file means which field. Pure functions, no Django.

`guess_mapping` proposes, a person decides, `signature` remembers the file's shape for the next time;
`load_mapping` reads such a decision from a JSON or TOML file.
"""

import hashlib
import json
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

THRESHOLD = 0.5

# Words that mean the same in a heading; the first is the one the others become.
SYNONYMS = (
    "name nama nm judul title",
    "company perusahaan kantor instansi lembaga organisasi organization organisation firm pt account akun "
    "customer pelanggan klien client",
    "contact kontak pic cp narahubung person orang",
    "email surel mail emel",
    "phone hp handphone telepon telpon telp tlp tel ponsel mobile whatsapp wa seluler cell gsm",
    "amount nilai value harga nominal jumlah price revenue omzet omset total budget anggaran worth",
    "currency kurs valuta uang",
    "stage tahap tahapan fase phase step langkah",
    "status keadaan kondisi state",
    "owner pemilik sales salesman salesperson agent agen rep penanggung marketing ae assignee assigned",
    "source sumber asal channel kanal origin",
    "city kota kabupaten kab town lokasi location",
    "address alamat jalan street",
    "province provinsi propinsi region wilayah",
    "country negara",
    "postcode zip postal",
    "website situs web url site domain laman homepage",
    "sector sektor industri industry bidang usaha",
    "position jabatan job role posisi jobtitle",
    "department departemen divisi bagian division",
    "employees karyawan pegawai headcount employee staff",
    "note notes catatan keterangan remark remarks komentar comment description deskripsi",
    "created dibuat create creation masuk engage",
    "close closed tutup penutupan closing selesai",
    "expected perkiraan estimasi estimated target rencana",
    "won menang",
    "lost kalah hilang",
    "reason alasan sebab",
    "probability peluang kemungkinan chance probabilitas",
    "pipeline alur saluran",
    "product produk barang item",
    "quantity kuantitas qty banyaknya",
    "team tim kelompok group grup",
    "type jenis tipe kind kategori category",
    "first depan given",
    "last belakang family surname marga",
    "full lengkap",
    "date tanggal tgl tg",
    "id kode code nomor no number nr ref referensi",
    "tag tags label labels",
    "language bahasa",
    "deal opportunity lead prospek prospect proyek project transaksi",
)
WEAK = frozenset({"name", "date", "id", "type", "full", "status", "deal"})  # say little beside another word
NOISE = frozenset(
    {
        "the",
        "of",
        "a",
        "an",
        "di",
        "ke",
        "dari",
        "dan",
        "and",
        "or",
        "atau",
        "untuk",
        "for",
        "utama",
        "main",
        "primary",
    }
)
CANON = {word: words.split()[0] for words in reversed(SYNONYMS) for word in words.split()}

_PIECES = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_a-zA-Z]+|\d+").findall
_EMAIL = re.compile(r"(?i)\b(?:alamat[\s_]+)?e-?mail(?:[\s_]+address)?\b").sub
_POSTCODE = re.compile(r"(?i)\b(?:kode[\s_]*pos|zip[\s_]*code|postal[\s_]*code)\b").sub


@dataclass(frozen=True, slots=True)
class Target:
    """A field that a column can be sent to; `aliases` are further headings in any language."""

    key: str
    label: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column seems to be: the target's key or None, and a score from 0 to 1."""

    header: str
    target: str | None
    score: float


def guess_mapping(headers: Sequence[str], targets: Iterable[Target]) -> list[Guess]:
    """Propose a target for each header, in the order of the headers; a target is proposed once at most."""
    targets = list(targets)
    names = [[_Heading.of(name) for name in (t.key, t.label, *t.aliases)] for t in targets]
    scored = []
    for column, header in enumerate(headers):
        heading = _Heading.of(header)
        for place, headings in enumerate(names):
            if (score := max(heading.likeness(other) for other in headings)) >= THRESHOLD:
                scored.append((-score, column, place))
    chosen: dict[int, tuple[str, float]] = {}
    used: set[int] = set()
    for negative, column, place in sorted(scored):
        if column not in chosen and place not in used:
            chosen[column] = targets[place].key, round(-negative, 3)
            used.add(place)
    return [Guess(header, *chosen.get(column, (None, 0.0))) for column, header in enumerate(headers)]


def signature(headers: Iterable[str]) -> str:
    """Short text that is equal for files with the same columns, in whatever order and spelling of case."""
    shape = "\n".join(sorted(" ".join(_words(header)) for header in headers))
    return hashlib.sha256(shape.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class _Heading:
    text: str
    weights: Mapping[str, float]

    @classmethod
    def of(cls, text: str) -> "_Heading":
        words = _words(text)
        kept = [CANON.get(word, word) for word in words if word not in NOISE]
        weights = dict.fromkeys(kept or words, 1.0)
        if len(weights) > 1:
            weights = {word: 0.3 if word in WEAK else 1.0 for word in weights}
        return cls(" ".join(words), weights)

    def likeness(self, other: "_Heading") -> float:
        if not self.text or not other.text:
            return 0.0
        if self.text == other.text:
            return 1.0
        if self.weights.keys() == other.weights.keys():
            return 0.95
        every = {**self.weights, **other.weights}
        shared = sum(min(w, other.weights[word]) for word, w in self.weights.items() if word in other.weights)
        score = 0.9 * shared / sum(every.values())
        if score < THRESHOLD and min(len(self.text), len(other.text)) > 3:
            ratio = SequenceMatcher(None, self.text, other.text).ratio()
            score = max(score, 0.8 * ratio if ratio >= 0.85 else 0.0)
        return score


def _words(text: str) -> list[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    plain = _EMAIL("email", _POSTCODE("postcode", plain))
    return [piece.casefold() for piece in _PIECES(plain)]


# Mapping files


class MappingError(Exception):
    """A mapping file that cannot be used.

    Attributes
    ----------
    code : what is wrong, to be translated: no_file, syntax, not_a_table, missing, unknown_key, wrong_type,
        wrong_choice, duplicate_target, no_such_column, no_such_target
    place : where in the document, e.g. "columns.deal_stage.values"
    params : the values the message needs
    """

    def __init__(self, code: str, place: str = "", **params: Any) -> None:
        super().__init__(code, place, params)
        self.code, self.place, self.params = code, place, params

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return " ".join(part for part in (self.code, self.place, details and f"({details})") if part)


@dataclass(frozen=True, slots=True)
class Column:
    """Where a column goes: the target's key, what its values become, how its days and numbers are written."""

    to: str
    values: Mapping[str, str | None] = field(default_factory=dict)
    date_order: str | None = None
    decimal: str | None = None


@dataclass(frozen=True, slots=True)
class MappingFile:
    """A mapping: object, columns by header, constants by target key, options of the import."""

    object: str
    columns: Mapping[str, Column]
    constants: Mapping[str, str | int | float | bool] = field(default_factory=dict)
    options: Mapping[str, str | int | float | bool] = field(default_factory=dict)


_CHOICES = {"date_order": ("dmy", "mdy"), "decimal": (".", ",")}


def load_mapping(path: str | Path) -> MappingFile:
    """Read a mapping from a TOML (.toml) or JSON file.

    Raises
    ------
    MappingError
    """
    path = Path(path)
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise MappingError("no_file", path.name) from error
    except UnicodeDecodeError as error:
        raise MappingError("syntax", f"byte {error.start + 1}", reason="not UTF-8") from error
    try:
        document = tomllib.loads(content) if path.suffix.lower() == ".toml" else json.loads(content)
    except json.JSONDecodeError as error:
        raise MappingError("syntax", f"line {error.lineno}", reason=error.msg, column=error.colno) from error
    except tomllib.TOMLDecodeError as error:
        raise MappingError("syntax", reason=str(error)) from error
    return read_mapping(document)


def read_mapping(document: Any) -> MappingFile:
    """Check a mapping that is already a document of dicts, texts and numbers.

    Raises
    ------
    MappingError
    """
    if not isinstance(document, dict):
        raise MappingError("not_a_table", found=type(document).__name__)
    _refuse_unknown(document, ("object", "columns", "constants", "options"), "")
    for key in ("object", "columns"):
        if key not in document:
            raise MappingError("missing", key)
    kind = _typed(document["object"], str, "object")
    columns = {}
    for header, value in _typed(document["columns"], dict, "columns").items():
        columns[header] = _column(value, f"columns.{header}")
    constants = _scalars(document.get("constants", {}), "constants")
    if not columns and not constants:
        raise MappingError("missing", "columns")
    used: dict[str, str] = {key: f"constants.{key}" for key in constants}
    for header, column in columns.items():
        if column.to in used:
            place = f"columns.{header}.to"
            raise MappingError("duplicate_target", place, target=column.to, other=used[column.to])
        used[column.to] = f"columns.{header}"
    return MappingFile(kind, columns, constants, _scalars(document.get("options", {}), "options"))


def check_mapping(
    mapping: MappingFile, headers: Iterable[str], targets: Iterable[Target]
) -> list[MappingError]:
    """Everything in a mapping that does not fit this file and these targets, in the mapping's order."""
    known_headers, known_targets = set(headers), {target.key for target in targets}
    problems = []
    for header, column in mapping.columns.items():
        if header not in known_headers:
            problems.append(MappingError("no_such_column", f"columns.{header}", header=header))
        if column.to not in known_targets:
            problems.append(MappingError("no_such_target", f"columns.{header}.to", target=column.to))
    for key in mapping.constants:
        if key not in known_targets:
            problems.append(MappingError("no_such_target", f"constants.{key}", target=key))
    return problems


def _column(value: Any, place: str) -> Column:
    if isinstance(value, str):
        value = {"to": value}
    value = _typed(value, dict, place)
    _refuse_unknown(value, ("to", "values", *_CHOICES), place)
    if "to" not in value:
        raise MappingError("missing", f"{place}.to")
    if not (to := _typed(value["to"], str, f"{place}.to").strip()):
        raise MappingError("missing", f"{place}.to")
    values = _typed(value.get("values", {}), dict, f"{place}.values")
    for old, new in values.items():
        if new is not None and not isinstance(new, str):
            raise MappingError("wrong_type", f"{place}.values.{old}", wanted="str", found=type(new).__name__)
    for key, choices in _CHOICES.items():
        if value.get(key) is not None and value[key] not in choices:
            raise MappingError("wrong_choice", f"{place}.{key}", found=value[key], choices=choices)
    return Column(to, values, value.get("date_order"), value.get("decimal"))


def _typed(value: Any, kind: type, place: str) -> Any:
    if not isinstance(value, kind):
        raise MappingError("wrong_type", place, wanted=kind.__name__, found=type(value).__name__)
    return value


def _scalars(value: Any, place: str) -> dict[str, Any]:
    for key, scalar in _typed(value, dict, place).items():
        if not isinstance(scalar, str | int | float | bool):
            found = type(scalar).__name__
            raise MappingError("wrong_type", f"{place}.{key}", wanted="text, number or yes/no", found=found)
    return value


def _refuse_unknown(value: dict, known: tuple[str, ...], place: str) -> None:
    for key in value:
        if key not in known:
            raise MappingError("unknown_key", f"{place}.{key}".lstrip("."), known=known)
