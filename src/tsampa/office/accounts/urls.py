"""The addresses of the room ``accounts``."""

from django.urls import path

from tsampa.office.accounts import views, views_looks, views_users

app_name = "accounts"
urlpatterns = [
    path("me/", views.me, name="me"),
    path("me/sessions/<int:session>/end/", views.end_session, name="end_session"),
    path("link/<uidb64>/<token>/", views.set_password, name="set_password"),
    path("users/", views_users.users, name="users"),
    path("users/invite/", views_users.invite, name="invite"),
    path("users/<int:user>/", views_users.user, name="user"),
    path("users/<int:user>/roles/", views_users.give_role, name="give_role"),
    path("users/<int:user>/roles/<int:grant>/end/", views_users.end_role, name="end_role"),
    path("users/<int:user>/account/<slug:act>/", views_users.switch, name="switch"),
    path("looks/", views_looks.looks, name="looks"),
    path("acts/", views_looks.acts, name="acts"),
]
