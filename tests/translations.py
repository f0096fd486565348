"""The catalogues: every string of the product, complete in every language.

`python -m tests.translations` checks (part of `make check`); `--update` collects the strings anew; `--missing` prints what
waits for a translation.
"""

import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "siklus"
LOCALE = PACKAGE / "locale"
LANGUAGES = ("id",)
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "t": None, "ngettext": (1, 2),
    "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
}  # fmt: skip
METHODS = [("**/tests/**", "ignore"), ("**/migrations/**", "ignore"), ("**.py", "python"),
           ("**/templates/**.html", "jinja2.ext:babel_extract")]  # fmt: skip
OPTIONS = {
    "**/templates/**.html": {
        "extensions": "jinja2.ext.do,jinja2.ext.loopcontrols", "trimmed": "true", "silent": "false",
        "trim_blocks": "true", "lstrip_blocks": "true",
    }
}  # fmt: skip
VOLATILE = re.compile(
    r'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Language-Team).*\n', re.M
)
PLACEHOLDER = re.compile(r"%\((\w+)\)|%[sd]|\{(\w+)\}")


def collect() -> Catalog:
    """Every string of the product, with where it stands."""
    found = Catalog(domain="django", charset="utf-8")
    strings = extract_from_dir(
        str(PACKAGE),
        METHODS,
        OPTIONS,
        keywords=KEYWORDS,
        comment_tags=("Translators:",),
        strip_comment_tags=True,
    )
    for file, _line, message, comments, context in strings:
        found.add(message, None, [(file, 0)], auto_comments=comments, context=context)
    return found


def path_of(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def load(language: str) -> Catalog:
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, domain="django", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain="django")


def update() -> None:
    """Bring the catalogues in step with the code: new strings empty, old ones gone."""
    template = collect()
    for language in LANGUAGES:
        catalogue = load(language)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        path_of(language).parent.mkdir(parents=True, exist_ok=True)
        with path_of(language).open("wb") as file:
            write_po(file, catalogue, omit_header=False, sort_output=True, no_location=True, width=120)
        text = path_of(language).read_text()
        text = VOLATILE.sub("", text)
        path_of(language).write_text(text)


def problems() -> list[str]:
    """What is missing or wrong in any language."""
    template = collect()
    wanted = {key(message) for message in template if message.id}
    found = []
    for language in LANGUAGES:
        catalogue = load(language)
        known = {key(message): message for message in catalogue if message.id}
        for one in sorted(wanted - known.keys(), key=str):
            found.append(f"{language}: not in the catalogue (make messages): {one[1]}")
        for one, message in known.items():
            if one not in wanted:
                found.append(f"{language}: not used any more (make messages): {one[1]}")
            elif not is_translated(message) or message.fuzzy:
                found.append(f"{language}: not translated: {one[1]}")
            elif wrong := different_placeholders(message):
                found.append(f"{language}: other placeholders {wrong}: {one[1]}")
    return found


def key(message: Message) -> tuple[str | None, str]:
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def is_translated(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


def different_placeholders(message: Message) -> set[str]:
    """Placeholders that stand in the string or its translation only."""
    ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    wanted = {match[0] for text in ids for match in PLACEHOLDER.finditer(text)}
    given = {match[0] for text in strings for match in PLACEHOLDER.finditer(text)}
    return wanted ^ given


def main(arguments: list[str]) -> int:
    if "--update" in arguments:
        update()
    if "--missing" in arguments:
        for language in LANGUAGES:
            for message in load(language):
                if message.id and not is_translated(message):
                    print(message.id)
        return 0
    wrong = problems()
    for line in wrong[:40]:
        print(line)
    total = sum(1 for message in collect() if message.id)
    print(f"{total} strings, {len(wrong)} problems")
    return 1 if wrong and "--update" not in arguments else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
