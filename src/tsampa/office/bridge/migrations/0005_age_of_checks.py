"""Results say how old a household's checks are. Of what was brought back before, nobody knows it, and so it stays empty."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bridge", "0004_standing_and_per_head"),
    ]

    operations = [
        migrations.AddField(
            model_name="judgement",
            name="checks_hold_from",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="result",
            name="checked_since",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="villagesummary",
            name="stale",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="villagesummary",
            name="unchecked",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name="result",
            index=models.Index(
                fields=["judgement", "checked_since", "household"], name="result_checked_since"
            ),
        ),
    ]
