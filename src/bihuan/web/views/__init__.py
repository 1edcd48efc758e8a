"""Views: load in scope, call one action or query, render."""
