"""Every sentence shown to a user goes through `_`, so that a translation needs no change in the code."""

import gettext
from pathlib import Path

_catalogue = gettext.translation("bptutor", Path(__file__).parent / "locale", fallback=True)

_ = _catalogue.gettext
"""The sentence in the user's language; numbers, ids and JSON fields never pass through here."""

plural = _catalogue.ngettext
"""`plural(one, many, n)`: the form that goes with n."""
