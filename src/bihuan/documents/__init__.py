"""Files in, plain rows out, and back again.

Readers turn what an office has into frozen records with their place in the source; writers turn rows into
files. Nothing here knows the database, the web or who is asking: no Django, no other part of bihuan.
"""
