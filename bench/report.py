"""Print what was measured and write it to docs/benchmarks.md."""

import os
import platform
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
# Milliseconds at one client on such a machine, 100,000 leads and 50,000 opportunities on PostgreSQL.
RIVALS = {
    "list, first page": (32, 297), "list by owner and stage": (32, 297), "search, page": (29, 386),
    "board with totals": (148, 430), "deal page": (77, 119), "create through the API": (34, 38),
    "move a deal on the board": (22, 46), "won value by stage": (105, 62), "won value by month": (105, 62),
}  # fmt: skip
TARGETS = {
    "list": 10, "search": 10, "board": 40, "deal": 20, "create": 8, "move": 8, "won": 20, "dashboard": 20,
}  # fmt: skip
HEAD = """# How fast it is

Written by `make bench`; every number was measured in the run it names. {machine}

The machine was shared with other work while this ran, so times vary by a factor of two between runs: compare rows of one
table, not tables of different days. Server (two workers) and client ran on the same two cores.

- Run again: `make bench`, or `python -m bench --size small|large|all --database sqlite|postgres|all [--quick]`.
- *small* is {small}; *large* is {large}. Deals have a history, an owner, a company and a person; three in ten are closed.
- Median, 95th percentile (p95) in milliseconds and requests per second, with one client and with four, over kept
  connections, the whole HTML page included. Statements leave out BEGIN and the like.
- *Odoo* and *Django rival*: medians at one client that we measured for Odoo 19 (data without the page) and a Django CRM
  (pages) on a machine of this size with PostgreSQL and the small size; not part of this run.
"""


def write(results: dict[str, Any], sizes: dict[str, str]) -> str:
    """The page as text; also written to docs."""
    lines = [HEAD.format(machine=_machine(), **sizes)]
    for title, found in results.items():
        if "visit" in found:
            lines += ["", f"## {title}", "", *_pages(found, title)]
    imports = {title: found for title, found in results.items() if "seconds" in found}
    if imports:
        lines += ["", "## Import of leads, with duplicate check", "", *_imports(imports)]
    missing = [f"- {title}: {found['missing']}" for title, found in results.items() if "missing" in found]
    if missing:
        lines += ["", "## What is missing", "", *missing]
    text = "\n".join(lines) + "\n"
    PAGE.write_text(text, encoding="utf-8")
    return text


def _machine() -> str:
    return f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}."


def _pages(found: dict[str, Any], title: str) -> list[str]:
    is_small = title.startswith("small")
    lines = [
        "| row | median | p95 | req/s | median, 4 | p95, 4 | req/s, 4 | statements | bytes | gzip | target | Odoo |"
        " Django rival |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, row in found["rows"].items():
        one, four, seen = row["1"], row["4"], row["counted"]
        odoo, rival = RIVALS.get(name, ("", ""))
        if is_small:
            target = next(limit for word, limit in TARGETS.items() if name.startswith(word))
            mark = f"{'met' if one['median'] <= target else 'missed'} (median ≤ {target})"
        else:
            target = 25 if name.startswith("move") else 50
            mark = f"{'met' if one['p95'] <= target else 'missed'} (p95 ≤ {target})"
        lines.append(
            f"| {name} | {one['median']:.1f} | {one['p95']:.1f} | {one['rate']:.0f} | {four['median']:.1f} |"
            f" {four['p95']:.1f} | {four['rate']:.0f} | {seen['statements']} | {seen['bytes']:,} | {seen['packed']:,} |"
            f" {mark} | {odoo} | {rival} |"
        )
    visit = found["visit"]
    counts = sorted({(row["1"]["n"], row["4"]["n"]) for row in found["rows"].values()})
    asked = ", ".join(f"{one} and {four}" for one, four in counts)
    lines += [
        "",
        f"Requests per row with one and with four clients: {asked}.",
        f"First visit to the board: {visit['requests']} requests, {visit['bytes'] / 1000:.0f} kB over the wire (gzip)."
        f" The dashboard computed anew, in process: {found['dashboard_anew']:.0f} ms.",
    ]
    return lines


def _imports(found: dict[str, Any]) -> list[str]:
    lines = [
        "The raw load writes the very rows that the import wrote into the same tables with COPY or executemany, on SQLite"
        " with the",
        "index of words.",
        "",
        "| file | leads | seconds | leads/s | first half | second half | peak memory | raw load | import ÷ raw |"
        " seconds per million |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for title, one in found.items():
        rest = one["seconds"] - one["first_half"]
        lines.append(
            f"| {title} | {one['created']:,} of {one['rows']:,} | {one['seconds']:.1f} |"
            f" {one['rows'] / one['seconds']:,.0f} | {one['first_half']:.1f} s | {rest:.1f} s | {one['memory']:.0f} MB |"
            f" {one['raw_seconds']:.1f} s"
            f" ({one['raw_rows']:,} rows) | {one['seconds'] / one['raw_seconds']:.1f} |"
            f" {one['seconds'] / one['rows'] * 1e6:.0f} (target 180) |"
        )
    return lines
