"""From an uploaded file to drafts to problems: what was read, what people decided, what was registered."""
