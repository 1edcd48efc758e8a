"""Every address of the service. All are behind the gate unless their view says `open_to_all`."""

from __future__ import annotations

from allauth.account import views as account
from django.urls import path

from bihuan.web.views import desk, frame, ledger

urlpatterns = [
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/password/", account.password_change, name="account_change_password"),
    # frame
    path("language/", frame.set_language, name="set_language"),
    path("post/", frame.choose_post, name="choose_post"),
    path("frame/stages/", frame.stages, name="stages"),
    # desk and ledger
    path("", desk.desk, name="desk"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/summary/", ledger.summary, name="ledger_summary"),
    path("ledger/export/", ledger.export, name="ledger_export"),
    path("ledger/views/", ledger.save_view, name="view_save"),
    path("ledger/views/<int:view_id>/delete/", ledger.delete_view, name="view_delete"),
    # problem
    # intake
    # organisation
]

handler400 = "bihuan.web.errors.bad_request"
handler403 = "bihuan.web.errors.forbidden"
handler404 = "bihuan.web.errors.not_found"
handler500 = "bihuan.web.errors.server_error"
