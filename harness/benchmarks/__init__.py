"""Benchmarks of the harness itself, each one command; nothing here is timed by a test."""
