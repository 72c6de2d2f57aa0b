"""What an interpreter lacks, and what stands in for it: the one place for such things.

Each quirk asks for the gap itself and not for the interpreter's name where it can, so that it
ends with the gap.
"""
