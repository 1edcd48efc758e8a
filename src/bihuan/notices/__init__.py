"""What the record says, told to those whom it concerns: inboxes, digests, mail. Nothing here is on the record."""
