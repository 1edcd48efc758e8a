"""What a GET of every address answers to every role, written down; `test_every_address` holds the service to it.

200 seen, 302 sent to sign in, 403 no right (and why), 404 not for these eyes, 405 not by GET.
"""

from __future__ import annotations

ROLES = (
    "anonymous",
    "coordinator",
    "supervisor",
    "reviewer",
    "auditor",
    "liaison",
    "leader",
    "support",
    "county_coordinator",
    "stranger",
    "administrator",
)
OPEN = (200,) * 11
ALL = (302, *(200,) * 10)
POSTED = (302, *(405,) * 10)
BUSINESS = (302, *(200,) * 9, 403)
"""Everybody but the administrator, who sees no problems."""
READERS = (302, 200, 200, 200, 403, *(200,) * 5, 403)
"""Everybody who works on problems: no auditor, no administrator."""
INVOLVED = (302, 200, 200, 200, 200, 200, 200, 200, 404, 404, 404)
"""The office, the lead and the supporting unit; a problem out of sight does not exist."""
KEEPERS = (302, 200, 403, 403, 403, 403, 403, 403, 200, 403, 403)
IN_CAMPAIGN = (302, 200, 200, 200, 200, 200, 200, 200, 404, 404, 403)
"""The city's units take part, the county does not."""
OFFICES = (302, 200, 200, 200, 200, 404, 404, 404, 404, 404, 403)
"""The people of the office, and of units above it."""
CAMPAIGN_KEEPERS = (302, 200, 403, 403, 403, 403, 403, 403, 404, 404, 403)
ADMINISTRATORS = (302, *(403,) * 9, 200)
UNIT_WRITERS = (302, 200, 403, 403, 403, 200, 200, 200, 200, 200, 403)
"""Coordinators, leaders and liaisons of any unit, for their own unit."""
SOURCE_KEEPERS = (302, 200, *(403,) * 8, 200)
"""The coordinating office at the top of the tree, and administrators."""

TABLE: dict[str, tuple[int, ...]] = {
    "account_login": (200, *(302,) * 10),
    "account_logout": ALL,
    "account_inactive": OPEN,
    "account_change_password": ALL,
    "set_language": (405,) * 11,
    "choose_post": POSTED,
    "stages": BUSINESS,
    "desk": ALL,
    "inbox": READERS,
    "inbox_read_all": POSTED,
    "inbox_settings": READERS,
    "inbox_open": (302, *(404,) * 4, 302, *(404,) * 5),  # the liaison's own notice; opening leads to the problem
    "inbox_digest": (302, *(404,) * 4, 200, *(404,) * 5),
    "inbox_turned": (302, 404, 404, 404, 403, 200, 200, 404, 404, 404, 403),  # the people of the unit
    "mail_deliveries": ADMINISTRATORS,
    "ledger": BUSINESS,
    "ledger_summary": BUSINESS,
    "ledger_export": BUSINESS,
    "ledger_print": BUSINESS,
    "history": BUSINESS,
    "history_export": (302, 200, 200, 200, 200, 404, 404, 404, 404, 404, 403),
    "by_unit": BUSINESS,
    "wall": BUSINESS,
    "wall_print": BUSINESS,
    "by_unit_export": BUSINESS,
    "reminders": BUSINESS,
    "view_save": POSTED,
    "view_delete": POSTED,
    "new_problem": (302, 200, 403, 403, 403, 403, 403, 403, 403, 403, 403),  # the county keeps no ledger yet
    "unit_names": KEEPERS,
    "bulk": (302, 302, 403, 403, 403, 403, 403, 403, 302, 403, 403),
    "problem": INVOLVED,
    "problem_drawer": (
        302,
        302,
        302,
        302,
        302,
        302,
        302,
        302,
        404,
        404,
        404,
    ),  # a part of the list; alone: the page
    "act": (302, 403, 403, 403, 403, 200, 200, 200, 404, 404, 404),
    # A supporting unit sees its own measures alone, and so no parts that others carry out.
    "problem_parts": (302, 200, 200, 200, 200, 200, 200, 404, 404, 404, 404),
    "case_file": INVOLVED,
    "evidence": (302, 200, 200, 200, 200, 200, 200, 404, 404, 404, 404),
    "evidence_check": (302, 302, 302, 302, 302, 302, 302, 404, 404, 404, 404),
    "intake": KEEPERS,
    "reading": (302, 200, 403, 403, 403, 403, 403, 403, 404, 403, 403),
    "reading_units": (302, 200, 403, 403, 403, 403, 403, 403, 404, 403, 403),
    "reading_find": (302, 404, 403, 403, 403, 403, 403, 403, 404, 403, 403),
    "reading_draft": (302, 200, 403, 403, 403, 403, 403, 403, 404, 403, 403),
    "reading_pass": POSTED,
    "reading_drop": POSTED,
    "reading_split": (302, 200, 403, 403, 403, 403, 403, 403, 404, 403, 403),
    "reading_merge": POSTED,
    "reading_unmerge": POSTED,
    "reading_confirm": (302, 200, 403, 403, 403, 403, 403, 403, 404, 403, 403),
    "reading_round": POSTED,
    "reading_pair": POSTED,
    "reading_absent": (302, 200, 403, 403, 403, 403, 403, 403, 404, 403, 403),
    "reading_discard": POSTED,
    "reading_withdraw": (302, 302, 403, 403, 403, 403, 403, 403, 404, 403, 403),  # still open: back to its page
    "reading_again": POSTED,
    "reading_columns": (302, 200, 403, 403, 403, 403, 403, 403, 404, 403, 403),
    "reading_file": (302, 200, 403, 403, 403, 403, 403, 403, 404, 403, 403),
    "reading_own": (302, 302, 403, 403, 403, 403, 403, 403, 404, 403, 403),  # not confirmed yet: back to its page
    "reading_marked": (302, 302, 403, 403, 403, 403, 403, 403, 404, 403, 403),  # nothing to mark: back to its page
    "layouts": KEEPERS,
    "layout_forget": POSTED,
    "dispatches": KEEPERS,
    "dispatch_recall": (302, 200, 403, 403, 403, 403, 403, 403, 404, 403, 403),
    "act_for": (302, 200, 403, 403, 403, 403, 403, 403, 404, 404, 404),
    "returns": KEEPERS,
    "returns_send": POSTED,
    "sign_for": (302, 200, 403, 403, 403, 403, 403, 403, 404, 403, 403),
    "returned": (302, 200, 403, 403, 403, 403, 403, 403, 404, 403, 403),
    "returned_drop": POSTED,
    "returned_file": (302, 200, 403, 403, 403, 403, 403, 403, 404, 403, 403),
    "leaders": BUSINESS,
    "leader": (302, 200, 200, 200, 200, 200, 200, 404, 404, 404, 403),
    "lookbacks": BUSINESS,
    "lookback_new": (302, 200, 200, 403, 403, 403, 403, 403, 200, 403, 403),
    "draw": OFFICES,
    "draw_print": OFFICES,
    "draw_export": OFFICES,
    "draw_list": OFFICES,
    "draw_again": POSTED,
    "tasks": BUSINESS,
    "task_units": BUSINESS,
    "task": (302, 200, 200, 200, 200, 200, 200, 404, 404, 404, 403),
    "meetings": BUSINESS,
    "meeting_new": (302, 200, 403, 403, 403, 403, 200, 403, 200, 403, 403),
    "meeting": (302, 200, 200, 200, 200, 404, 404, 404, 404, 404, 403),
    "meeting_edit": (302, 200, 403, 403, 403, 404, 404, 404, 404, 404, 403),
    "meeting_paper": (302, 200, 200, 200, 200, 404, 404, 404, 404, 404, 403),
    "check_topics": BUSINESS,
    "check_topics_send": KEEPERS,
    "check_topics_export": (302, 200, 200, 200, 200, 404, 404, 404, 200, 404, 403),
    "check_topic": BUSINESS,  # everybody's unit was asked
    "check_topic_more": POSTED,
    "check_topic_close": POSTED,
    "check_answer": (302, 200, 200, 200, 200, 200, 200, 404, 404, 404, 403),
    "supervision": BUSINESS,
    "supervision_export": BUSINESS,
    "letter_paper": (302, 200, 200, 200, 200, 200, 200, 404, 404, 404, 403),  # not for the supporting unit
    "referrals": BUSINESS,
    "units": ADMINISTRATORS,
    "unit_new": ADMINISTRATORS,
    "unit_active": POSTED,
    "unit": ADMINISTRATORS,
    "unit_rename": ADMINISTRATORS,
    "unit_move": ADMINISTRATORS,
    "unit_merge": ADMINISTRATORS,
    "unit_forget": POSTED,
    "organisation_import": ADMINISTRATORS,
    "organisation_template": ADMINISTRATORS,
    "people": ADMINISTRATORS,
    "person_new": ADMINISTRATORS,
    "person": ADMINISTRATORS,
    "person_password": POSTED,
    "person_active": POSTED,
    "post_new": POSTED,
    "post_end": POSTED,
    "post_hand": ADMINISTRATORS,
    "slips": ADMINISTRATORS,
    "ledgers": BUSINESS,
    "ledger_new": KEEPERS,
    "ledger_one": (302, 200, 403, 403, 403, 403, 403, 403, 404, 403, 403),
    "ledger_open": POSTED,
    "sources": ALL,
    "sources_left": KEEPERS,
    "source_new": SOURCE_KEEPERS,
    "source_edit": SOURCE_KEEPERS,
    "source_active": POSTED,
    "source_nothing": POSTED,
    "settings_colours": ALL,
    "settings_classes": ALL,
    "settings_class_new": SOURCE_KEEPERS,
    "settings_class": SOURCE_KEEPERS,
    "settings_class_move": POSTED,
    "settings_flow_new": SOURCE_KEEPERS,
    "settings_flow": SOURCE_KEEPERS,
    "settings_flow_remove": POSTED,
    "settings_limits": ALL,
    "settings_numbers": ALL,
    "settings_calendar": ALL,
    "settings_file": ALL,
    "settings_export": ALL,
    "settings_adopt": POSTED,
    "colours_edit": SOURCE_KEEPERS,
    "colours_trial": (302, 200, *(403,) * 8, 404),  # a trial is for whoever asked
    "colours_tried": (302, 200, *(403,) * 9),
    "colours_on": POSTED,
    "campaigns": BUSINESS,
    "campaign": IN_CAMPAIGN,
    "campaign_new": KEEPERS,
    "campaign_edit": CAMPAIGN_KEEPERS,
    "campaign_close": CAMPAIGN_KEEPERS,
    "campaign_scheme": IN_CAMPAIGN,
    "campaign_summary": (302, *(404,) * 9, 403),  # there is none before it is closed
    "campaign_item_new": CAMPAIGN_KEEPERS,
    "campaign_item": CAMPAIGN_KEEPERS,
    "rules": BUSINESS,
    "rules_export": BUSINESS,
    "rule_new": UNIT_WRITERS,
    "rule": BUSINESS,  # the city's rule binds everybody below
    "rule_edit": (302, 200, *(403,) * 9),
    "rule_file": BUSINESS,
    "rule_untie": (302, 200, 403, 403, 403, 200, 200, 200, 404, 404, 403),
    "results": BUSINESS,
    "result_new": UNIT_WRITERS,
    "result": (302, 200, 200, 200, 200, 200, 200, 404, 404, 404, 403),
    "result_edit": (302, 403, 403, 403, 403, 200, 200, 404, 404, 404, 403),
    "examples": BUSINESS,
    "example_new": UNIT_WRITERS,
    "example": BUSINESS,  # published: for everybody
    "example_edit": (302, 403, 403, 403, 403, 200, 200, 403, 403, 403, 403),
}
