"""``tsampa user``, ``serve``, ``jobs``, ``backup``, ``restore``, ``doctor`` and ``retention``: an installation made, run and kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tsampa.cli.data import print_problems
from tsampa.cli.office import open_register, print_sign_ins, start_office
from tsampa.cli.output import end, json_option, lang_option, print_json, print_table, progress_bar, say

if TYPE_CHECKING:
    from tsampa.office.operations.archive import BackupManifest

__all__ = ["COMMANDS"]

AT_SERVER = "command line"
"""Who gave a role that was given here, as history has it: nobody has signed in."""


@click.command()
@click.argument("name")
@click.option("--email", default="")
@click.option("--accepts", is_flag=True, help="May accept what others prepared.")
@click.option("--role", default="", help="What they do, such as village_worker or administrator.")
@click.option(
    "--area", default="", help="The code of the area the role is for; without it, the whole register."
)
@lang_option
def user(name: str, email: str, accepts: bool, role: str, area: str, lang: str) -> None:
    """Add somebody who works with the office; the password is asked for. Who is there already is given the role.

    增加一名工作人员；随后输入密码。已有人员则授予所指定的角色。
    """
    if area and not role:
        raise click.UsageError("an area is of a role: --role")
    open_register()
    from django.utils import timezone

    from tsampa.office.accounts.actions import add_user, grant
    from tsampa.office.accounts.queries import role_named, user_named
    from tsampa.office.history import change

    found = role_named(role) if role else None
    made = user_named(name) if found else None
    password = "" if made else click.prompt(say("password", lang), hide_input=True, confirmation_prompt=True)
    with change(by=AT_SERVER):
        made = made or add_user(username=name, email=email, password=password, accepts=accepts)
        if found:
            grant(user=made, role=found, area=area or None, since=timezone.localdate(), by=AT_SERVER)
    click.echo(f"{say('user', lang)}: {made.get_username()}")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=int)
@lang_option
def serve(host: str, port: int, lang: str) -> None:
    """Run the web server and the worker, until Ctrl-C stops both.

    启动网页服务和后台任务；按 Ctrl-C 一并停止。
    """
    open_register()
    from tsampa.office.operations.setup import require_ready
    from tsampa.office.serve import serve as run

    require_ready()
    print_sign_ins(lang)
    click.echo(f"{say('address', lang)}: http://{host}:{port}/")
    run(host, port)


@click.command()
@click.option(
    "--ask", metavar="KIND", help="Ask for a job, such as snapshot, with its arguments: NAME=VALUE …"
)
@click.option("--retry", type=int, metavar="JOB", help="Ask for a failed job again.")
@click.option("--by", default="", help="Whose act asking is: a username of the office.")
@click.argument("arguments", nargs=-1, metavar="[NAME=VALUE]...")
@json_option
@lang_option
def jobs(
    ask: str | None, retry: int | None, by: str, arguments: tuple[str, ...], as_json: bool, lang: str
) -> None:
    """List the jobs and how far they are; the worker of 'tsampa serve' does what is asked for.

    列出任务及其进度；所请求的任务由“tsampa serve”的后台完成。
    """
    open_register()
    from tsampa.office.accounts.queries import find_user
    from tsampa.office.jobs.actions import ask_job, retry_job
    from tsampa.office.jobs.queries import told_jobs

    if ask is not None:
        ask_job(ask, by=find_user(by).get_username(), **_parted(arguments))
    elif arguments:
        raise click.UsageError("arguments are of --ask")
    if retry is not None:
        retry_job(retry, by=find_user(by).get_username())
    told = told_jobs()
    if as_json:
        print_json(told)
        return
    heads = [say(word, lang) for word in ("code", "job", "state", "progress", "what")]
    print_table(
        heads, [(one["number"], one["kind"], one["state"], one["progress"], one["error"]) for one in told]
    )


def _parted(arguments: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for one in arguments:
        name, sign, value = one.partition("=")
        if not sign or name == "by":
            raise click.UsageError(f"'{one}' is no NAME=VALUE")
        found[name] = value
    return found


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@json_option
@lang_option
def backup(out: Path, as_json: bool, lang: str) -> None:
    """Copy the database and the office's files to OUT, sealed; it is opened again to see that it holds.

    把数据库和文件备份并加密，随即试开校验。
    """
    open_register()
    from django.utils import timezone

    from tsampa.office.operations.backup import make_backup

    with progress_bar(as_json) as progress:
        made = make_backup(out, at=timezone.now(), progress=progress)
    _say_backup(made.manifest, made.path, as_json, lang)


@click.command()
@click.argument("backup", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Only open it and check every file.")
@json_option
@lang_option
def restore(backup: Path, check: bool, as_json: bool, lang: str) -> None:
    """Put a BACKUP where there is no database yet: a new TSAMPA_HOME, or an empty PostgreSQL database.

    把备份恢复到空的目录或数据库；从不覆盖已有数据。
    """
    start_office()
    from tsampa.office.operations.backup import restore_backup, try_backup

    _say_backup(try_backup(backup) if check else restore_backup(backup), backup, as_json, lang)


def _say_backup(manifest: BackupManifest, path: Path, as_json: bool, lang: str) -> None:
    if as_json:
        print_json(
            {
                "backup": str(path),
                "made": manifest.made,
                "last_version": manifest.last_version,
                "files": len(manifest.files),
            }
        )
    else:
        click.echo(
            f"{say('backup', lang)}: {path}  ({manifest.made}, {len(manifest.files)} {say('files', lang)})"
        )


@click.command()
@json_option
@lang_option
def doctor(as_json: bool, lang: str) -> None:
    """Say what is wrong with this installation, and what to do.

    检查本安装存在的问题及处理办法。
    """
    start_office()
    from django.utils import timezone

    from tsampa.office.operations.doctor import examine

    found = examine(timezone.now())
    if as_json:
        print_json([one.to_dict() for one in found])
    else:
        print_problems(found, lang)
    end(1 if any(one.effect != "noted" for one in found) else 0)


@click.command()
@click.option("--apply", is_flag=True, help="Delete it.")
@json_option
@lang_option
def retention(apply: bool, as_json: bool, lang: str) -> None:
    """List what is past the time it is kept; --apply deletes it. Nothing with a history is touched.

    列出超过保存期限的内容；加 --apply 即删除。有历史的记录一律不动。
    """
    open_register()
    from django.utils import timezone

    from tsampa.office.operations.retention import apply_retention, due

    found = (apply_retention if apply else due)(timezone.now())
    if as_json:
        print_json({one.kind.name: one.count for one in found})
        return
    heads = [say(word, lang) for word in ("kind", "days", "past", "reasons")]
    print_table(
        heads, [(one.kind.label.say(lang), str(one.kind.days), str(one.count), one.kind.reason.say(lang)) for one in found]
    )  # fmt: skip


COMMANDS = [user, serve, jobs, backup, restore, doctor, retention]
