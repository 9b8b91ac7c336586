"""The zip that makes an autograder of Gradescope: this version of bptutor marks each hand-in."""

from __future__ import annotations

import io
import json
import shlex
import zipfile
from collections.abc import Sequence

from bptutor import __version__
from bptutor.language import _
from bptutor.render.own_wheel import own_wheel

_SETUP = """\
#!/usr/bin/env bash
# Runs once, when the autograder is built: installs bptutor into an environment of its own.
#
# The wheel of bptutor stands beside this file. Where there is no network, put those of what it needs there too:
#     pip wheel bptutor-{version}-py3-none-any.whl -w .
set -euo pipefail
cd "$(dirname "$0")"
autograder=${{AUTOGRADER:-/autograder}}
fits() {{ "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; }}
python=python3
if ! fits python3; then
  apt-get update
  apt-get install -y python3 python3-venv
fi
if ! fits python3; then
  apt-get install -y python3.11 python3.11-venv
  python=python3.11
fi
$python -m venv "$autograder/bptutor"
pip=$autograder/bptutor/bin/pip
# Without an index where all is here: asking one that cannot be reached takes minutes.
"$pip" install --no-index --find-links . bptutor-*.whl || "$pip" install --find-links . bptutor-*.whl
"""

_RUN = """\
#!/usr/bin/env bash
# Runs for each hand-in. Whatever happens to it, results.json is there afterwards.
autograder=${{AUTOGRADER:-/autograder}}
results=$autograder/results/results.json
mkdir -p "$autograder/results"
rm -f "$results"
"$autograder/bptutor/bin/bptutor" gradescope-results "$autograder/source/problem.yaml" "$autograder/submission" \\
  {options}> "$results.new" && mv "$results.new" "$results"
if [ ! -s "$results" ]; then
  printf '%s\\n' {failure} > "$results"
fi
"""

_FAILURE = _("The autograder could not run. Your answers are kept; ask your instructor to look at its output.")


def autograder_zip(problem: bytes, options: Sequence[str] = ()) -> bytes:
    """The zip for a problem file; `options` are those of `bptutor gradescope-results`. The same bytes every time."""
    line = "".join(f"{shlex.quote(option)} " for option in options)
    run = _RUN.format(options=line, failure=shlex.quote(json.dumps({"score": 0, "output": _FAILURE})))
    files = {
        "setup.sh": (_SETUP.format(version=__version__).encode(), 0o755),
        "run_autograder": (run.encode(), 0o755),
        "problem.yaml": (problem, 0o644),
    }
    wheel, content = own_wheel()
    files[wheel] = content, 0o644
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as into:
        for name, (data, mode) in files.items():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, (0o100000 | mode) << 16  # Unix, and who may run it
            into.writestr(entry, data)
    return archive.getvalue()
