import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import F


def learn(apps, schema_editor):
    """What was merged before we kept a second clock was known when it was done."""
    Merge = apps.get_model("fields", "Merge")
    Merge.objects.update(recorded_at=F("merged_at"), unmerge_recorded_at=F("unmerged_at"))


class Migration(migrations.Migration):

    dependencies = [
        ("fields", "0002_merge"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("merge", "before", models.JSONField(default=dict)),
        migrations.AddField(
            "merge",
            "by",
            models.ForeignKey(
                db_index=False, null=True, on_delete=models.deletion.PROTECT, related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            "merge",
            "recorded_at",
            models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AddField("merge", "unmerge_recorded_at", models.DateTimeField(null=True)),
        migrations.RunPython(learn, migrations.RunPython.noop),
    ]
