"""What all tests share: hypothesis draws the same examples everywhere."""

from hypothesis import settings

settings.register_profile("bptutor", deadline=None, derandomize=True)
settings.load_profile("bptutor")
