"""Recipe → build + receipt: how interpreters are obtained, kept, probed and refused.

Owns the store, the recipes and the probe. Refuses to know a suite or a plan.
"""
