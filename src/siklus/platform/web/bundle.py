"""One stylesheet and one script for every page, put together without node.

Sources: `static/web/css` (layers by file name), `static/web/js` (ES modules), and what rooms keep in
`static/<room>/*.css|js` or one folder deeper. `python -m siklus.platform.web.bundle` writes the results,
which are committed; a test asks `is_current()`.
"""

import posixpath
import re
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2]
WEB = Path(__file__).resolve().parent / "static" / "web"
STYLES, SCRIPT = WEB / "siklus.css", WEB / "siklus.js"

_IMPORT = re.compile(r'^import\s*(?:\{([^}]*)\}\s*from\s*)?"([^"]+)";?[ \t]*$', re.M)
_EXPORT = re.compile(r"^export\s+(?:async\s+)?(?:function|const|let|class)\s+([A-Za-z_$][\w$]*)", re.M)


def _room_files(extension: str) -> list[Path]:
    found = []
    for static in sorted(PACKAGE.rglob("static")):
        found += [path for path in sorted(static.rglob(f"*.{extension}")) if WEB not in path.parents]
    return found


def _tidy_css(text: str) -> str:
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def _layer(name: str, paths: list[Path]) -> str:
    body = "\n".join(_tidy_css(path.read_text()) for path in paths)
    return f"@layer {name} {{\n{body}\n}}" if body.strip() else ""


def build_css() -> str:
    css = WEB / "css"
    parts = [
        _tidy_css((css / "siklus.css").read_text()),
        _layer("tokens", [css / "tokens.css"]),
        _layer("reset", [css / "reset.css"]),
        _layer("base", [css / "base.css"]),
        _layer("components", sorted((css / "components").glob("*.css"))),
        _layer("rooms", _room_files("css")),
        _layer("utilities", [css / "utilities.css"]),
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _static_name(path: Path) -> str:
    """The path below its `static` folder, which is how modules name one another."""
    parts = path.parts
    return "/".join(parts[len(parts) - parts[::-1].index("static") :])


def _variable(name: str) -> str:
    return "m_" + re.sub(r"\W", "_", name.removesuffix(".js"))


def _module(name: str, text: str) -> tuple[str, list[str]]:
    """A module as a function of its own that returns what it exports, and what it imports."""
    needs: list[str] = []

    def take(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), match[2]))
        needs.append(target)
        names = re.sub(r"\s+as\s+", ": ", match[1] or "").strip()
        return f"const {{ {names} }} = {_variable(target)};" if names else ""

    exported = _EXPORT.findall(text)
    text = re.sub(r"^export\s+", "", _IMPORT.sub(take, text), flags=re.M)
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("//")]
    body = "\n".join(lines)
    return f"const {_variable(name)} = (() => {{\n{body}\nreturn {{ {', '.join(exported)} }};\n}})();", needs


def build_js() -> str:
    paths = sorted((WEB / "js").glob("*.js")) + _room_files("js")
    modules = {_static_name(path): _module(_static_name(path), path.read_text()) for path in paths}
    placed: dict[str, str] = {}

    def place(name: str, above: tuple[str, ...] = ()) -> None:
        if name in placed:
            return
        if name in above or name not in modules:
            raise ValueError(
                f"{above[-1]} cannot import {name}: " + ("a circle" if name in above else "no such file")
            )
        text, needs = modules[name]
        for need in needs:
            place(need, (*above, name))
        placed[name] = text

    for name in modules:
        place(name)
    return '"use strict";\n(() => {\n' + "\n".join(placed.values()) + "\n})();\n"


def is_current() -> bool:
    """Do the committed files say the same as their sources?"""
    return (
        STYLES.exists() and SCRIPT.exists()
        and STYLES.read_text() == build_css() and SCRIPT.read_text() == build_js()
    )  # fmt: skip


def write() -> None:
    STYLES.write_text(build_css())
    SCRIPT.write_text(build_js())


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(0 if is_current() else "The bundle is stale: python -m siklus.platform.web.bundle")
    write()
