"""The addresses of the room ``operations``."""

from django.urls import path

from tsampa.office.operations import views

app_name = "operations"
urlpatterns = [path("", views.home, name="home")]
