"""What holds for every test: property tests draw the same examples each time and are not timed one by one."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "bihuan",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile("bihuan")
