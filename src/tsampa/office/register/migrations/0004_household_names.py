"""What households are searched by; the rows come from triggers, which are put in place after migrations."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0003_saved_views"),
    ]

    operations = [
        migrations.CreateModel(
            name="HouseholdNames",
            fields=[
                (
                    "household",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="names",
                        serialize=False,
                        to="register.household",
                    ),
                ),
                ("names", models.TextField()),
            ],
        ),
    ]
