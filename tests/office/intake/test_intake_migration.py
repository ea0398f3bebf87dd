"""An office made before roles: who had the permission to accept is an approver, and history says by what."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, migrations
from django.db.migrations.state import ProjectState
from django.utils import timezone

from tsampa.office.accounts.models import Grant, User
from tsampa.office.history import Change, verify
from tsampa.office.intake.models import Batch

MIGRATION = import_module("tsampa.office.intake.migrations.0003_grants_for_permission")


def migrate() -> None:
    """Runs the migration's operations, with the models as they are."""
    made = type("Migration", (migrations.Migration,), {"operations": MIGRATION.Migration.operations})
    connection.migration = "intake.0003_grants_for_permission"
    with connection.schema_editor(atomic=True) as editor:
        made("0003", "intake").apply(ProjectState.from_apps(apps), editor)
    connection.migration = ""
    connection.history.install()


def test_the_permission_becomes_a_role(office: Any) -> None:
    kind = ContentType.objects.get_for_model(Batch)
    old = Permission.objects.create(codename="accept_batch", name="Can accept", content_type=kind)
    direct, member, nobody = (User.objects.create_user(name) for name in ("tashi", "dawa", "pema"))
    direct.user_permissions.add(old)
    group = Group.objects.create(name="acceptors")
    group.permissions.add(old)
    member.groups.add(group)
    migrate()
    assert list(Grant.objects.order_by("user").values_list("user", "role", "area", "until")) == [
        (one.pk, "approver", None, None) for one in (direct, member)
    ]
    assert not Permission.objects.filter(codename="accept_batch").exists()
    assert not nobody.grants.exists()
    assert Change.objects.latest("pk").source == "migration"
    assert verify().problems == []
    migrate()
    assert Grant.objects.count() == 2


def test_a_batch_was_sent_when_its_first_step_was_made(office: Any) -> None:
    batch = Batch.objects.create(
        name="a.xlsx", sha256="0" * 64, size=1, layout="x", on="2020-06-30", prepared_by="pema"
    )
    first = timezone.now() - timedelta(days=900)
    for days in (3, 0, 5):
        batch.steps.create(state="checked", by="pema", at=first + timedelta(days=days))
    migrate()
    batch.refresh_from_db()
    assert batch.sent_at == first
