"""Documentation that is generated is up to date. `python -m tests.test_docs` writes it anew."""

from tests.shared import ROOT

FACTS = ROOT / "docs" / "facts.md"


def test_the_catalogue_of_facts_is_current():
    from siklus.platform.journal.catalogue import as_markdown

    assert FACTS.read_text() == as_markdown(), "run make facts"


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "siklus.config.test_settings")
    django.setup()
    from siklus.platform.journal.catalogue import as_markdown

    FACTS.write_text(as_markdown())
