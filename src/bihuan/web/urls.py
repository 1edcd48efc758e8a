"""Every address of the service. All are behind the gate unless their view says `open_to_all`."""

from __future__ import annotations

from allauth.account import views as account
from django.urls import path, register_converter

from bihuan.web.converters import AtConverter
from bihuan.web.views import (
    acting,
    bulk,
    by_unit,
    columns,
    desk,
    drafting,
    evidence,
    frame,
    going_out,
    handover,
    history,
    intake,
    ledger,
    ledger_print,
    organisation,
    organisation_import,
    people,
    problem,
    reading,
    registering,
    returns,
    rounds,
    signing_for,
    slips,
    undoing,
    unit,
)

register_converter(AtConverter, "at")

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
    path("ledger/print/", ledger_print.ledger_print, name="ledger_print"),
    path("ledger/history/", history.history, name="history"),
    path("ledger/history/export/", history.history_export, name="history_export"),
    path("ledger/by-unit/", by_unit.by_unit, name="by_unit"),
    path("ledger/by-unit/export/", by_unit.by_unit_export, name="by_unit_export"),
    path("ledger/by-unit/reminders/", by_unit.reminders, name="reminders"),
    path("ledger/views/", ledger.save_view, name="view_save"),
    path("ledger/views/<int:view_id>/delete/", ledger.delete_view, name="view_delete"),
    # problem
    path("ledger/new/", registering.new_problem, name="new_problem"),
    path("ledger/new/units/", registering.unit_names, name="unit_names"),
    path("ledger/act/<slug:move>/", bulk.bulk, name="bulk"),
    path("ledger/dispatches/", undoing.dispatches, name="dispatches"),
    path("ledger/dispatches/<uuid:dispatch_id>/recall/", undoing.dispatch_recall, name="dispatch_recall"),
    path("problems/<uuid:problem_id>/", problem.problem, name="problem"),
    path("problems/<uuid:problem_id>/drawer/", problem.problem_drawer, name="problem_drawer"),
    path("problems/<uuid:problem_id>/<slug:move>/", acting.act, name="act"),
    path("problems/<uuid:problem_id>/behalf/<int:unit_id>/<slug:move>/", acting.act_for, name="act_for"),
    path("evidence/<uuid:evidence_id>/", evidence.evidence, name="evidence"),
    path("evidence/<uuid:evidence_id>/check/", evidence.evidence_check, name="evidence_check"),
    # intake
    path("intake/", intake.intake, name="intake"),
    path("intake/<uuid:reading_id>/", reading.reading, name="reading"),
    path("intake/<uuid:reading_id>/units/", reading.reading_units, name="reading_units"),
    path("intake/<uuid:reading_id>/units/find/", reading.reading_find, name="reading_find"),
    path("intake/<uuid:reading_id>/rows/<at:at>/", drafting.reading_draft, name="reading_draft"),
    path("intake/<uuid:reading_id>/rows/<at:at>/pass/", drafting.reading_pass, name="reading_pass"),
    path("intake/<uuid:reading_id>/rows/<at:at>/drop/", drafting.reading_drop, name="reading_drop"),
    path("intake/<uuid:reading_id>/rows/<at:at>/split/", drafting.reading_split, name="reading_split"),
    path("intake/<uuid:reading_id>/rows/<at:at>/merge/", drafting.reading_merge, name="reading_merge"),
    path("intake/<uuid:reading_id>/rows/<at:at>/unmerge/", drafting.reading_unmerge, name="reading_unmerge"),
    path("intake/<uuid:reading_id>/columns/", columns.reading_columns, name="reading_columns"),
    path("intake/layouts/", columns.layouts, name="layouts"),
    path("intake/layouts/<uuid:layout_id>/forget/", columns.layout_forget, name="layout_forget"),
    path("intake/<uuid:reading_id>/file/", going_out.reading_file, name="reading_file"),
    path("intake/<uuid:reading_id>/own/", going_out.reading_own, name="reading_own"),
    path("intake/<uuid:reading_id>/marked/", going_out.reading_marked, name="reading_marked"),
    path("intake/<uuid:reading_id>/confirm/", reading.reading_confirm, name="reading_confirm"),
    path("intake/<uuid:reading_id>/round/", rounds.reading_round, name="reading_round"),
    path("intake/<uuid:reading_id>/rows/<at:at>/pair/", rounds.reading_pair, name="reading_pair"),
    path("intake/<uuid:reading_id>/absent/", rounds.reading_absent, name="reading_absent"),
    path("intake/<uuid:reading_id>/discard/", reading.reading_discard, name="reading_discard"),
    path("intake/<uuid:reading_id>/withdraw/", undoing.reading_withdraw, name="reading_withdraw"),
    path("intake/<uuid:reading_id>/again/", undoing.reading_again, name="reading_again"),
    # units' own Excel files
    path("returns/", returns.returns, name="returns"),
    path("returns/send/", returns.returns_send, name="returns_send"),
    path("returns/units/<int:unit_id>/sign/", signing_for.sign_for, name="sign_for"),
    path("returns/<uuid:returned_id>/", returns.returned, name="returned"),
    path("returns/<uuid:returned_id>/drop/", returns.returned_drop, name="returned_drop"),
    path("returns/<uuid:returned_id>/file/", returns.returned_file, name="returned_file"),
    # organisation
    path("units/", organisation.units, name="units"),
    path("units/new/", organisation.unit_new, name="unit_new"),
    path("units/<int:unit_id>/", unit.unit, name="unit"),
    path("units/<int:unit_id>/active/", organisation.unit_active, name="unit_active"),
    path("units/<int:unit_id>/rename/", unit.unit_rename, name="unit_rename"),
    path("units/<int:unit_id>/move/", unit.unit_move, name="unit_move"),
    path("units/<int:unit_id>/merge/", unit.unit_merge, name="unit_merge"),
    path("units/<int:unit_id>/forget/", unit.unit_forget, name="unit_forget"),
    path("units/import/", organisation_import.organisation_import, name="organisation_import"),
    path("units/import/template/", organisation_import.organisation_template, name="organisation_template"),
    path("people/", people.people, name="people"),
    path("people/new/", people.person_new, name="person_new"),
    path("people/slips/", slips.slips, name="slips"),
    path("people/<int:person_id>/", people.person, name="person"),
    path("people/<int:person_id>/password/", people.person_password, name="person_password"),
    path("people/<int:person_id>/active/", people.person_active, name="person_active"),
    path("people/<int:person_id>/posts/", people.post_new, name="post_new"),
    path("people/<int:person_id>/posts/<int:post_id>/end/", people.post_end, name="post_end"),
    path("people/<int:person_id>/posts/<int:post_id>/hand/", handover.hand_over, name="post_hand"),
]

handler400 = "bihuan.web.errors.bad_request"
handler403 = "bihuan.web.errors.forbidden"
handler404 = "bihuan.web.errors.not_found"
handler500 = "bihuan.web.errors.server_error"
