"""This very version of bptutor as a wheel, put together from its own files: for machines that no index reaches."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from bptutor import __version__
from bptutor.files.library import FOLDER

_PACKAGE = Path(__file__).parent.parent
_ENDINGS = {".py", ".html", ".typed", ".mo", ".yaml", ".css", ".svg", ".tex", ".j2"}
_WHEEL = "Wheel-Version: 1.0\nGenerator: bptutor\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
_SCRIPTS = "[console_scripts]\nbptutor = bptutor.__main__:main\n"


def own_wheel() -> tuple[str, bytes]:
    """The file name and the bytes of the wheel, the same every time.

    packaging.python.org/en/latest/specifications/binary-distribution-format says what is in one.
    """
    name = f"bptutor-{__version__}"
    files = dict(_files(f"{name}.dist-info"))
    record = "".join(f"{path},sha256={_hash(data)},{len(data)}\n" for path, data in files.items())
    files[f"{name}.dist-info/RECORD"] = f"{record}{name}.dist-info/RECORD,,\n".encode()
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, data in files.items():
            entry = zipfile.ZipInfo(path, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o100644 << 16
            wheel.writestr(entry, data)
    return f"{name}-py3-none-any.whl", into.getvalue()


def _files(about: str) -> Iterator[tuple[str, bytes]]:
    for folder, inside in ((_PACKAGE, "bptutor"), (FOLDER, "bptutor/problems")):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and (path.suffix in _ENDINGS or "templates" in path.parts):
                inner = path.relative_to(folder).as_posix()
                if not (folder == _PACKAGE and inner.startswith("problems/")):
                    yield f"{inside}/{inner}", path.read_bytes()
    yield f"{about}/METADATA", _metadata().encode()
    yield f"{about}/WHEEL", _WHEEL.encode()
    yield f"{about}/entry_points.txt", _SCRIPTS.encode()


def _metadata() -> str:
    needs = [line for line in metadata.requires("bptutor") or () if "extra ==" not in line]
    lines = [f"Name: bptutor\nVersion: {__version__}\nRequires-Python: >=3.11"]
    return "\n".join(["Metadata-Version: 2.1", *lines, *(f"Requires-Dist: {need}" for need in needs)]) + "\n"


def _hash(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
