"""Pool, graphs, and what else is built on tasks and actors."""

from __future__ import annotations

import math
import multiprocessing
import os
import queue
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import cloudpickle
import joblib
import pytest

import polyray as ray
from polyray import absent, util
from polyray.dag import InputNode, MultiOutputNode
from polyray.util.joblib import register_ray
from polyray.util.multiprocessing import Pool

pytestmark = pytest.mark.slow

# Workers cannot import this file.
cloudpickle.register_pickle_by_value(sys.modules[__name__])


@pytest.fixture
def pool() -> Iterator[Pool]:
    ray.init(num_cpus=2)
    with Pool(2) as made:
        yield made


def square(n: int) -> int:
    return n * n


def fails(n: int) -> int:
    raise KeyError(n)


def test_a_pool_maps_in_order(pool: Pool) -> None:
    assert pool.map(square, range(20)) == [n * n for n in range(20)]
    assert pool.starmap(math.pow, [(2, 3), (3, 2)]) == [8.0, 9.0]
    assert pool.apply(square, (7,)) == 49
    assert list(pool.imap(square, range(5))) == [0, 1, 4, 9, 16]
    assert sorted(pool.imap_unordered(square, range(5))) == [0, 1, 4, 9, 16]


def test_a_pool_raises_what_its_function_raised(pool: Pool) -> None:
    with pytest.raises(KeyError):
        pool.apply(fails, (1,))
    later = pool.apply_async(fails, (1,))
    later.wait(30)
    assert later.ready()
    assert not later.successful()


def test_callbacks_are_called_without_anybody_asking_for_the_result(pool: Pool) -> None:
    told: queue.SimpleQueue[object] = queue.SimpleQueue()
    pool.map_async(square, range(5), callback=told.put)
    assert told.get(timeout=60) == [0, 1, 4, 9, 16]
    pool.apply_async(fails, (7,), callback=told.put, error_callback=told.put)
    error = told.get(timeout=60)
    assert isinstance(error, KeyError)
    assert error.args == (7,)


def test_joblib_runs_on_it() -> None:
    ray.init(num_cpus=2)
    register_ray()
    with joblib.parallel_config(backend="ray"):
        jobs = [joblib.delayed(square)(n) for n in range(50)]
        assert joblib.Parallel(n_jobs=2)(jobs) == [n * n for n in range(50)]
        with pytest.raises(KeyError):
            joblib.Parallel(n_jobs=2)([joblib.delayed(fails)(1)])


def test_a_pool_waits_as_long_as_it_is_told(pool: Pool) -> None:
    later = pool.apply_async(time.sleep, (2,))
    with pytest.raises(multiprocessing.TimeoutError):
        later.get(timeout=0.05)
    assert later.get(timeout=60) is None


def test_a_closed_pool_takes_nothing_and_can_be_joined(pool: Pool) -> None:
    later = pool.map_async(square, range(4))
    with pytest.raises(ValueError, match="still running"):
        pool.join()
    pool.close()
    pool.join()
    assert later.get() == [0, 1, 4, 9]
    with pytest.raises(ValueError, match="not running"):
        pool.apply(square, (1,))


class Guarded:
    def __reduce__(self) -> str:
        raise TypeError("not without a serializer")


@ray.remote
def makes() -> Guarded:
    return Guarded()


def test_a_serializer_reaches_workers_that_are_there() -> None:
    ray.init(num_cpus=1)
    with pytest.raises(TypeError):
        ray.get(makes.remote())
    util.register_serializer(Guarded, serializer=lambda _: "kept", deserializer=lambda kept: kept)
    try:
        assert ray.get(makes.remote()) == "kept"
    finally:
        util.deregister_serializer(Guarded)


@ray.remote
def counting(n: int) -> Iterator[int]:
    yield from range(n)


@ray.remote
def counted(n: int) -> int:
    return sum(ray.get(ref) for ref in counting.remote(n))


def test_a_task_may_read_the_stream_of_another() -> None:
    ray.init(num_cpus=2)
    assert ray.get([counted.remote(n) for n in (0, 1, 10)]) == [0, 0, 45]


def test_a_graph_calls_each_of_its_nodes_once() -> None:
    ray.init(num_cpus=2)

    @ray.remote
    class Counter:
        def __init__(self, start: int) -> None:
            self.value = start

        def add(self, by: int) -> int:
            self.value += by
            return self.value

    @ray.remote
    def plus(a: int, b: int) -> int:
        return a + b

    with InputNode() as given:
        counted = Counter.bind(10).add.bind(given)
        both = plus.bind(counted, counted)
        graph = MultiOutputNode([counted, both])
    assert ray.get(graph.execute(5)) == [15, 30]


def test_a_graph_on_an_actor_that_is_there() -> None:
    ray.init(num_cpus=1)

    @ray.remote
    class Box:
        def wrap(self, value: int) -> list[int]:
            return [value]

    box = Box.remote()
    with InputNode() as given:
        node = box.wrap.bind(given)
    assert [ray.get(node.execute(n)) for n in (1, 2)] == [[1], [2]]


def test_results_in_the_order_in_which_they_come() -> None:
    ray.init(num_cpus=2)
    task = ray.remote(square)
    assert sorted(util.as_completed([task.remote(n) for n in range(25)])) == [
        n * n for n in range(25)
    ]
    refs = list(util.map_unordered(task, range(30), backpressure_size=10, yield_obj_refs=True))
    assert sorted(ray.get(refs)) == [n * n for n in range(30)]
    with pytest.raises(ValueError, match="chunk_size"):
        next(util.as_completed(refs, chunk_size=0))
    with pytest.raises(ValueError, match="backpressure_size"):
        next(util.map_unordered(task, range(3), backpressure_size=1))


def test_keywords_that_make_no_difference_are_named_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with ray.init(num_cpus=1, include_dashboard=False, _temp_dir="/nowhere", labels=None):
        pass
    with ray.init(num_cpus=1, include_dashboard=False):
        pass
    assert [record.message for record in caplog.records] == [
        "init: ignored here: _temp_dir, include_dashboard"
    ]
    with pytest.raises(RuntimeError, match="unknown keyword arguments: dashbord"):
        ray.init(dashbord=True)
    with pytest.raises(NotImplementedError, match="ray://there"):
        ray.init("ray://there:10001")


def test_a_placement_group_is_found_by_its_name() -> None:
    ray.init(num_cpus=2)
    group = util.placement_group([{"CPU": 1}], name="mine")
    assert ray.get(group.ready(), timeout=60)

    @ray.remote(num_cpus=0)
    def find() -> str:
        return str(util.get_placement_group("mine").id)

    found = util.get_placement_group("mine")
    assert (found.id, found.bundle_specs) == (group.id, group.bundle_specs)
    assert found.wait(60)
    assert ray.get(find.remote(), timeout=60) == group.id
    util.remove_placement_group(found)
    for name in ("mine", ""):
        with pytest.raises(ValueError, match="no placement group"):
            util.get_placement_group(name)


@pytest.mark.parametrize("name", absent.RAY)
def test_what_is_not_there_says_so(name: str) -> None:
    with pytest.raises(NotImplementedError, match=name):
        getattr(ray, name)("x")


@pytest.mark.parametrize("name", absent.UTIL)
def test_what_util_has_not_says_so(name: str) -> None:
    with pytest.raises(NotImplementedError, match=name):
        getattr(util, name)("x")


def test_what_ray_has_not_either_is_no_attribute() -> None:
    assert not hasattr(ray, "nonsense")
    assert not hasattr(util, "nonsense")


def test_util_is_there_after_the_import_of_the_whole_alone() -> None:
    program = (
        "import polyray as ray; print(ray.util.ActorPool.__name__, ray.dag.InputNode.__name__)"
    )
    ended = subprocess.run(
        (sys.executable, "-c", program),
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        check=False,
    )
    assert ended.stdout == "ActorPool InputNode\n", ended.stderr
