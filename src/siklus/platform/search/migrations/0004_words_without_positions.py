"""SQLite: the index of words keeps which documents hold a trigram, not where: a third of the size, half the work.

Statistics of an index that was analysed while it was small make SQLite read all of it to delete a range; they go.
"""

from django.db import migrations

TABLE = (
    "CREATE VIRTUAL TABLE search_fts USING fts5("
    "text, content='search_document', content_rowid='id', tokenize='trigram', columnsize=0, detail=%s)"
)
CHANGED = (
    "CREATE TRIGGER search_fts_changed AFTER UPDATE OF text ON search_document WHEN old.text <> new.text BEGIN "
    "INSERT INTO search_fts(search_fts, rowid, text) VALUES ('delete', old.id, old.text); "
    "INSERT INTO search_fts(rowid, text) VALUES (new.id, new.text); END"
)


def anew(detail):
    def build(apps, schema_editor):
        if schema_editor.connection.vendor != "sqlite":
            return
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER IF EXISTS search_fts_changed")
            cursor.execute("DROP TABLE search_fts")
            cursor.execute(TABLE % detail)
            cursor.execute("INSERT INTO search_fts(search_fts) VALUES ('rebuild')")
            cursor.execute(CHANGED)
            cursor.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'")
            if cursor.fetchone():
                cursor.execute("DELETE FROM sqlite_stat1 WHERE tbl LIKE 'search_fts%'")

    return build


class Migration(migrations.Migration):
    dependencies = [("search", "0003_words_without_triggers")]
    operations = [migrations.RunPython(anew("none"), anew("full"))]
