"""The background worker: what it does by the clock, and the handlers of enqueued work."""
