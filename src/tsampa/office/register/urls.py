"""The addresses of the room ``register``."""

from django.urls import path

from tsampa.office.register import views, views_edit, views_exports, views_file, views_new, views_statement

app_name = "register"
urlpatterns = [
    path("", views.households, name="list"),
    path("map", views.spread, name="map"),
    path("search", views.search, name="search"),
    path("lists", views.save, name="save"),
    path("lists/<int:number>/forget", views.forget, name="forget"),
    path("households.<str:kind>", views.export, name="export"),
    path("exports", views_exports.exports, name="exports"),
    path("new", views_new.new, name="new"),
    path("<str:household>/", views_file.file, name="file"),
    path("<str:household>/why", views_file.reasons, name="why"),
    path("<str:household>/changes", views_file.changes, name="changes"),
    path("<str:household>/statement", views_statement.statement, name="statement"),
    path("<str:household>/evidence/<int:number>", views_file.evidence, name="evidence"),
    path("<str:household>/edit/<str:verb>", views_edit.edit, name="edit"),
    path("<str:household>/edit/<str:table>/<str:code>", views_edit.correct, name="correct"),
]
