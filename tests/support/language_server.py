"""A YAML language server as an editor drives it: a file is opened, and it completes, explains and complains."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, Self

COMMAND = "yaml-language-server"  # npm install -g yaml-language-server
_ON = {"validate": True, "hover": True, "completion": True}
_CLIENT = {
    "textDocument": {
        "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
        "hover": {"contentFormat": ["markdown"]},
    },
    "workspace": {"configuration": True},
}


class LanguageServer:
    """A running server for the files of a folder; a `|` in their text is the cursor."""

    def __init__(self, folder: Path):
        self._folder, self._numbers, self._files = folder, count(1), count(1)
        self._process = subprocess.Popen([COMMAND, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._ask("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": _CLIENT})
        self._send("initialized", {})
        self._send("workspace/didChangeConfiguration", {"settings": {"yaml": _ON}})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.kill()
        self._process.communicate()

    def offers(self, text: str) -> dict[str, str]:
        """What can be typed at the cursor, each with what is said of it."""
        found = self._ask("textDocument/completion", self._at_cursor(text))
        items = found["items"] if isinstance(found, dict) else found
        return {item["label"]: _said(item.get("documentation")) for item in items}

    def says(self, text: str) -> str:
        """What stands in the box over the word at the cursor."""
        return _said(self._ask("textDocument/hover", self._at_cursor(text))["contents"])

    def complaints(self, text: str) -> list[tuple[int, str]]:
        """What is wrong, each with its line."""
        uri = self._opened(text)
        for message in self._messages():
            if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == uri:
                found = message["params"]["diagnostics"]
                return [(one["range"]["start"]["line"] + 1, one["message"]) for one in found]
        raise EOFError

    def _at_cursor(self, text: str) -> dict[str, Any]:
        before, _, after = text.partition("|")
        line = before.rpartition("\n")[2]
        uri = self._opened(before + after)
        return {
            "textDocument": {"uri": uri},
            "position": {"line": before.count("\n"), "character": len(line.encode("utf-16-le")) // 2},
        }

    def _opened(self, text: str) -> str:
        uri = (self._folder / f"{next(self._files)}.yaml").as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._send("textDocument/didOpen", {"textDocument": document})
        return uri

    def _ask(self, method: str, params: Any) -> Any:
        number = next(self._numbers)
        self._send(method, params, id=number)
        return next(found["result"] for found in self._messages() if "method" not in found and found["id"] == number)

    def _send(self, method: str, params: Any, **more: Any) -> None:
        self._write({"method": method, "params": params, **more})

    def _write(self, message: dict[str, Any]) -> None:
        assert self._process.stdin
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self._process.stdin.flush()

    def _messages(self) -> Iterator[dict[str, Any]]:
        """What the server says, its own questions answered."""
        assert self._process.stdout
        while head := self._process.stdout.readline():
            if head.lower().startswith(b"content-length:"):
                length = int(head.split(b":")[1])
                while self._process.stdout.readline().strip():
                    pass
                message = json.loads(self._process.stdout.read(length))
                if "method" in message and "id" in message:
                    asked = message["params"].get("items", []) if message["method"] == "workspace/configuration" else []
                    settings = [_ON if item.get("section") == "yaml" else None for item in asked]
                    self._write({"id": message["id"], "result": settings or None})
                else:
                    yield message


def _said(text: Any) -> str:
    return str(text["value"] if isinstance(text, dict) else text or "")
