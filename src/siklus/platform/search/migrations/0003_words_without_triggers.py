"""SQLite: index.py itself fills the index of words; a trigger makes FTS5 write a segment per row."""

from django.db import migrations

ADDED = (
    "CREATE TRIGGER search_fts_added AFTER INSERT ON search_document BEGIN "
    "INSERT INTO search_fts(rowid, text) VALUES (new.id, new.text); END"
)
REMOVED = (
    "CREATE TRIGGER search_fts_removed AFTER DELETE ON search_document BEGIN "
    "INSERT INTO search_fts(search_fts, rowid, text) VALUES ('delete', old.id, old.text); END"
)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER IF EXISTS search_fts_added")
        schema_editor.execute("DROP TRIGGER IF EXISTS search_fts_removed")


def bring_back(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(ADDED)
        schema_editor.execute(REMOVED)


class Migration(migrations.Migration):
    dependencies = [("search", "0002_find_parts_of_words")]
    operations = [migrations.RunPython(drop, bring_back)]
