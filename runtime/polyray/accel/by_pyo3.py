"""The core by PyO3: what runtime/native has built for this interpreter, else what is installed.

The distribution polyray-native has the same module in a wheel (`pip install 'polyray[native]'`).
"""

import os

from polyray.accel import layout, places

MODULE = "_polyray_pyo3"
DISTRIBUTION = "polyray-native"


def installed():
    """Is the distribution there? Whether it can be used is another question."""
    try:
        import polyray_native  # noqa: F401
    except ImportError:
        return False
    return True


def load(folder):
    """(version of the layout, Segment, Ring, crc32c); raises ImportError."""
    if os.path.isdir(folder):
        module = places.import_extension(MODULE, folder)
    else:
        module = _of_distribution(folder)
    return module.LAYOUT, module.Segment, module.Ring, module.crc32c


def _of_distribution(folder):
    if not installed():
        message = "not built for this interpreter ({}), and {} is not installed"
        raise ImportError(message.format(folder, DISTRIBUTION))
    from polyray_native import _polyray_pyo3 as module

    if module.LAYOUT != layout.LAYOUT:
        message = "{} {} has layout {} of shared memory, polyray has {}: install the one that fits"
        told = (DISTRIBUTION, module.VERSION, module.LAYOUT, layout.LAYOUT)
        raise ImportError(message.format(*told))
    return module
