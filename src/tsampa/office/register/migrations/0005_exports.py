"""Which lists of households were taken out."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0004_household_names"),
    ]

    operations = [
        migrations.CreateModel(
            name="Export",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("by", models.CharField(max_length=150)),
                ("at", models.DateTimeField()),
                ("kind", models.CharField(max_length=8)),
                ("households", models.PositiveIntegerField()),
                ("filters", models.JSONField(default=dict)),
                ("columns", models.JSONField(default=list)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["at"], name="export_at"),
                    models.Index(fields=["by", "at"], name="export_by"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExportedVillage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("area", models.CharField(max_length=64)),
                ("households", models.PositiveIntegerField()),
                (
                    "export",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="villages",
                        to="register.export",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["area"], name="exported_village")],
            },
        ),
    ]
