"""`bptutor new`: problems worth solving."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bptutor.cli import completion
from bptutor.cli.messages import say, say_written
from bptutor.cli.options import keep_apart
from bptutor.errors import BptutorError
from bptutor.language import _, plural

if TYPE_CHECKING:
    from bptutor.runs.new_run import NewProblems
    from bptutor.setting.wish import Wish

_NET, _NUMBERS, _CLASS = _("The net"), _("Numbers"), _("A class")


def new(
    *,
    layers: Annotated[
        str | None,
        typer.Option(
            metavar="N,…", rich_help_panel=_NET, help=_("Units: 2-3-2, or 2,3,2. Default: those of the level.")
        ),
    ] = None,
    activation: Annotated[
        str,
        typer.Option(
            metavar="NAME,…",
            rich_help_panel=_NET,
            help=_("One for all layers, or one each."),
            autocompletion=completion.activations,
        ),
    ] = "sigmoid",
    loss: Annotated[
        str,
        typer.Option(
            metavar="NAME", rich_help_panel=_NET, help=_("As in a problem file."), autocompletion=completion.losses
        ),
    ] = ("half_squared_error"),
    bias: Annotated[
        Literal["unit", "shared", "none"],
        typer.Option(rich_help_panel=_NET, help=_("A bias for each unit, one shared by a layer, or none.")),
    ] = "unit",
    convention: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=VALUE",
            rich_help_panel=_NET,
            help=_("As in a problem file: rounding=carry."),
            autocompletion=completion.conventions,
        ),
    ] = None,
    optimizer: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            rich_help_panel=_NET,
            help=_("The update rule: adam, or adam:beta1=0.8,beta2=0.9."),
            autocompletion=completion.optimizers,
        ),
    ] = "sgd",
    weight_decay: Annotated[
        str | None, typer.Option(metavar="λ", rich_help_panel=_NET, help=_("L2 of 0.1, or l1:0.1, l2:0.1,biases=true."))
    ] = None,
    samples: Annotated[
        int, typer.Option(min=0, max=20, rich_help_panel=_NET, help=_("How many. 0: as the conventions need."))
    ] = 0,
    steps: Annotated[
        int, typer.Option(min=0, max=20, rich_help_panel=_NET, help=_("How many. 0: as the conventions need."))
    ] = 0,
    like: Annotated[
        str | None,
        typer.Option(
            metavar="PROBLEM",
            rich_help_panel=_NET,
            help=_("New numbers for this problem."),
            autocompletion=completion.problems,
        ),
    ] = None,
    level: Annotated[
        Literal["easy", "exam", "hard"],
        typer.Option(rich_help_panel=_NUMBERS, help=_("Digits and signs of the numbers, and the usual layers.")),
    ] = "exam",
    decimals: Annotated[
        int | None,
        typer.Option("--decimals", "-d", min=0, max=15, rich_help_panel=_NUMBERS, help=_("Default: 4.")),
    ] = None,
    show: Annotated[
        str,
        typer.Option(
            metavar="ID,…",
            rich_help_panel=_NUMBERS,
            help=_("Mistakes that must show. Default: all."),
            autocompletion=completion.mistakes,
        ),
    ] = "",
    seed: Annotated[
        int | None,
        typer.Option(min=0, rich_help_panel=_NUMBERS, help=_("The same seed gives the same file. Default: any.")),
    ] = None,
    title: Annotated[str, typer.Option(metavar="TEXT", help=_("The title of the problem."))] = "",
    variants: Annotated[
        int | None, typer.Option(min=1, max=10_000, rich_help_panel=_CLASS, help=_("So many problems, equally hard."))
    ] = None,
    roster: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", rich_help_panel=_CLASS, help=_("One for each student in this table: id, name, email.")
        ),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="OUT", help=_("The file to write, or the folder of variants.")),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help=_("Overwrite existing files."))] = False,
) -> None:
    """Draw a problem with which mistakes show: numbers are drawn until `lint` finds nothing.

    The exit status is 0, or 1 if something could not be reached; what it is stands on stderr.

    Examples:  bptutor new --seed 7 -o exam.yaml  ·  bptutor new --layers 2,2,2 --variants 30 --roster class.csv -o exam
    """
    usual = {"--layers": layers, "--convention": convention, "--samples": samples, "--steps": steps}
    usual |= {"--optimizer": optimizer != "sgd", "--weight-decay": weight_decay}
    usual |= {"--activation": activation != "sigmoid", "--loss": loss != "half_squared_error", "--bias": bias != "unit"}
    keep_apart({option for option, on in {"--like": like, **usual}.items() if on}, ((("--like",), tuple(usual)),))
    from bptutor.files import option_text as read
    from bptutor.files.library import load
    from bptutor.setting.wish import Wish

    wish = Wish(
        layers=read.layers(layers) if layers else (),
        activations=read.activations(activation),
        loss=read.loss(loss),
        bias=bias,
        conventions=read.conventions(convention or ()),
        optimizer=read.optimizer(optimizer),
        weight_decay=read.weight_decay(weight_decay) if weight_decay else None,
        decimals=decimals,
        level=level,
        show=tuple(filter(None, (name.strip() for name in show.split(",")))),
        samples=samples,
        steps=steps,
        like=load(like) if like else None,
        title=title,
    )
    whole = variants is not None or roster is not None
    drawn = _whole_class(wish, seed, variants, roster, output, force) if whole else _one(wish, seed, output, force)
    _show(drawn, seed, drawn.text if output is None else "")
    _say_what_next(drawn, output, table=roster, whole=whole)
    raise typer.Exit(1 if drawn.missing else 0)


def _one(wish: Wish, seed: int | None, output: str | None, force: bool) -> NewProblems:
    from bptutor.cli.progress import progress
    from bptutor.runs.new_run import one_problem

    with progress(_("Drawing")):
        return one_problem(wish, seed, output, force=force)


def _whole_class(
    wish: Wish, seed: int | None, variants: int | None, roster: Path | None, output: str | None, force: bool
) -> NewProblems:
    from bptutor.cli.progress import progress
    from bptutor.runs.new_run import whole_class

    if output is None:
        raise BptutorError(_("a class needs a folder"), hint=_("-o FOLDER"))
    with progress(_("Problems")) as tell:
        return whole_class(wish, seed, variants, roster, Path(output), force=force, progress=tell)


def _show(drawn: NewProblems, seed: int | None, text: str = "") -> None:
    """What goes to stdout; a seed that nobody gave, so that the same can be drawn again; and what is missing."""
    if seed is None:
        say(f"--seed {drawn.seed}")
    sys.stdout.write(text)
    for line in drawn.not_reached():
        say(line)


def _say_what_next(drawn: NewProblems, output: str | None, *, table: Path | None, whole: bool) -> None:
    """What was written, and what to do with it: a problem, or those of a whole class; nothing of what was printed."""
    from bptutor.runs.new_run import KEYS, ROSTER

    if output is None:
        return
    if not whole:
        say_written(output, _("bptutor solve {file}  ·  bptutor lint {file}  ·  bptutor worksheet {file}"))
        return
    folder, count = Path(output), len(drawn.problems)
    problems = plural("{n} problem in {folder}", "{n} problems in {folder}", count).format(n=count, folder=folder)
    whose = [_("whose is which in {file}").format(file=folder / ROSTER)] if table else []
    say("; ".join([problems, _("their keys in {folder}").format(folder=folder / KEYS), *whose]))
    roster = f" --roster {shlex.quote(str(folder / ROSTER))}" if table else ""
    then = f"bptutor worksheet {shlex.quote(output)} --variants{roster} -o sheets --format pdf"
    say(_("Next: {then}").format(then=then))
