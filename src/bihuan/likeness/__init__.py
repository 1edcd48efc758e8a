"""Which texts say the same: likeness, likely duplicates, what differs, and the rows of a later version.

Knows texts and nothing else: no Django, no database, no units, no files. Whoever asks brings the texts.
"""
