"""Reads a workbook with openpyxl in read-only mode and prints "rows cells bytes" of what it found."""

import sys

import openpyxl

rows = cells = size = 0
workbook = openpyxl.load_workbook(sys.argv[1], read_only=True)
for row in workbook.active.iter_rows(values_only=True):
    rows += 1
    for value in row:
        if value is not None:
            cells += 1
            size += len(str(value).encode())
print(rows, cells, size)
