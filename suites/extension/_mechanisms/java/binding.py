"""GraalPy's access to Java: methods of a class, called as functions.

Bytes become a Java array for each call, which is a copy.
"""

EXPRESSIONS = {"build": "list(build(length))"}  # what comes back is a Java array
LACKS = {"fill": "Java is given a copy of a bytearray: what it writes there is lost"}


def load(folder):
    """The functions by name."""
    import java  # GraalPy alone has it

    java.add_to_classpath(folder)
    border = java.type("Border")
    return {
        "nothing": border.nothing,
        "add": border.add,
        "hypotenuse": border.hypotenuse,
        "sum_bytes": border.sumBytes,
        "build": border.build,
        "callback": lambda function: function,
        "call_back": border.callBack,
        "Point": java.type("Border$Point"),
    }
