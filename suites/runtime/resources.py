"""Items 118 to 125: resources and placement."""

import os
import time

from _session import Gate, arrive, arrived, by_value, hold, raised, ray, restart, until, util

by_value(__name__)
restart(resources={"custom": 2})


@ray.remote
class Gauge:
    def read(self):
        return 0


@ray.remote
def stay(seconds=0.5):
    began = time.time()
    time.sleep(seconds)
    return began, time.time()


def most_at_once(count, **options):
    """How many of so many tasks were inside at the same time."""
    spans = ray.get([stay.options(**options).remote() for _ in range(count)])
    return max(sum(began <= moment < ended for began, ended in spans) for moment, _ in spans)


def test_118_cluster_resources_names_what_there_is():
    found = ray.cluster_resources()
    assert found["CPU"] == 4
    assert found["custom"] == 2
    assert found["memory"] > 0
    assert found["object_store_memory"] > 0
    assert ray.available_resources().get("custom") == 2


def test_119_no_more_run_at_once_than_resources_allow():
    assert most_at_once(4, num_cpus=2, max_retries=0) <= 2
    assert most_at_once(4, resources={"custom": 1}) <= 2
    gates = [Gate() for _ in range(8)]
    everybody = Gate()
    refs = [
        ray.remote(arrive).options(num_cpus=0).remote(gate.path, everybody.path) for gate in gates
    ]
    assert arrived(gates)
    everybody.open()
    ray.get(refs)


def test_120_what_can_never_run_waits():
    @ray.remote(num_cpus=100)
    def huge():
        return 1

    ref = huge.remote()
    assert ray.wait([ref], timeout=0.5) == ([], [ref])
    ray.cancel(ref)


def test_121_an_actor_holds_what_it_asked_for_until_its_death():
    many = [Gauge.remote() for _ in range(6)]
    assert ray.get([actor.read.remote() for actor in many]) == [0] * 6
    holder = Gauge.options(num_cpus=3).remote()
    ray.get(holder.read.remote())
    waiting = Gauge.options(num_cpus=3).remote()
    ref = waiting.read.remote()
    assert ray.wait([ref], timeout=0.5)[0] == []
    ray.kill(holder)
    assert ray.get(ref, timeout=60) == 0
    ray.kill(waiting)


def test_122_quantities_are_checked():
    raised(ValueError, stay.options, resources={"CPU": 1})
    raised(ValueError, stay.options, num_cpus=0.00001)


def test_123_placement_groups():
    groups = util("placement_group")
    group = groups.placement_group([{"CPU": 1}, {"CPU": 1}])
    ray.get(group.ready(), timeout=60)
    assert group.wait(30)
    strategy = util("scheduling_strategies").PlacementGroupSchedulingStrategy(placement_group=group)

    @ray.remote(num_cpus=1)
    def inside():
        return 7

    assert ray.get(inside.options(scheduling_strategy=strategy).remote(), timeout=60) == 7
    groups.remove_placement_group(group)
    assert until(lambda: ray.available_resources().get("CPU", 0) >= 3.9)


def test_124_workers_are_used_again():
    @ray.remote
    def pid():
        return os.getpid()

    ray.get(pid.remote())
    assert len({ray.get(pid.remote()) for _ in range(20)}) <= 2


def test_125_there_are_no_gpus():
    @ray.remote
    def gpus():
        return ray.get_gpu_ids()

    assert ray.get_gpu_ids() == []
    assert ray.get(gpus.remote()) == []
