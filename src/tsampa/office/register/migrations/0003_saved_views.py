"""Saved lists, forms that were sent, and an index of how households stand now."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0002_placements"),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("owner", models.CharField(max_length=150)),
                ("name", models.CharField(max_length=80)),
                ("query", models.TextField(blank=True)),
            ],
            options={
                "ordering": ("name",),
            },
        ),
        migrations.CreateModel(
            name="SentForm",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("by", models.CharField(max_length=150)),
                ("at", models.DateTimeField(db_index=True)),
                ("result", models.CharField(blank=True, max_length=64)),
            ],
        ),
        migrations.AddIndex(
            model_name="status",
            index=models.Index(
                condition=models.Q(("until__isnull", True)), fields=["status", "household"], name="status_now"
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(fields=("owner", "name"), name="view_named_once"),
        ),
    ]
