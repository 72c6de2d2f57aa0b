"""Coroutines and asyncio: order of tasks, cancellation, context variables, asynchronous
generators and context managers, queues, streams and threads."""

import asyncio
import contextvars

request = contextvars.ContextVar("request", default="none")


def test_coroutine_can_be_driven_without_an_event_loop():
    class Suspend:
        def __await__(self):
            received = yield "suspended"
            return received + 1

    async def work():
        return await Suspend() * 10

    coroutine = work()
    assert coroutine.send(None) == "suspended"
    try:
        coroutine.send(4)
    except StopIteration as stop:
        assert stop.value == 50


def test_coroutine_can_be_awaited_only_once():
    async def work():
        return 1

    async def main():
        coroutine = work()
        assert await coroutine == 1
        try:
            await coroutine
        except RuntimeError:
            return True

    assert asyncio.run(main())


def test_tasks_take_turns_in_order_of_creation():
    log = []

    async def worker(name):
        for step in range(3):
            log.append(name + str(step))
            await asyncio.sleep(0)
        return name

    async def main():
        return await asyncio.gather(worker("a"), worker("b"), worker("c"))

    return [asyncio.run(main()), log]


def test_gather_can_collect_exceptions():
    async def divide(number):
        return 12 // number

    async def main():
        results = await asyncio.gather(*map(divide, (1, 0, 3)), return_exceptions=True)
        return [result if isinstance(result, int) else type(result).__name__ for result in results]

    return asyncio.run(main())


def test_cancelled_task_cleans_up():
    log = []

    async def worker():
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            log.append("cancelled")
            raise
        finally:
            await asyncio.sleep(0)
            log.append("cleaned up")

    async def main():
        task = asyncio.ensure_future(worker())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        log.append(task.cancelled())

    asyncio.run(main())
    return log


def test_task_may_refuse_cancellation():
    async def stubborn():
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return "refused"

    async def main():
        task = asyncio.ensure_future(stubborn())
        await asyncio.sleep(0)
        task.cancel()
        return await task

    assert asyncio.run(main()) == "refused"


def test_timeout_cancels_what_it_waits_for():
    log = []

    async def forever():
        try:
            await asyncio.Event().wait()
        finally:
            log.append("stopped")

    async def main():
        try:
            await asyncio.wait_for(forever(), 0.001)
        except asyncio.TimeoutError:
            log.append("timeout")

    asyncio.run(main())
    assert log == ["stopped", "timeout"]


def test_context_variables_are_private_to_a_task():
    async def worker(name):
        seen = request.get()
        request.set(name)
        await asyncio.sleep(0)
        return [seen, request.get()]

    async def main():
        request.set("main")
        results = await asyncio.gather(worker("a"), worker("b"))
        return [*results, request.get()]

    return [asyncio.run(main()), request.get()]


def test_context_tokens_restore_the_value():
    def change():
        token = request.set("changed")
        inside = request.get()
        request.reset(token)
        return [inside, request.get()]

    context = contextvars.copy_context()
    assert context.run(change) == ["changed", "none"]
    context.run(request.set, "kept")
    assert context[request] == "kept" and request.get() == "none"


def test_asynchronous_generator_protocol():
    log = []

    async def echo():
        try:
            received = yield 0
            while True:
                received = yield received * 2
        finally:
            await asyncio.sleep(0)
            log.append("closed")

    async def main():
        generator = echo()
        values = [await generator.asend(None), await generator.asend(4), await generator.asend(5)]
        await generator.aclose()
        return values

    return [asyncio.run(main()), log]


def test_asynchronous_comprehensions():
    async def count(limit):
        for number in range(limit):
            await asyncio.sleep(0)
            yield number

    async def main():
        even = [number async for number in count(6) if number % 2 == 0]
        table = {number: await asyncio.sleep(0, number * 2) async for number in count(3)}
        return [even, table]

    return asyncio.run(main())


def test_asynchronous_context_manager_sees_the_exception():
    log = []

    class Guard:
        async def __aenter__(self):
            await asyncio.sleep(0)
            log.append("enter")
            return self

        async def __aexit__(self, kind, error, trace):
            await asyncio.sleep(0)
            log.append(kind.__name__)
            return True

    async def main():
        async with Guard():
            raise KeyError("x")
        log.append("went on")

    asyncio.run(main())
    return log


def test_unfinished_asynchronous_generators_are_closed_with_the_loop():
    log = []

    async def endless():
        try:
            while True:
                yield
        finally:
            log.append("closed")

    async def main():
        generator = endless()
        await generator.asend(None)
        return generator

    generator = asyncio.run(main())
    assert log == ["closed"] and generator is not None


def test_lock_is_fair_and_queue_keeps_order():
    log = []

    async def worker(name, lock, queue):
        for _ in range(2):
            async with lock:
                await asyncio.sleep(0)
                log.append(name)
        await queue.put(name)

    async def main():
        lock, queue = asyncio.Lock(), asyncio.Queue(maxsize=1)
        tasks = [asyncio.ensure_future(worker(name, lock, queue)) for name in "abc"]
        names = [await queue.get() for _ in tasks]
        await asyncio.gather(*tasks)
        return names

    return [asyncio.run(main()), log]


def test_callbacks_run_first_in_first_out():
    log = []

    async def main():
        loop = asyncio.get_running_loop()
        for number in range(3):
            loop.call_soon(log.append, number)
        await asyncio.sleep(0)
        log.append("main")

    asyncio.run(main())
    return log


def test_blocking_work_goes_to_a_thread():
    import threading

    async def main():
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(None, threading.get_ident)

    assert asyncio.run(main()) != threading.get_ident()


def test_failing_callback_reaches_the_exception_handler():
    reports = []

    async def main():
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: reports.append(context["exception"]))
        loop.call_soon(lambda: 1 // 0)
        await asyncio.sleep(0.001)

    asyncio.run(main())
    assert [type(report) for report in reports] == [ZeroDivisionError]


def test_streams_over_loopback():
    async def answer(reader, writer):
        writer.write((await reader.readline()).upper())
        await writer.drain()
        writer.close()

    async def main():
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"hello\n")
        reply = await reader.read()
        writer.close()
        server.close()
        return reply

    assert asyncio.run(asyncio.wait_for(main(), 10)) == b"HELLO\n"
