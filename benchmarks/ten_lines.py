"""A baseline: load a YAML file and print a number of table cells, with libraries and types of options of `solve`."""

from typing import Annotated

import numpy  # noqa: F401
import typer
import yaml
from rich.console import Console
from rich.table import Table


def main(
    path: str,
    cells: Annotated[int, typer.Option(min=1)] = 60,
    number: float = 0.1234,
    title: str | None = None,
    wide: bool = False,
) -> None:
    """Six columns, as many rows as the cells need."""
    with open(path) as file:
        yaml.load(file, yaml.CSafeLoader)
    table = Table(*"abcdef", title=title, expand=wide)
    for _ in range(cells // 6):
        table.add_row(*[str(number)] * 6)
    Console().print(table)


typer.run(main)
