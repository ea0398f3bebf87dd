"""Where the web server finds the office. Its pages wait for one database and are not asynchronous: a thread each serves them best."""

from django.core.wsgi import get_wsgi_application

from tsampa.office.start import start_office

start_office()
application = get_wsgi_application()
