"""Items 1 to 26: remote functions."""

import os

from _session import Gate, by_value, exceptions, hold, raised, ray, start

by_value(__name__)
start()


@ray.remote
def one():
    return 1


@ray.remote
def add(a, b=0):
    return a + b


def test_001_remote_returns_a_reference_at_once():
    @ray.remote
    def slow(path):
        hold(path)
        return "done"

    gate = Gate()
    ref = slow.remote(gate.path)
    assert isinstance(ref, ray.ObjectRef)
    assert ray.wait([ref], timeout=0) == ([], [ref])
    gate.open()
    assert ray.get(ref) == "done"


def test_002_calling_it_directly_is_a_type_error():
    raised(TypeError, one)


def test_003_num_returns_gives_so_many_references():
    @ray.remote(num_returns=3)
    def three():
        return 1, 2, 3

    refs = three.remote()
    assert isinstance(refs, list)
    assert ray.get(refs) == [1, 2, 3]


def test_004_num_returns_0_gives_none():
    @ray.remote(num_returns=0)
    def nothing():
        return None

    assert nothing.remote() is None


def test_005_a_wrong_number_of_values_fails_every_reference():
    @ray.remote(num_returns=3)
    def two():
        return 1, 2

    for ref in two.remote():
        error = raised(exceptions.RayTaskError, ray.get, ref)
        assert isinstance(error, ValueError)


def test_006_a_list_is_unpacked_and_an_iterator_is_not():
    @ray.remote(num_returns=2)
    def listed():
        return [1, 2]

    @ray.remote(num_returns=2)
    def iterated():
        return iter([1, 2])

    assert ray.get(listed.remote()) == [1, 2]
    for ref in iterated.remote():
        raised(TypeError, ray.get, ref)


def test_007_a_reference_as_argument_is_its_value():
    assert ray.get(add.remote(one.remote(), one.remote())) == 2


def test_008_so_it_is_by_keyword_and_in_varying_arguments():
    @ray.remote
    def total(*args, **kwargs):
        return sum(args) + sum(kwargs.values())

    refs = [one.remote(), ray.put(2), ray.put(4)]
    assert ray.get(total.remote(refs[0], refs[1], last=refs[2])) == 7
    assert ray.get(add.remote(1, b=refs[2])) == 5


def test_009_a_reference_in_a_container_stays_one():
    @ray.remote
    def kinds(refs):
        return [isinstance(ref, ray.ObjectRef) for ref in refs], ray.get(refs)

    assert ray.get(kinds.remote([one.remote(), ray.put(5)])) == ([True, True], [1, 5])


def test_010_wrong_arguments_are_a_type_error_of_the_caller():
    raised(TypeError, add.remote)
    raised(TypeError, add.remote, 1, 2, 3)
    raised(TypeError, add.remote, 1, c=2)


def test_011_a_chain_of_tasks_needs_no_get():
    ref = one.remote()
    for _ in range(20):
        ref = add.remote(ref, 1)
    assert ray.get(ref) == 21


@ray.remote
def factorial(n):
    return 1 if n < 2 else n * ray.get(factorial.remote(n - 1))


def test_012_functions_call_themselves_and_others_by_global_name():
    @ray.remote
    def outer():
        return ray.get(add.remote(one.remote(), 1))

    assert ray.get(factorial.remote(5)) == 120
    assert ray.get(outer.remote()) == 2


def test_013_a_waiting_task_frees_its_cpu():
    assert ray.get(factorial.remote(8)) == 40320


def test_014_what_a_function_has_captured_is_frozen_at_its_first_call():
    values = [1]

    @ray.remote
    def captured():
        return list(values)

    assert ray.get(captured.remote()) == [1]
    values.append(2)
    assert ray.get(captured.remote()) == [1]


def test_015_a_function_defined_anew_has_its_new_body():
    @ray.remote
    def same():
        return "old"

    first = ray.get(same.remote())

    @ray.remote
    def same():
        return "new"

    assert (first, ray.get(same.remote())) == ("old", "new")


def test_016_options_are_for_one_call():
    @ray.remote
    def pair():
        return 1, 2

    assert ray.get(pair.options(num_returns=2).remote()) == [1, 2]
    assert ray.get(pair.remote()) == (1, 2)


def test_017_wrong_options_are_refused():
    raised(ValueError, one.options, no_such_option=1)
    raised(ValueError, one.options, num_cpus=-1)
    raised(TypeError, one.options, num_cpus="2")
    raised(AssertionError, ray.remote)


def test_018_remote_is_for_functions_and_classes():
    raised(AssertionError, ray.remote, 5)
    assert ray.get(ray.remote(lambda: 5).remote()) == 5


def test_019_coroutines_are_no_tasks():
    async def later():
        return 1

    def submit():
        ray.get(ray.remote(later).remote())

    raised(ValueError, submit)


@ray.remote
def counting(n):
    for number in range(n):
        yield number


def test_020_a_generator_task_streams_references_in_order():
    stream = counting.remote(5)
    assert isinstance(stream, ray.ObjectRefGenerator)
    assert [ray.get(ref) for ref in stream] == [0, 1, 2, 3, 4]


def test_021_its_first_item_is_there_before_its_end():
    @ray.remote
    def slow(path):
        yield "first"
        hold(path)
        yield "second"

    gate = Gate()
    stream = slow.remote(gate.path)
    assert ray.get(next(stream)) == "first"
    gate.open()
    assert ray.get(next(stream)) == "second"


def test_022_an_exception_is_its_last_item():
    @ray.remote
    def broken():
        yield 1
        raise KeyError("late")

    stream = broken.remote()
    assert ray.get(next(stream)) == 1
    raised(KeyError, ray.get, next(stream))
    raised(StopIteration, next, stream)
    raised(StopIteration, next, stream)


def test_023_a_generator_with_num_returns_fills_so_many_references():
    assert ray.get(counting.options(num_returns=3).remote(3)) == [0, 1, 2]
    dynamic = counting.options(num_returns="dynamic").remote(3)
    assert [ray.get(ref) for ref in ray.get(dynamic)] == [0, 1, 2]


def test_024_a_stream_cannot_be_put_and_get_gives_it_back():
    stream = counting.remote(1)
    raised(TypeError, ray.put, stream)
    assert ray.get(stream) is stream


def test_025_max_calls_1_takes_a_new_process_for_each():
    @ray.remote(max_calls=1)
    def pid():
        return os.getpid()

    pids = [ray.get(pid.remote()) for _ in range(3)]
    assert len(set(pids)) == 3


def test_026_environment_variables_are_seen_by_the_task():
    @ray.remote(runtime_env={"env_vars": {"POLYRAY_TEST": "seen"}})
    def look():
        return os.environ.get("POLYRAY_TEST")

    assert ray.get(look.remote()) == "seen"
