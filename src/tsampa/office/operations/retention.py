"""How long each kind of record is kept, and why; what is past its time is deleted only when asked to.

Nothing with a history is ever deleted here: a person or household leaves the register by a change, and history by ``redact``.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt, AccessAttemptExpiration, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Max, Model, QuerySet
from django_tasks_db.models import DBTaskResult

from tsampa.office.areas.outlines import left_outlines
from tsampa.office.bridge.models import Gap, Judgement, Result, VillageSummary
from tsampa.office.history import recorded_models
from tsampa.office.intake.files import kept_files
from tsampa.office.intake.models import Batch, Doubt, PlannedRow, RowProblem, StagedRow, State
from tsampa.office.jobs.models import Job, Line
from tsampa.office.jobs.models import State as JobState
from tsampa.office.operations.unneeded import unneeded_folders
from tsampa.office.publish.models import AreaFigures, Trial
from tsampa.office.publish.printed import printed_judgements
from tsampa.office.publish.traced import laid_figures
from tsampa.office.publish.trials import trial_files
from tsampa.office.register.evidence import unreferenced_evidence
from tsampa.office.register.models import SentForm
from tsampa.schema import Label

__all__ = ["FOR_EVER", "KINDS", "Due", "Retention", "apply_retention", "due", "kept_for_ever"]


@dataclass(frozen=True)
class Retention:
    """A kind of record that goes ``days`` after it ended. ``find`` gives what ended before a moment: rows, or files."""

    name: str
    label: Label
    days: int
    reason: Label
    models: tuple[type[Model], ...]
    find: Callable[[datetime], Iterable[Any]]


@dataclass(frozen=True)
class Due:
    """What of a kind is past its time."""

    kind: Retention
    count: int


def _of_batches(model: type[Model], *states: State) -> Callable[[datetime], QuerySet[Any]]:
    def find(before: datetime) -> QuerySet[Any]:
        done = Batch.objects.filter(state__in=states).annotate(last=Max("steps__at")).filter(last__lt=before)
        return model._default_manager.filter(batch__in=done)

    return find


def _tried(model: type[Model]) -> Callable[[datetime], QuerySet[Any]]:
    return lambda before: model._default_manager.filter(attempt_time__lt=before)


def _old_judgements(before: datetime) -> QuerySet[Judgement]:
    latest = Judgement.objects.order_by("-day", "-attached_at").values_list("pk", flat=True)[:1]
    stay = {*latest, *printed_judgements()}
    return Judgement.objects.filter(attached_at__lt=before).exclude(pk__in=stay)


def _unneeded(before: datetime) -> list[Path]:
    """What judgements leave that go now goes with them."""
    now = before + timedelta(days=_LEFT_BEHIND)
    return unneeded_folders(before, _old_judgements(now - timedelta(days=_JUDGED)))


def _older(files: Callable[[], Iterable[Path]]) -> Callable[[datetime], list[Path]]:
    return lambda before: [one for one in files() if one.stat().st_mtime < before.timestamp()]


ENDED = (State.REFUSED, State.APPLIED, State.UNDONE)
OPEN = (State.UPLOADED, State.STAGED, State.CHECKED)
_PREVIEW = Label(
    "an undo needs what stood before, and bad rows go back to who sent them",
    "撤销需要原先的内容，有误的行须退回报送人",
)
_FORGOTTEN = Label("nobody accepted it, and the register has gone on", "长期无人核准，而登记册已有变化")
_AGAIN = Label("it is worked out again when somebody asks", "需要时可重新得出")
_LEFT = (("staged rows", "暂存行", StagedRow), ("planned rows", "拟写入行", PlannedRow), ("problems of rows", "行内问题", RowProblem), ("doubts", "存疑行", Doubt))  # fmt: skip

_JUDGED, _LEFT_BEHIND = 730, 7
_TRIES = Label("misuse of an account is looked into within half a year", "账号被盗用等情况在半年内查明")

KINDS: tuple[Retention, ...] = (
    *(
        Retention(f"{en} of ended batches", Label(f"{en} of ended batches", f"已结束批次的{zh}"), 90, _PREVIEW, (model,), _of_batches(model, *ENDED))
        for en, zh, model in _LEFT
    ),
    *(
        Retention(f"{en} of open batches", Label(f"{en} of open batches", f"未结束批次的{zh}"), 365, _FORGOTTEN, (model,), _of_batches(model, *OPEN))
        for en, zh, model in _LEFT
    ),
    Retention(
        "sheets", Label("files that were sent and never read", "已报送而未读取的文件"), 7,
        Label("a job that failed left them behind; a file that was read goes at once", "由失败的任务遗留；已读取的文件立即删除"), (), _older(kept_files),
    ),
    Retention(
        "outlines", Label("outlines that were sent and never confirmed", "已上传而未确认的区域边界"), 7,
        Label("whoever sent them left them; what is confirmed goes at once", "上传者未再处理；经确认的立即删除"), (), _older(left_outlines),
    ),
    Retention(
        "jobs", Label("ended jobs and their lines", "已结束的任务及其日志"), 90,
        Label("failures are looked into within a quarter", "失败原因在一个季度内查明"), (Job, Line),
        lambda before: Job.objects.filter(state__in=(JobState.DONE, JobState.FAILED), ended_at__lt=before),
    ),
    Retention(
        "task results", Label("finished tasks of the worker", "后台已完成的任务"), 30,
        Label("the job itself says what came of it", "任务本身已记录其结果"), (DBTaskResult,),
        lambda before: DBTaskResult.objects.filter(finished_at__lt=before),
    ),
    Retention(
        "sessions", Label("sessions that have ended", "已失效的登录会话"), 0,
        Label("they let nobody in any more", "已不能用于登录"), (Session,), lambda before: Session.objects.filter(expire_date__lt=before),
    ),
    Retention(
        "sent forms", Label("marks of forms that were sent", "已提交表单的标记"), 30,
        Label("nobody sends a form again after a month", "一个月后不会再重复提交同一表单"), (SentForm,),
        lambda before: SentForm.objects.filter(at__lt=before),
    ),
    Retention(
        "judgements",
        Label("results of earlier assessments, but the latest and those that a bulletin prints", "较早的测算结果（最近一次及简报所载者除外）"), _JUDGED,
        Label("they can be worked out again from their snapshots", "可由相应快照重新测算得出"), (Judgement, Result, Gap, VillageSummary, AreaFigures), _old_judgements,
    ),
    Retention(
        "folders of counts", Label("folders of counts and opened figures that nothing needs", "不再需要的测算和查证文件夹"), _LEFT_BEHIND,
        Label(
            "no result that is kept and no bulletin leads to them; a count that failed left them behind, or one whose results went",
            "已无保存的结果或简报指向它们；由失败的测算或已删除的结果遗留",
        ), (), _unneeded,
    ),
    Retention(
        "reforms tried", Label("reforms that were tried, and what they would do", "已试算的改革方案及其结果"), 30, _AGAIN, (Trial,),
        lambda before: Trial.objects.filter(asked_at__lt=before),
    ),
    Retention(
        "households of reforms", Label("which households a reform would touch", "改革方案所涉及的农户"), 30, _AGAIN, (), _older(trial_files)
    ),
    Retention(
        "rows of figures", Label("rows laid out for opening a figure", "为查证指标而列出的记录"), 90, _AGAIN, (), _older(laid_figures)
    ),
    Retention(
        "lists of sessions", Label("where somebody was signed in, once the session has ended", "已失效会话的登录位置"), 0,
        Label("they are shown to end a session, and it has ended", "仅供本人终止会话，会话既已失效即无须保留"), (UserSession,),
        lambda before: UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")),
    ),
    *(
        Retention(name, Label(en, zh), 180, _TRIES, models, _tried(models[0]))
        for name, en, zh, models in (
            ("failed sign-ins", "failed sign-ins", "登录失败记录", (AccessAttempt, AccessAttemptExpiration)),
            ("failed sign-ins one by one", "failed sign-ins, one by one", "逐次登录失败记录", (AccessFailureLog,)),
            ("sign-ins", "sign-ins with their network addresses", "登录记录及网络地址", (AccessLog,)),
        )
    ),
    Retention(
        "evidence", Label("files of evidence that no row names", "没有对应记录的证据文件"), 7,
        Label("a change that failed left them behind", "由未完成的变更遗留"), (), _older(unreferenced_evidence),
    ),
)  # fmt: skip
"""Every kind that goes, in the order in which it does."""

_ACTS = Label(
    "they say who did what, and have nothing else about a person", "仅记录何人做了何事，不含其他个人内容"
)
FOR_EVER: dict[str, Label] = {
    "history.": Label(
        "history is only ever added to; a payload goes by redaction", "历史只增不减；内容只能依法删除"
    ),
    "intake.Batch": _ACTS,
    "intake.Touched": _ACTS,
    "intake.Step": _ACTS,
    "intake.Decision": Label(
        "who a row is was asked once, and is not asked again", "人员认定只问一次，不再重复询问"
    ),
    "register.HouseholdNames": Label(
        "it is made anew whenever a name or a member changes", "姓名或成员变动时随即重新生成"
    ),
    "register.SavedView": Label(
        "a list is kept until its owner forgets it, and names no household",
        "列表由其所有者自行删除，且不指明任何农户",
    ),
    "register.Export": Label(
        "who takes lists out answers for it as long as the lists are about, and no household is named",
        "导出者须对名单负责，直至名单不复存在；记录不指明任何农户",
    ),
    "register.ExportedVillage": Label("it says of which villages an export was", "说明导出名单涉及哪些村"),
    "accounts.Look": Label(
        "a household may ask at any time who looked at its file", "农户可随时查询何人查阅过其档案"
    ),
    "accounts.": Label(
        "history names its users; who leaves is switched off", "历史中记有经办人；离任者停用账号"
    ),
    "auth.": Label("what users may do", "用户权限"),
    "mfa.": Label("the user or an administrator takes a second factor off", "二次验证由本人或管理员解除"),
    "account.": Label("nothing is mailed, so no addresses are kept", "系统不发送邮件，不保存邮箱地址"),
    "contenttypes.": Label("the platform's own list of tables", "平台自身的数据表清单"),
}
"""What stays, by model or room, besides all models with a history."""
_RECORDED = Label(
    "its versions are history: a row goes by a change, its earlier versions by redaction",
    "其各版本即历史：删除须经变更，旧版本须依法删除内容",
)


def kept_for_ever(model: type[Model]) -> Label | None:
    """Why the model's rows stay; None where nothing says so."""
    if model in recorded_models():
        return _RECORDED
    meta = model._meta
    return FOR_EVER.get(meta.label) or FOR_EVER.get(f"{meta.app_label}.")


def due(now: datetime) -> list[Due]:
    """Of every kind, how much is past its time."""
    return [Due(kind, _count(kind.find(now - timedelta(days=kind.days)))) for kind in KINDS]


def apply_retention(now: datetime) -> list[Due]:
    """Deletes what is past its time, all or nothing of a kind; how much that was."""
    found = []
    for kind in KINDS:
        past = kind.find(now - timedelta(days=kind.days))
        found.append(Due(kind, _count(past)))
        if isinstance(past, QuerySet):
            with transaction.atomic():
                past.delete()
        else:
            for path in past:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    return found


def _count(past: Iterable[Any]) -> int:
    return past.count() if isinstance(past, QuerySet) else len(list(past))
