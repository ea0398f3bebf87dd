"""The office's addresses, room by room."""

from django.urls import URLPattern, URLResolver, include, path

from tsampa.office.web import views
from tsampa.office.web.language import set_language

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", views.health, name="health"),
    path("language", set_language, name="set_language"),
    path("", include("tsampa.office.desk.urls")),
    path("households/", include("tsampa.office.register.urls")),
    path("sheets/", include("tsampa.office.intake.urls")),
    path("figures/", include("tsampa.office.publish.urls")),
    path("administration/", include("tsampa.office.operations.urls")),
    path("account/", include("tsampa.office.accounts.urls")),
    path("account/", include("tsampa.office.accounts.allauth_urls")),
]
handler400 = views.bad_request
handler403 = views.not_allowed
handler404 = views.not_found
handler500 = views.failed
