"""What all tests share: modules beside this file can be imported; hypothesis draws the same examples everywhere."""

import sys
from pathlib import Path

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))

settings.register_profile("bptutor", deadline=None, derandomize=True)
settings.load_profile("bptutor")
