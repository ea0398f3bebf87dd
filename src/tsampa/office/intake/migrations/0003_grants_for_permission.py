from django.db import migrations
from django.db.models import Min, OuterRef, Q, Subquery
from django.utils import timezone


def grant_for_permission(apps, editor):
    """Who had the permission to accept is an approver of the whole register; the permission goes."""
    permission = {"codename": "accept_batch", "content_type__app_label": "intake"}
    direct, by_group = (
        Q(**{f"{way}__{name}": value for name, value in permission.items()})
        for way in ("user_permissions", "groups__permissions")
    )
    user, grant = apps.get_model("accounts", "User"), apps.get_model("accounts", "Grant")
    for one in user.objects.filter(direct | by_group).distinct().order_by("pk"):
        grant.objects.get_or_create(
            user=one, role="approver", area=None, until=None, defaults={"since": timezone.localdate()}
        )
    apps.get_model("auth", "Permission").objects.filter(**permission).delete()


def date_batches(apps, editor):
    """A batch was sent when its first step was made."""
    batch, step = apps.get_model("intake", "Batch"), apps.get_model("intake", "Step")
    first = (
        step.objects.filter(batch=OuterRef("pk")).values("batch").annotate(first=Min("at")).values("first")
    )
    told = batch.objects.annotate(first=Subquery(first)).filter(first__isnull=False)
    for pk, moment in told.values_list("pk", "first"):
        batch.objects.filter(pk=pk).update(sent_at=moment)


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0002_pages"),
        ("accounts", "0002_look_grant"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [
        migrations.RunPython(grant_for_permission, migrations.RunPython.noop),
        migrations.RunPython(date_batches, migrations.RunPython.noop),
    ]
