"""From a text to problems and figures, one step a module: blocks → lines → drafts → items; figures beside them.

Start at `pipeline.read_blocks`. Nothing here opens a file, and nothing here knows an organisation.
"""
