"""The addresses of the room ``desk``."""

from django.urls import path

from tsampa.office.desk import views

app_name = "desk"
urlpatterns = [
    path("", views.start, name="start"),
    path("count", views.count, name="count"),
    path("counting", views.counting, name="counting"),
]
