"""A target that misbehaves in the way its first argument names; the rest is the request."""

import os
import subprocess
import sys
import time

HOW = sys.argv[1]
REQUEST = dict(word.split("=", 1) for word in sys.argv[2:] if "=" in word)
TOKEN = REQUEST.get("token", "none")
CASE = REQUEST.get("case", "suite/case")


def say(*words, token=TOKEN):
    print(token, *words, flush=True)


def sample(checksum=42, case=CASE, wall_ns=1000, loops=1):
    times = (f"loops={loops}", f"wall_ns={wall_ns}", "cpu_ns=900")
    say("sample", f"case={case}", *times, f"checksum={checksum}")


def whole(**changes):
    """A well-formed response of one sample."""
    say("hello", "protocol=1")
    sample(**changes)
    say("end", "count=2")


def silent():
    pass


def hangs():
    say("hello", "protocol=1")
    say("start", f"case={CASE}")
    time.sleep(600)


def ignores_sigterm():
    import signal

    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    hangs()


def garbage():
    sys.stdout.buffer.write(bytes(range(256)) * 40)


def flood():
    block = b"x" * 65536
    for _ in range(16384):  # 1 GiB
        sys.stdout.buffer.write(block)


def flood_stderr():
    block = b"x" * 65536
    for _ in range(16384):  # 1 GiB
        sys.stderr.buffer.write(block)
    whole()


def forks():
    """Leaves a daemon behind: a process in a session of its own that outlives us."""
    leave_daemon(os.environ)


def forks_without_environment():
    """The same, and nothing in its environment says whose it is."""
    leave_daemon({})


def leave_daemon(environment):
    say("hello", "protocol=1")
    left = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)"],
        start_new_session=True,
        env=environment,
    )
    say("fact", "name=left_behind", f"value={left.pid}")
    sample()
    say("end", "count=3")


def exhausts_memory():
    say("hello", "protocol=1")
    say("start", f"case={CASE}")
    held = []
    while len(held) < 2000:
        held.append(bytearray(b"x" * 2**20))
    whole()


def binary():
    """Every byte, NUL too, around a response that is whole."""
    sys.stdout.buffer.write(bytes(range(256)) * 4 + b"\n")
    sys.stdout.flush()
    whole()
    sys.stdout.buffer.write(b"\0" * 1000)


def steers_the_terminal():
    sys.stderr.write("\x1b[2J\x1b]0;title\x07 \x9b31m gone\n")
    sys.exit(3)


def also_another_token():
    """The token of another run beside its own."""
    say("hello", "protocol=1", token="0123456789abcdef")
    say("sample", f"case={CASE}", "loops=1", "wall_ns=1", "cpu_ns=1", "checksum=7",
        token="0123456789abcdef")  # fmt: skip
    whole()


def time_runs_backwards():
    whole(wall_ns=-1000)


def time_is_absurd():
    whole(wall_ns=10**15)


def number_without_end():
    whole(checksum="1" + "0" * 5000)


def number_of_another_script():
    whole(loops="\u0661")  # an Arabic 1, which int() takes


def speaks_of_another_case():
    whole(case="suite/other")


def sends_no_sample():
    say("hello", "protocol=1")
    say("end", "count=1")


def sends_too_many_samples():
    say("hello", "protocol=1")
    for _ in range(501):
        sample()
    say("end", "count=502")


def reaches_into_the_harness():
    say("hello", "protocol=1")
    say("_init__", "a=b")


def no_end():
    say("hello", "protocol=1")
    sample(1)


def miscounts():
    say("hello", "protocol=1")
    sample(1)
    say("end", "count=7")


def wrong_checksum():
    say("hello", "protocol=1")
    for checksum in (42, 42, 41):
        sample(checksum)
    say("end", "count=4")


def wrong_token():
    say("hello", "protocol=1", token="0123456789abcdef")
    say("end", "count=1", token="0123456789abcdef")


def segfaults():
    say("hello", "protocol=1")
    os.kill(os.getpid(), 11)


def killed():
    say("hello", "protocol=1")
    os.kill(os.getpid(), 9)


def noisy():
    """Well-behaved, among noise on both streams and on the same line."""
    print("a banner")
    sys.stderr.write("warning: nothing of importance\n")
    say("hello", "protocol=1")
    sys.stdout.write("no newline before this record: ")
    sample(42)
    print("bye")
    say("end", "count=2")


def leaves_files():
    with open("left.txt", "w") as file:
        file.write("left")
    say("hello", "protocol=1")
    say("fact", "name=cwd", f"value={os.getcwd()}")
    sample()
    say("end", "count=3")


def leaves_what_is_hard_to_remove():
    os.mkdir("closed")
    os.chmod("closed", 0)
    whole()
    for _ in range(2000):
        os.mkdir("d")
        os.chdir("d")


def closes_stdout():
    say("hello", "protocol=1")
    os.close(1)
    time.sleep(600)


def dies_on_a_check():
    """A check suite of three functions of which the second kills the process, also alone."""
    names = ["test_one", "test_deadly", "test_three"]
    after = REQUEST.get("after", "").partition("::")[2]
    only = REQUEST.get("only", "").partition("::")[2]
    names = names[names.index(after) + 1 :] if after else names
    count = 1
    say("hello", "protocol=1")
    for name in [only] if only else names:
        say("start", f"case={CASE}", f"check={name}")
        if name == "test_deadly":
            os.kill(os.getpid(), 11)
        say("check", f"case={CASE}", f"check={name}", "status=pass")
        count += 2
    say("end", f"count={count}")


globals()[HOW]()
