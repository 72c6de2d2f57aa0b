"""By which signal a worker interrupts the call that its main thread runs.

GraalPy never calls a handler of SIGINT, which its JVM keeps for itself. Asked by name, because the
gap shows only after a wait.
"""

import signal
import sys

INTERRUPT = signal.SIGURG if sys.implementation.name == "graalpy" else signal.SIGINT
