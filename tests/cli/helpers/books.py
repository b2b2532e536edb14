"""Workbooks as another program reads and writes them."""

import openpyxl


def sheets(path):
    """{sheet: rows of values}, as Excel would show them; the streaming reader, because lists are long."""
    book = openpyxl.load_workbook(path, read_only=True)
    try:
        return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets}
    finally:
        book.close()


def write_sheet(path, rows, title="Sheet1"):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def is_coloured(cell):
    return cell.fill is not None and cell.fill.fill_type == "solid"
