from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [("fields", "0003_merges_remember_what_changed")]

    operations = [
        migrations.AddConstraint(
            "merge",
            models.UniqueConstraint(
                fields=["kind", "other_id"], condition=Q(unmerged_at=None), name="merged_away_once"
            ),
        ),
    ]
