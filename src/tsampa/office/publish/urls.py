"""The addresses of the room ``publish``."""

from django.urls import path

from tsampa.office.publish import views

app_name = "publish"
urlpatterns = [path("", views.figures, name="figures")]
