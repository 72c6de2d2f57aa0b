"""Charts by matplotlib: one per file, all on the canvas of `canvas`."""
