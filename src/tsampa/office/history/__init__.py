"""History: every version of every row, written by the database itself; cuts, seals and receipts."""
