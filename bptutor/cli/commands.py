"""The commands of the command line, each imported and made only when it is called."""

from __future__ import annotations

import re
from importlib import import_module
from inspect import getdoc
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from bptutor.language import _

_GROUPS = {
    _("Learn"): {"practice": "practice", "solve": "solve", "show": "show", "init": "init", "problems": "problems:app"},
    _("Check"): {"template": "template", "check": "check", "why": "why"},
    _("Teach"): {
        "new": "new",
        "lint": "lint",
        "worksheet": "worksheet",
        "grade": "grade",
        "marks": "marks",
        "gradescope-zip": "gradescope:gradescope_zip",
        "gradescope-results": "gradescope:gradescope_results",
        "schema": "schema",
    },
}
"""By who wants it: the module of each command, and its name there where that is another one."""

_HOMES = {name: home for group in _GROUPS.values() for name, home in group.items()}
_GROUP_OF = {name: title for title, group in _GROUPS.items() for name in group}

_HIDDEN = {"gradescope-results"}


def _take_as_it_is(parameter: Any) -> None:
    """Lets a text that stays one, and an option that is not there, be taken without the help of pydantic.

    The newest Typer loads it for whatever is not a switch: a fifth of the instructions of `bptutor solve`. Options that
    are numbers or paths go the usual way where they are given.
    """
    process, kind = parameter.process_value, getattr(parameter, "type_descriptor", None)
    if kind is None:
        return

    def processed(context: Any, value: Any) -> Any:
        absent = value in (None, ()) and not parameter.required
        text = isinstance(value, str) and kind.annotation is str
        if not absent and not text:
            return process(context, value)
        return parameter.callback(context, parameter, value) if parameter.callback else value

    parameter.process_value = processed


def _say_plainly(parameter: Any) -> None:
    """Lets the help say what a value looks like, and nothing of a switch: `<bool>` and `<int range>` are for Python."""
    kind = getattr(parameter, "type_descriptor", None)
    if kind is None or not hasattr(parameter, "display_type_rich"):
        return
    said = "" if not hasattr(parameter, "min") else _range(parameter.min, parameter.max)
    if getattr(parameter, "is_flag", False) or getattr(kind, "annotation", None) is bool:
        shown = None
    elif parameter.metavar and parameter.param_type_name == "option":
        shown = parameter.metavar
    elif getattr(kind, "is_choice", False):
        shown = "|".join(str(getattr(choice, "value", choice)) for choice in kind.choices or ())
    elif parameter.param_type_name == "argument":
        shown = None
    else:
        shown = said or _TYPES.get(getattr(kind, "annotation", None), _("TEXT"))
    parameter.display_type_rich = lambda **_context: shown
    parameter._get_number_range_help_str = lambda: None  # noqa: SLF001 (it is said above)


_TYPES: dict[Any, str] = {int: _("N"), float: _("a number"), Path: _("FILE")}


def _range(low: float | None, high: float | None) -> str:
    """What a number may be: `1 to 17`, `from 0`."""
    if low is None and high is None:
        return ""
    return _("from {low}").format(low=low) if high is None else _("{low} to {high}").format(low=low or 0, high=high)


class _Light:
    """A command that loads pydantic only for options that need it."""

    def get_params(self, context: Any) -> Any:
        """The options and arguments, with that of the help."""
        parameters = super().get_params(context)  # type: ignore[misc]
        for parameter in parameters:
            if "process_value" not in vars(parameter):
                _take_as_it_is(parameter)
                _say_plainly(parameter)
        return parameters


class LightCommand(_Light, TyperCommand):
    """A command of which the help says plainly what it takes."""


class LightGroup(_Light, TyperGroup):
    """The same of a group of commands."""


class Commands(_Light, TyperGroup):
    """The group of all commands.

    To make the options of thirteen commands takes a fifth of the instructions of a whole `bptutor solve`, so that only
    the one that is called gets them; the list in the help needs no more of a command than its first sentence.
    """

    def __init__(self, **attributes: Any):
        super().__init__(**attributes)
        self.commands = {name: _named(TyperCommand(name, hidden=name in _HIDDEN)) for name in _HOMES}

    def format_help(self, context: Any, formatter: Any) -> None:
        """The list of commands, a line each: on a screen of 24 lines all of it is to be seen."""
        from bptutor.cli.messages import console

        screen = console()
        with screen.capture() as captured:
            self._print_help(context, screen)
        formatter.write(captured.get())

    def _print_help(self, context: Any, screen: Any) -> None:
        from rich.text import Text

        shown = {title: [name for name in names if name not in _HIDDEN] for title, names in _GROUPS.items()}
        indent = max(len(name) for names in shown.values() for name in names) + 4
        usage = Text(_("Usage: {command} COMMAND …").format(command=context.command_path), style="bold")
        more = _("{command} COMMAND -h says more of each").format(command=context.command_path)
        screen.print(usage.append(f"    {more}", style="not bold"))
        screen.print(f"{self.help}\n", markup=False)
        for title, names in shown.items():
            screen.print(Text(title, style="bold cyan"))
            for name in names:
                says = self.get_command(context, name).get_short_help_str(_ENDLESS).rstrip(".")
                line = Text(f"  {name:<{indent - 2}}", style="bold")
                screen.print(line.append(_fitting(says, screen.width - indent), style="not bold"))
        options = "  ".join("|".join(sorted(one.opts, key=len)) for one in self.get_params(context))
        screen.print(_("Options: {options}").format(options=options), markup=False)
        screen.print(Text(self.epilog or "", style="bold"))

    def list_commands(self, _context: Any) -> list[str]:
        """The names in the order of the help."""
        return list(_HOMES)

    def get_command(self, _context: Any, name: str) -> Any:
        """The command with what it says of itself; None where there is none of this name."""
        if name in _HOMES and not self.commands[name].help:
            home = _home(name)
            self.commands[name].help = home.info.help if isinstance(home, typer.Typer) else getdoc(home)
        return self.commands.get(name)

    def resolve_command(self, context: Any, words: list[str]) -> Any:
        """The command that is called, with its options."""
        if words[0] in _HOMES:
            self.commands[words[0]] = _made(words[0])
        return super().resolve_command(context, words)


_ENDLESS = 1000  # letters of a first sentence


def _fitting(sentence: str, room: int) -> str:
    """The sentence, or as much of it as fits: up to its colon, or else to a comma."""
    if len(sentence) <= room:
        return sentence
    ends = [found.start() for mark in (":", ",") for found in reversed([*re.finditer(f"{mark} ", sentence)])]
    return sentence[: next((end for end in ends if end <= room), len(sentence))]


def _named(command: Any) -> Any:
    """The command in its group of the help."""
    command.rich_help_panel = _GROUP_OF[command.name]
    return command


def _home(name: str) -> Any:
    """The function of a command, or the app of a group of them."""
    module, _colon, attribute = _HOMES[name].partition(":")
    return getattr(import_module(f"bptutor.cli.{module}"), attribute or module)


def _made(name: str) -> Any:
    home = _home(name)
    if isinstance(home, typer.Typer):
        return get_command(home)
    app = typer.Typer(add_completion=False)
    app.command(name, cls=LightCommand, hidden=name in _HIDDEN)(home)
    return get_command(app)
