"""The baseline of `grade` on a table: reads every row with `csv.reader`, no more."""

import csv
import sys

with open(sys.argv[1], newline="") as file:
    for _row in csv.reader(file):
        pass
