"""Lists filter by a household's standing, and order by its income per head; a judgement says until when it knows the register."""

from django.db import migrations, models
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast


def fill(apps, schema_editor):
    """What earlier judgements found is at hand in their values."""
    from tsampa.office.bridge.glance import glance_of

    glance = glance_of()
    if glance is None:
        return
    apps.get_model("bridge", "Result").objects.update(
        standing=KeyTextTransform(glance.standing, "values"),
        per_head=Cast(KeyTextTransform(glance.per_head, "values"), models.BigIntegerField()),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("bridge", "0003_gap_villagesummary"),
        ("register", "0003_saved_views"),
    ]

    operations = [
        migrations.AddField(
            model_name="judgement",
            name="recorded_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="result",
            name="per_head",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="result",
            name="standing",
            field=models.CharField(max_length=64, null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="result",
            index=models.Index(fields=["judgement", "standing", "household"], name="result_standing"),
        ),
        migrations.AddIndex(
            model_name="result",
            index=models.Index(fields=["judgement", "per_head", "household"], name="result_per_head"),
        ),
    ]
