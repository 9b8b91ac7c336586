"""What options of several commands have in common: those that are the same, forms of output, which exclude others."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from itertools import product
from typing import Annotated, Any, Protocol

import typer

from bptutor.cli import completion
from bptutor.errors import BptutorError
from bptutor.language import _

ProblemOrStdin = Annotated[
    str,
    typer.Argument(
        help=_("A YAML file, a name of the library, or - for standard input."), autocompletion=completion.problems
    ),
]
ProblemFile = Annotated[
    str, typer.Argument(help=_("A YAML file, or a name of the library."), autocompletion=completion.problems)
]
Layers = Annotated[
    str | None, typer.Option("--layer", metavar="N,…", help=_("Only these layers; 1 is the first after the inputs."))
]
Force = Annotated[bool, typer.Option("--force", help=_("Overwrite an existing file."))]

OUTPUT = _("Other forms of output")


class Form(Protocol):
    """A row of a table of forms of output, as far as the command line is concerned."""

    @property
    def says(self) -> str:
        """What the help says of it."""


def with_forms(forms: Mapping[str, Form]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Gives a command a switch for each row of a table, in the place of its parameter `forms`: the names of those used.

    A row `csv` of the table is a switch `--csv`.
    """
    names = {f"as_{name}": name for name in forms}
    return in_place_of(
        "forms",
        {key: (_switch(name, forms[name].says), False) for key, name in names.items()},
        lambda given: [names[key] for key, used in given.items() if used],
    )


def in_place_of(
    parameter: str, options: Mapping[str, tuple[Any, Any]], made: Callable[[dict[str, Any]], Any]
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Gives a command `options` in the place of a parameter, which becomes what is `made` of their values.

    `options` has for each name its annotation and its default.
    """

    def decorated(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def run(**given: Any) -> None:
            command(**{parameter: made({key: given.pop(key) for key in options})}, **given)

        parameters = []
        for own in inspect.signature(command, eval_str=True).parameters.values():
            several = [
                inspect.Parameter(key, own.kind, default=default, annotation=annotation)
                for key, (annotation, default) in options.items()
            ]
            parameters += several if own.name == parameter else [own]
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        return run

    return decorated


def _switch(name: str, says: str) -> Any:
    return Annotated[bool, typer.Option(f"--{name}", rich_help_panel=OUTPUT, help=says)]


def switches(forms: Mapping[str, Form]) -> tuple[str, ...]:
    """The switches of a table of forms."""
    return tuple(f"--{name}" for name in forms)


Apart = tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]


def keep_apart(used: set[str], apart: Apart) -> None:
    """Raises BptutorError where two of the options used are on different sides of a row of the table."""
    for some, others in apart:
        for one, other in product(some, others):
            if one != other and {one, other} <= used:
                message = _("{one} and {other} cannot go together").format(one=one, other=other)
                raise BptutorError(message, hint=_("leave out one of them"))


Needs = tuple[tuple[str, tuple[str, ...]], ...]


def keep_together(used: set[str], needs: Needs) -> None:
    """Raises BptutorError where an option is used without any of the others of its row."""
    for one, others in needs:
        if one in used and not used & {*others}:
            message = _("{one} has no effect without {other}").format(one=one, other=_(" or ").join(others))
            raise BptutorError(message, hint=_("add {other}, or leave out {one}").format(one=one, other=others[0]))
