"""Programs that handle programs: compile, ast, tokenize and inspect over source text,
the ground of linters, templates and notebooks."""

import ast
import importlib
import unittest

PROGRAM = '''\
import os.path as p
from . import a, b as c
@decorate(1)
class C(Base, key=2):
    """Doc."""
    x: int = 3
    async def f(self, a, /, b=1, *args, c, **kw) -> None:
        async with a as b, c:
            return await x
        yield (y := 1), *rest
def g():
    global n
    for i, (j, k) in z:
        while not i < j <= k != 5:
            del q[1:2, ::3], r.s
        else:
            raise E from None
    try:
        assert t, 'message'
    except (A, B) as e:
        pass
    finally:
        n += -1 ** 2 if v else lambda *w: {**w, 1: [m for m in o if m]}
    return f'{x!r:>{w}}' + b'y' * 2 @ {1, 2} // ~3
'''


def raised(function, *arguments):
    """The class of what a call raises, None when it returns."""
    try:
        function(*arguments)
    except Exception as error:
        return type(error)
    return None


def optional(module):
    """A module of the standard library that not every interpreter brings."""
    try:
        return importlib.import_module(module)
    except ImportError:
        raise unittest.SkipTest(module) from None


def test_unparsed_source_has_the_same_tree():
    tree = ast.parse(PROGRAM)
    again = ast.parse(ast.unparse(tree))
    assert ast.dump(again) == ast.dump(tree)
    return sorted({type(node).__name__ for node in ast.walk(tree)})


def test_nodes_know_their_place():
    tree = ast.parse("caf\u00e9 = (1 +\n  x)")
    places = []
    for node in ast.walk(tree):
        if hasattr(node, "lineno"):
            name = type(node).__name__
            places.append(
                [name, node.lineno, node.col_offset, node.end_lineno, node.end_col_offset]
            )
    assert ast.get_source_segment("a + bc", ast.parse("a + bc").body[0].value.right) == "bc"
    return places


def test_trees_can_be_rewritten_and_run():
    class Double(ast.NodeTransformer):
        def visit_Constant(self, node):  # noqa: N802 - the name is ast's
            return ast.copy_location(ast.Constant(node.value * 2), node)

    tree = ast.fix_missing_locations(Double().visit(ast.parse("result = [1, 'a', (2, 3)]")))
    names = {}
    exec(compile(tree, "<rewritten>", "exec"), names)
    assert names["result"] == [2, "aa", (4, 6)]


def test_literals_are_evaluated_safely():
    text = "{'a': [1, -2.5, 3+4j], b'k': (None, True), 5: {1, 2}, 'u': 'x' 'y'}"
    assert ast.literal_eval(text) == eval(text)
    for hostile in ("f()", "a", "1 + 1", "[x for x in y]", "().__class__"):
        assert raised(ast.literal_eval, hostile) is ValueError


def test_syntax_errors_tell_their_line():
    places = []
    for source in ("x = (", "a\n  b", "def f(:\n pass", "if x:\npass", "'abc", "1 = x", "return"):
        try:
            compile(source, "file.py", "exec")
        except SyntaxError as error:
            assert error.filename == "file.py" and error.msg
            places.append([type(error).__name__, error.lineno])
    return places


def test_context_dependent_syntax_is_checked():
    wrong = ["break", "def f(a, a): pass", "f(a=1, a=2)", "x = yield", "await x", "nonlocal x"]
    wrong += ["def f():\n x = 1\n global x", "def f(x=1, y): pass", "*a, *b = c", "None = 1"]
    assert all(raised(compile, source, "f", "exec") is SyntaxError for source in wrong)


def test_compilation_modes():
    assert eval(compile("1 + 1", "f", "eval")) == 2
    assert raised(compile, "x = 1", "f", "eval") is SyntaxError
    assert raised(compile, "x = 1; y = 2\nz", "f", "single") is SyntaxError
    assert raised(compile, "a\x00b", "f", "exec") in (SyntaxError, ValueError)
    assert raised(exec, "1 / 0") is ZeroDivisionError


def test_future_import_keeps_annotations_as_text():
    names = {}
    exec("from __future__ import annotations\ndef f(x: undefined[1]) -> 'text': ...", names)
    return names["f"].__annotations__


def test_code_objects_describe_functions():
    names = {}
    exec(PROGRAM[PROGRAM.index("def g") :], names)
    code = names["g"].__code__
    assert code.co_name == "g" and code.co_firstlineno == 1 and code.co_filename == "<string>"
    assert set(code.co_varnames) == {"i", "j", "k", "e"} and code.co_argcount == 0
    assert {"z", "q", "r", "n"} <= set(code.co_names)


def test_tokens_can_be_put_back_together():
    import io
    import tokenize

    source = "if x>=1 :  # note\n    y = [1_0,\n  0x_f, 'a b', -.5j]\n"
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    assert tokenize.untokenize(tokens) == source
    return [
        [tokenize.tok_name[t.type], t.string, list(t.start)] for t in tokens if t.string.strip()
    ]


def test_source_of_live_objects_can_be_found():
    import inspect

    assert inspect.getsource(raised).startswith("def raised(function, *arguments):\n")
    assert inspect.getdoc(raised).startswith("The class of what")
    assert inspect.getsourcelines(test_compilation_modes)[0][0] == "def test_compilation_modes():\n"
    assert inspect.getmodule(raised) is None or inspect.getsourcefile(raised) == __file__


def test_symbol_tables_tell_scopes():
    symtable = optional("symtable")

    def child(table, name):
        return next(each for each in table.get_children() if each.get_name() == name)

    source = "def f(a):\n b = a\n def g():\n  nonlocal b\n  global c\n  b = c = d"
    outer = child(symtable.symtable(source, "f", "exec"), "f")
    inner = child(outer, "g")
    assert sorted(outer.get_locals()) == ["a", "b", "g"] and inner.get_frees() == ("b",)
    assert sorted(inner.get_globals()) == ["c", "d"] and outer.lookup("a").is_parameter()


def test_disassembly_names_the_operations():
    dis = optional("dis")
    names = {instruction.opname for instruction in dis.get_instructions(raised)}
    assert names and all(isinstance(name, str) for name in names)
    assert "a" in dis.Bytecode("a").codeobj.co_names
