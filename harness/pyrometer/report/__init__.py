"""Decided rows in; pages, tables and charts out. Refuses to compute: every figure comes decided.

`publish.write_report` writes a report folder, `terminal` the end of a run, `readme` the splice.
"""
