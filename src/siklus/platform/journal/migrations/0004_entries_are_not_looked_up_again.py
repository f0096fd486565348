"""PostgreSQL looks up the target of every foreign key at commit; the journal's own need no looking up.

Entries and users are never deleted and mentions are written with their entry (decision 0010).
SQLite would have to copy its tables for that, so they stay as they are.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

DROP = """
SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype = 'f' AND (
    conrelid = 'journal_entry'::regclass AND confrelid = 'accounts_user'::regclass
    OR conrelid = 'journal_mention'::regclass AND confrelid = 'journal_entry'::regclass)
"""


def drop(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(DROP)
        found = cursor.fetchall()
    for table, name in found:
        schema_editor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("journal", "0003_lean_indexes"),
    ]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop, migrations.RunPython.noop)],
            state_operations=[
                migrations.AlterField(
                    "entry",
                    "by",
                    models.ForeignKey(
                        db_constraint=False, db_index=False, null=True, related_name="+",
                        on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AlterField(
                    "mention",
                    "entry",
                    models.ForeignKey(
                        db_constraint=False, db_index=False, related_name="mentions",
                        on_delete=django.db.models.deletion.PROTECT, to="journal.entry",
                    ),
                ),
            ],
        )
    ]  # fmt: skip
