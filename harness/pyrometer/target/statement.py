"""A statement in a loop of its own, as `python -m timeit` has it, for a case to be made of.

Owns the loop: setup and statement share the local names of one function, the setup is run anew
and untimed before each sample, and what an iteration costs is in the time. Where there are
syntax trees, nothing is indented as text: a string over several lines stays what it is.
"""

import bench
import clock

try:
    from _ast import PyCF_ONLY_AST  # ast itself would import much that nobody asked for
    from itertools import repeat
except ImportError:  # MicroPython
    PyCF_ONLY_AST = None

    def repeat(_thing, times):
        return range(times)


NAME = "<statement>"
LOOP = """
def loop(_loops, _wall_ns, _cpu_ns):
    {setup}
    _cpu, _wall = _cpu_ns(), _wall_ns()
    for _loop in _loops:
        {text}
        pass
    _wall, _cpu = _wall_ns() - _wall, _cpu_ns() - _cpu
    return _wall, _cpu
"""


def compiled(setup, text):
    """The function that runs the statement; SyntaxError as soon as it could be one."""
    # Alone first: inside of the function and its loop, `return` and `break` would pass.
    compile(setup + "\n" + text, NAME, "exec")
    whole = _as_text if PyCF_ONLY_AST is None else _as_tree
    names = {"__name__": "__main__"}
    exec(compile(whole(setup, text), NAME, "exec"), names)
    return names["loop"]


def _as_tree(setup, text):
    tree = _tree(LOOP.format(setup="pass", text="pass"))
    body = tree.body[0].body
    body[2].body[:1] = _tree(text).body
    body[:1] = _tree(setup).body
    return tree


def _tree(source):
    return compile(source, NAME, "exec", PyCF_ONLY_AST)


def _as_text(setup, text):
    return LOOP.format(setup=_indented(setup, 4), text=_indented(text, 8))


def _indented(source, columns):
    return (source + "\npass").replace("\n", "\n" + " " * columns)


def sample(run, _state, loops, _expected):
    """Takes the place of a bench's own loop; there is no value to compare."""
    wall, cpu = run(repeat(None, loops), clock.wall_ns, clock.cpu_ns)
    return wall, cpu, 0


def facts(request):
    """Loops and time of the last sample of an empty loop, which had a tenth of the budget."""
    budget_ns, sample_ns = int(request["budget_ns"][0]), int(request["sample_ns"][0])
    if not budget_ns:
        return {}
    run = compiled("", "pass")
    until = clock.wall_ns() + budget_ns // 10
    loops, wall = 1, sample(run, None, 1, None)[0]
    while clock.wall_ns() < until or (wall < sample_ns and loops < bench.MOST_LOOPS):
        loops = bench.next_loops(loops, wall, sample_ns)
        wall = sample(run, None, loops, None)[0]
    return {"empty_loops": loops, "empty_ns": wall}
