"""Times one case: samples of enough runs each, every run verified against the first.

A case may bring its own `bench_sample`, called as `sample` is here, and leave `bench_facts`.
"""

import clock
import loading

# Where a compiler leaves nothing of the work, no number of loops lasts long enough.
MOST_LOOPS = 10**12


def respond(request, response):
    """Load, set up, sample until the budget; the first sample is the very first call."""
    case, size = request["case"][0], request["size"][0]
    path = request["root"][0] + "/" + case.partition("/")[2] + ".py"
    response.put("start", case=case)
    response.put("fact", name="clock", value=clock.WALL_NAME)
    response.put("fact", name="cpu_clock", value=clock.CPU_NAME)
    response.put("fact", name="clock_resolution_ns", value=clock.resolution_ns())
    try:
        namespace = loading.load(path, loading.module_name(case))
        state = namespace["setup"](namespace["SIZES"][size])
    except BaseException as error:
        if not loading.is_skip(error):
            raise
        response.put("skip", case=case, reason=loading.describe(error, path))
        return
    _sample_until_budget(request, response, case, namespace, state)
    facts = namespace["bench_facts"](request) if "bench_facts" in namespace else {}
    for name, value in facts.items():
        response.put("fact", name=name, value=value)


def _sample_until_budget(request, response, case, namespace, state):
    run, take = namespace["run"], namespace.get("bench_sample", sample)
    if request.get("metric") == ["instructions"]:
        import marks

        if marks.close is None:
            response.put("skip", case=case, reason=marks.WITHOUT)
            return
        take = marks.Counted().sample
    budget_ns = int(request["budget_ns"][0])
    sample_ns = int(request["sample_ns"][0])
    most, least = int(request["max_samples"][0]), int(request["min_samples"][0])
    started = clock.wall_ns()
    loops, taken, expected = 1, 0, None
    while taken < most and (taken < least or clock.wall_ns() - started < budget_ns):
        wall, cpu, checksum = take(run, state, loops, expected)
        if expected is None:
            expected = checksum
        response.put("sample", case=case, loops=loops, wall_ns=wall, cpu_ns=cpu, checksum=checksum)
        taken += 1
        loops = next_loops(loops, wall, sample_ns)


def sample(run, state, loops, expected):
    """Time `loops` runs; a run that disagrees with `expected` gives its own checksum."""
    wrong = None
    cpu, wall = clock.cpu_ns(), clock.wall_ns()
    for _ in range(loops):
        checksum = run(state)
        if checksum != expected:
            wrong = checksum
    wall, cpu = clock.wall_ns() - wall, clock.cpu_ns() - cpu
    return wall, cpu, checksum if wrong is None else wrong


def next_loops(loops, wall, sample_ns):
    """Keep a sample near its wanted length while a JIT makes the runs shorter."""
    if wall < sample_ns:
        return min(loops * 10, loops * sample_ns // max(wall, 1) + 1, MOST_LOOPS)
    if wall > 2 * sample_ns and loops > 1:
        return max(1, loops * sample_ns // wall)
    return loops
