"""Files that a reader takes away: sheets and reports as PDF, workbooks, open data; made from what queries read."""
