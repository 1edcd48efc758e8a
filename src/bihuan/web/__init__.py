"""Pages for staff: views, forms, templates and static files. Views load in scope, call one action, render."""
