"""A baseline: load a YAML file and print a number of table cells, with the libraries that bptutor uses."""

import numpy  # noqa: F401
import typer
import yaml
from rich.console import Console
from rich.table import Table


def main(path: str, cells: int) -> None:
    """Six columns, as many rows as the cells need."""
    with open(path) as file:
        yaml.load(file, yaml.CSafeLoader)
    table = Table(*"abcdef")
    for _ in range(cells // 6):
        table.add_row(*["0.1234"] * 6)
    Console().print(table)


typer.run(main)
