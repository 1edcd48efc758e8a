"""The rules of closing the loop, as plain functions over plain data.

Standard library only: no Django, no clock, no database, no network. Whatever a rule needs (today's date,
a calendar, a policy) is handed to it.
"""
