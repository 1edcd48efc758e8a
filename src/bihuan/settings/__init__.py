"""Settings of the service. `base` is used everywhere; `testing` only by the tests."""
