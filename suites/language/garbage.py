"""Weak references, finalisers and cyclic garbage: what holds once the collector has run.
Nothing here relies on prompt finalisation, which only reference counting gives."""

import gc
import sys
import time
import weakref


class Node:
    """Something that can be referred to weakly."""

    def __init__(self, **attributes):
        vars(self).update(attributes)


def collect_until(condition):
    """Collect until it holds: some collectors need several passes, some a little time."""
    for attempt in range(20):
        gc.collect()
        if condition():
            return True
        time.sleep(0.005 * attempt)
    return False


def make_cycle(log, name="cycle"):
    """Two nodes that hold each other; a weak reference to one, which logs its death."""
    first, second = Node(), Node()
    first.other, second.other = second, first
    return weakref.ref(first, lambda _: log.append(name))


def test_cycles_are_collected_and_callbacks_called():
    log = []
    reference = make_cycle(log)
    assert collect_until(lambda: reference() is None and log)
    assert log == ["cycle"]


def test_referents_stay_alive_while_they_are_used():
    node = Node(value=5)
    reference = weakref.ref(node)
    gc.collect()
    assert reference() is node and reference().value == 5
    assert weakref.ref(node) == reference and hash(reference) == hash(node)


def test_finalisers_of_a_cycle_run_once():
    log = []

    class Final(Node):
        def __del__(self):
            log.append("deleted")

    def make():
        final = Final()
        final.self = final

    make()
    assert collect_until(lambda: log)
    gc.collect()
    assert log == ["deleted"]


def test_finaliser_may_resurrect_its_object():
    graveyard = []

    class Phoenix(Node):
        def __del__(self):
            graveyard.append(self)

    def make():
        phoenix = Phoenix(value=1)
        phoenix.self = phoenix

    make()
    assert collect_until(lambda: graveyard)
    assert graveyard[0].value == 1 and graveyard[0].self is graveyard[0]


def test_failing_finaliser_is_reported_not_raised():
    reports = []

    class Failing(Node):
        def __del__(self):
            raise KeyError("in finaliser")

    original, sys.unraisablehook = (
        sys.unraisablehook,
        lambda report: reports.append(report.exc_type),
    )
    try:
        Failing()
        assert collect_until(lambda: reports)
    finally:
        sys.unraisablehook = original
    assert reports == [KeyError]


def test_weak_dictionaries_forget():
    values, keys, nodes = (
        weakref.WeakValueDictionary(),
        weakref.WeakKeyDictionary(),
        weakref.WeakSet(),
    )

    def fill():
        for number in range(3):
            node = Node()
            values[number], keys[node] = node, number
            nodes.add(node)

    kept = Node()
    fill()
    values["kept"], keys[kept] = kept, "kept"
    nodes.add(kept)
    assert collect_until(lambda: len(values) == len(keys) == len(nodes) == 1)
    assert list(values) == ["kept"] and list(keys.values()) == ["kept"] and kept in nodes


def test_weak_methods_live_as_long_as_their_object():
    class Listener:
        def hear(self):
            return "heard"

    def listen():
        return weakref.WeakMethod(Listener().hear)

    listener = Listener()
    method = weakref.WeakMethod(listener.hear)
    gone = listen()
    assert collect_until(lambda: gone() is None)
    assert method()() == "heard"


def test_proxies_act_for_their_object_until_it_dies():
    def make():
        return weakref.proxy(Node(value=1))

    def dead(proxy):
        try:
            return proxy.value != 1
        except ReferenceError:
            return True

    node = Node(value=5)
    proxy, orphan = weakref.proxy(node), make()
    proxy.value += 1
    assert node.value == 6 and collect_until(lambda: dead(orphan))


def test_finalize_calls_once_with_its_arguments():
    log = []

    def make():
        return weakref.finalize(Node(), log.append, "finalised")

    finalizer = make()
    assert collect_until(lambda: not finalizer.alive)
    assert finalizer() is None and log == ["finalised"]
    node = Node()
    early = weakref.finalize(node, lambda: "result")
    assert early.alive and early() == "result" and early() is None


def test_abandoned_generator_runs_its_finally_clause():
    log = []

    def generate():
        try:
            yield 1
        finally:
            log.append("finally")

    def abandon():
        next(generate())

    abandon()
    assert collect_until(lambda: log) and log == ["finally"]


def weakly_referable(value):
    try:
        return weakref.ref(value) is not None
    except TypeError:
        return False


def test_builtin_values_refuse_weak_references():
    assert not any(map(weakly_referable, (5, "text", None, (), [], {})))
    assert all(map(weakly_referable, (Node, {1}, make_cycle, Node().__init__, gc)))


def test_slotted_instances_refuse_weak_references_unless_told():
    class Closed:
        __slots__ = ()

    class Open:
        __slots__ = ("__weakref__",)

    assert weakly_referable(Open()) and not weakly_referable(Closed())


def test_collector_can_be_paused():
    was_enabled = gc.isenabled()
    try:
        gc.disable()
        assert not gc.isenabled()
        gc.enable()
        assert gc.isenabled()
    finally:
        (gc.enable if was_enabled else gc.disable)()


def test_dead_objects_do_not_wake_equal_keys():
    """A weak key is found by equality while alive and leaves no ghost when dead."""

    class Key(Node):
        def __eq__(self, other):
            return isinstance(other, Key) and self.name == other.name

        def __hash__(self):
            return hash(self.name)

    table = weakref.WeakKeyDictionary()

    def fill():
        table[Key(name="a")] = 1

    fill()
    assert collect_until(lambda: not len(table))
    key = Key(name="a")
    assert Key(name="a") not in table
    table[key] = 2
    assert table[Key(name="a")] == 2


def test_many_cycles_do_not_accumulate():
    log = []
    references = [make_cycle(log, number) for number in range(2000)]
    assert collect_until(lambda: len(log) == len(references))
    assert sorted(log) == list(range(2000))
