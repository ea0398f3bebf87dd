"""The addresses of the room ``register``."""

from django.urls import path

from tsampa.office.register import views

app_name = "register"
urlpatterns = [path("", views.households, name="list")]
