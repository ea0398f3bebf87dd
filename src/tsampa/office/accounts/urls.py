"""The addresses of the room ``accounts``."""

from django.urls import path

from tsampa.office.accounts import views

app_name = "accounts"
urlpatterns = [path("me/", views.me, name="me")]
