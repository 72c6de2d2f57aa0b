"""Nothing at all: the interpreter's own start, which every other case of this suite contains."""
