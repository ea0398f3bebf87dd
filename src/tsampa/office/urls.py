"""The office's addresses, room by room."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path


def health(request: HttpRequest) -> HttpResponse:
    """Whether the server answers; ``tsampa doctor`` says the rest."""
    return HttpResponse("ok\n", content_type="text/plain")


urlpatterns: list[URLPattern | URLResolver] = [path("health", health, name="health")]
