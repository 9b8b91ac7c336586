"""What is typed wrongly on the command line, told as what is wrong with a file is told."""

from __future__ import annotations

import re
import sys
from typing import Any

from bptutor.errors import BptutorError, nearest
from bptutor.language import _

_THREE = ("mazur", "victorzhou", "relu-softmax")
"""Problems to begin with: the best known one, one of a blog for beginners, one as deep learning has them."""


def is_usage(error: Exception) -> bool:
    """Whether typer says that it does not understand what was typed."""
    return hasattr(error, "format_message") and hasattr(error, "exit_code")


def usage_error(error: Any) -> BptutorError | None:
    """The same as what is said of files: what was found, what was expected, what to try; None if the help says it."""
    name = type(error).__name__
    if name == "NoArgsIsHelpError":
        sys.stdout.write(f"{error.format_message()}\n")
        return None
    message, hint = _SAYS.get(name, _other)(error)
    return BptutorError(message, hint=hint or _help(error))


def _help(error: Any) -> str:
    context = getattr(error, "ctx", None)
    path = getattr(context, "command_path", "") or "bptutor"
    return _("{command} --help shows what there is").format(command=path)


def _missing(error: Any) -> tuple[str, str]:
    """An argument, or an option, that is needed."""
    parameter = error.param
    names = [name for name in getattr(parameter, "opts", ()) if name.startswith("-")]
    name = names[0] if names else str(parameter.metavar or parameter.name).strip("[]….")
    command = getattr(error.ctx, "command_path", "bptutor")
    message = _("{name} is missing").format(name=name if names else name.upper())
    if name.lower().startswith("problem"):
        tries = ", ".join(f"{command} {problem}" for problem in _THREE)
        hint = _("{tries}; `bptutor problems` lists them all, `bptutor init` begins your own")
        return message, hint.format(tries=tries)
    return message, ""


def _no_such_option(error: Any) -> tuple[str, str]:
    message = _("there is no option {name}").format(name=error.option_name)
    return message, ", ".join(sorted(error.possibilities or ()))


def _bad_value(error: Any) -> tuple[str, str]:
    """A value that an option does not take."""
    parameter = error.param
    names = [name for name in getattr(parameter, "opts", ()) if name.startswith("-")]
    name = names[0] if names else str(getattr(parameter, "name", "")).upper()
    show = getattr(parameter, "display_type_rich", None)
    takes = show(ctx=error.ctx) if show else None
    if not takes and (choices := getattr(getattr(parameter, "type_descriptor", None), "choices", None)):
        takes = "|".join(map(str, choices))
    if takes:
        typed = _typed(names) if names else _quoted(error)
        found = _("found {name} {typed}") if names else _("found {typed} for {name}")
        message = _("{found}, expected {what}") if typed else _("{name}: expected {what}")
        what = takes.replace("|", _(" or "))
        return message.format(found=found.format(name=name, typed=typed), name=name, what=what), ""
    said = str(error.message).rstrip(".")
    return _("{name}: {said}").format(name=name, said=said[:1].lower() + said[1:]), ""


def _typed(names: list[str]) -> str:
    """What stands after an option on the command line, "" where that cannot be seen."""
    for place, word in enumerate(sys.argv[1:], 1):
        option, equals, value = word.partition("=")
        if option in names:
            return _brief(value if equals else " ".join(sys.argv[place + 1 : place + 2]))
    return ""


def _quoted(error: Any) -> str:
    """What a message of typer quotes."""
    found = re.search("'(.+?)'", str(error.message))
    return _brief(found[1]) if found else ""


def _brief(text: str) -> str:
    from bptutor.files.faults import brief  # which knows YAML: the help does not wait for it

    return brief(text)


def _other(error: Any) -> tuple[str, str]:
    """A command that there is not, an argument too many."""
    said = str(error.format_message()).split("\n")[0].rstrip(".")
    if found := re.match(r"No such command '(.*?)'", said):
        commands = error.ctx.command.list_commands(error.ctx) if error.ctx else []
        message = _("there is no command {name}").format(name=found[1])
        near = nearest(found[1], commands)
        path = error.ctx.command_path if error.ctx else "bptutor"
        return message, f"{path} {near}" if near else ""
    return said[:1].lower() + said[1:], ""


_SAYS = {
    "MissingParameter": _missing,
    "NoSuchOption": _no_such_option,
    "BadParameter": _bad_value,
}
