"""Signing in and out, and the second factor: allauth's own views, without those for people who add themselves."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.usersessions import views as sessions
from django.urls import URLPattern, URLResolver, path

from tsampa.office.accounts import views_sign_in
from tsampa.office.accounts.views_sign_in import own_page
from tsampa.office.web.pages import open_page

anybody = open_page(methods=("GET", "HEAD", "POST"))
urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", anybody(views_sign_in.login), name="account_login"),
    # Who stands between password and code leaves this way too.
    path("logout/", anybody(account.logout), name="account_logout"),
    path("switched-off/", open_page()(account.account_inactive), name="account_inactive"),
    path("reauthenticate/", own_page(account.reauthenticate), name="account_reauthenticate"),
    path("password/change/", own_page(account.password_change), name="account_change_password"),
    path("sessions/", own_page(sessions.list_usersessions), name="usersessions_list"),
    path("2fa/", own_page(mfa.index), name="mfa_index"),
    # Between the password and the code nobody is signed in yet.
    path("2fa/authenticate/", anybody(mfa.authenticate), name="mfa_authenticate"),
    path("2fa/reauthenticate/", own_page(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("2fa/totp/activate/", own_page(views_sign_in.activate_totp), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", own_page(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", own_page(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/generate/", own_page(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("2fa/recovery-codes/download/", own_page(codes.download_recovery_codes), name="mfa_download_recovery_codes"),
]  # fmt: skip
