"""The addresses of the room ``intake``."""

from django.urls import path

from tsampa.office.intake import views, views_acts, views_batch

app_name = "intake"
urlpatterns = [
    path("", views.batches, name="list"),
    path("send", views.send, name="send"),
    path("templates/", views.templates, name="templates"),
    path("templates/<slug:table>.<slug:kind>", views.template, name="template"),
    path("<uuid:batch>/", views_batch.batch, name="batch"),
    path("<uuid:batch>/progress", views_batch.progress, name="progress"),
    path("<uuid:batch>/problems", views_batch.problems, name="problems"),
    path("<uuid:batch>/bad-rows.xlsx", views_batch.bad_rows, name="bad_rows"),
    path("<uuid:batch>/preview", views_batch.preview, name="preview"),
    path("<uuid:batch>/doubts", views_acts.doubts, name="doubts"),
    path("<uuid:batch>/check", views_acts.check, name="check"),
    path("<uuid:batch>/accept", views_acts.accept, name="accept"),
    path("<uuid:batch>/refuse", views_acts.refuse, name="refuse"),
    path("<uuid:batch>/undo", views_acts.undo, name="undo"),
]
