"""On PostgreSQL the database itself refuses to change an entry; only blanking personal values is allowed."""

from django.db import migrations

POSTGRES = [
    """
    CREATE FUNCTION journal_refuse() RETURNS trigger AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - 'personal') = (to_jsonb(OLD) - 'personal')
           AND NEW.personal = '{}'::jsonb THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'journal entries are append-only';
    END $$ LANGUAGE plpgsql
    """,
    "CREATE TRIGGER journal_entry_append_only BEFORE UPDATE OR DELETE ON journal_entry "
    "FOR EACH ROW EXECUTE FUNCTION journal_refuse()",
]


def build(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in POSTGRES:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [migrations.RunPython(build, migrations.RunPython.noop)]
