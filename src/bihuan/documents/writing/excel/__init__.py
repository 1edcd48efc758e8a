"""Excel files changed in place: what is not touched leaves as it came; start at `workbook.ExcelCopy`."""
