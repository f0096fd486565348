"""The database itself refuses to change or delete a plan's version, a posting or a line of the ledger."""

from django.db import migrations

TABLES = ("incentives_planversion", "incentives_run", "incentives_ledgerline")
FUNCTION = """
    CREATE OR REPLACE FUNCTION incentives_refuse() RETURNS trigger AS $$
    BEGIN
        RAISE EXCEPTION 'this row is written once';
    END $$ LANGUAGE plpgsql
"""


def build(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(FUNCTION)
    for table in TABLES:
        if vendor == "postgresql":
            schema_editor.execute(
                f"CREATE TRIGGER {table}_written_once BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION incentives_refuse()"
            )
            continue
        for verb in ("UPDATE", "DELETE"):
            schema_editor.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is written once'); END"
            )


class Migration(migrations.Migration):
    dependencies = [("incentives", "0001_initial")]
    operations = [migrations.RunPython(build, migrations.RunPython.noop)]
