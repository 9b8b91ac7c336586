"""JSON Schemas of the files, made from the same tables that read them, for editors that complete and check YAML."""

from __future__ import annotations

from typing import Any

from bptutor.files.keys import ANSWERS, PROBLEM
from bptutor.files.kinds import schema_of

TABLES = {"problem": PROBLEM, "answers": ANSWERS}


def schema(of: str) -> dict[str, Any]:
    """The JSON Schema of `problem` or `answers` files."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"bptutor {of} file"}
    samples = {"oneOf": [{"required": ["inputs"]}, {"required": ["samples"]}]} if of == "problem" else {}
    return head | schema_of(TABLES[of]) | samples
