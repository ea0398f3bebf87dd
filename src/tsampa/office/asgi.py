"""Where the web server finds the office."""

from django.core.asgi import get_asgi_application

from tsampa.office.start import start_office

start_office()
application = get_asgi_application()
