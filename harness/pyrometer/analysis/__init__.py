"""Numbers in, numbers and warnings out: pure, without I/O and without formatting."""
