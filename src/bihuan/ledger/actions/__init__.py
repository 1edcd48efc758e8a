"""Every way in which a problem changes: one file per step of the loop.

All of them take a list of problems (one is a list of one), run in one transaction, and write each change
together with its entry (`step`). Pages, command line, demo and jobs call these and nothing else writes.
"""
