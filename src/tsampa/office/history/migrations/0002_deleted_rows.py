"""Rows that are no more are found without reading all of history."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("history", "0001_initial"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="version",
            index=models.Index(
                condition=models.Q(("operation", "delete")), fields=["table", "key"], name="version_deleted"
            ),
        ),
    ]
