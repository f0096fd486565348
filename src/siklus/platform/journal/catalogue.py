"""The catalogue of facts as a page of the documentation."""

from django.utils.translation import override

from siklus.platform.journal.facts import all_facts, json_schema


def as_markdown() -> str:
    """docs/facts.md: every fact with its sentence, its fields and what is personal in it."""
    lines = [
        "# Facts",
        "",
        "Generated from the declarations in the rooms' `facts.py` (`make facts`). A fact is recorded in the journal in the",
        "transaction of the change it tells; `GET /api/v1/journal/facts` gives the same with JSON schemas.",
        "",
    ]
    with override("en"):
        for name, fact in all_facts().items():
            schema = json_schema(fact)
            lines += [f"## {name}", "", f"About a *{fact.about}*: “{fact.sentence}”", ""]
            for field, kind in schema["properties"].items():
                notes = [kind.get("type", "any")]
                if field not in schema["required"]:
                    notes.append("optional")
                if field in fact.personal:
                    notes.append("personal, kept apart from the rest")
                lines.append(f"- `{field}`: {', '.join(notes)}")
            lines.append("")
    return "\n".join(lines)
