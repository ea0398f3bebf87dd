"""The addresses of the room ``operations``."""

from django.urls import path

from tsampa.office.operations import (
    views,
    views_areas,
    views_changes,
    views_jobs,
    views_outlines,
    views_proposals,
    views_seals,
)

app_name = "operations"
urlpatterns = [
    path("", views.home, name="home"),
    path("jobs/", views_jobs.jobs, name="jobs"),
    path("jobs/<int:number>/", views_jobs.job, name="job"),
    path("jobs/<int:number>/again", views_jobs.retry, name="retry"),
    path("seals/", views_seals.seals, name="seals"),
    path("seals/new", views_seals.seal, name="seal"),
    path("seals/verify", views_seals.verify, name="verify"),
    path("backups/", views.backups, name="backups"),
    path("retention/", views.retention, name="retention"),
    path("areas/", views_areas.areas, name="areas"),
    path("areas/new", views_areas.add, name="area_add"),
    path("areas/outlines", views_outlines.outlines, name="outlines"),
    path("areas/outlines/preview", views_outlines.preview, name="outlines_preview"),
    path("areas/outlines.geojson", views_outlines.download, name="outlines_download"),
    path("areas/<str:code>/", views_areas.area, name="area"),
    path("areas/<str:code>/rename", views_areas.rename, name="area_rename"),
    path("areas/<str:code>/merge", views_areas.merge, name="area_merge"),
    path("areas/<str:code>/split", views_areas.split, name="area_split"),
    path("areas/<str:code>/undraw", views_areas.undraw, name="area_undraw"),
    path("changes/", views_changes.changes, name="changes"),
    path("changes/<int:number>/", views_changes.change, name="change"),
    path("changes/<str:table>/<str:key>/", views_changes.row, name="row"),
    path("proposals/", views_proposals.proposals, name="proposals"),
    path("proposals/pool", views_proposals.new_pool, name="new_pool"),
    path("proposals/parameter", views_proposals.new_parameter, name="new_parameter"),
    path("proposals/<int:number>/", views_proposals.proposal, name="proposal"),
    path("proposals/<int:number>/decide", views_proposals.decide, name="decide"),
]
