"""The addresses of the room ``intake``."""

from django.urls import path

from tsampa.office.intake import views

app_name = "intake"
urlpatterns = [path("", views.batches, name="list")]
