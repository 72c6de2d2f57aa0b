"""What this machine is, as far as it moves a timing; nothing that names its owner.

Owns reading /proc and /sys. A fact that cannot be read is "unknown", never an error.
"""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Callable
from pathlib import Path

from pyrometer.model import Machine

_CPU0 = Path("/sys/devices/system/cpu")
_NOISE_WORDS = r"\((?:r|tm)\)|\bcpu\b|\bprocessor\b|@.*|\d+-core"


def describe_machine() -> Machine:
    """Read the facts once, before anything runs."""
    cpu = _cpu_model()
    arch = platform.machine()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return Machine(
        name=f"{_slug(cpu)}-{cores}c-{arch}",
        cpu=cpu,
        arch=arch,
        cores=cores or 1,
        memory_bytes=_meminfo_bytes("MemTotal"),
        swap_bytes=_meminfo_bytes("SwapTotal"),
        kernel=f"{platform.system()} {platform.release()}",
        distribution=_distribution(),
        libc=" ".join(platform.libc_ver()).strip() or "unknown",
        virtualised=_virtualised(),
        governor=_read(_CPU0 / "cpu0/cpufreq/scaling_governor"),
        turbo=_turbo(),
        load_before=load(),
        aslr={"0": "off", "1": "partial", "2": "on"}.get(
            _read(Path("/proc/sys/kernel/randomize_va_space")), "unknown"
        ),
        smt={"0": "off", "1": "on"}.get(_read(_CPU0 / "smt/active"), "unknown"),
        isolated=_isolated(),
        temperature=_temperature(),
    )


def load() -> float | None:
    """The load average of the last minute; None where the system has none."""
    try:
        return round(os.getloadavg()[0], 2)
    except OSError:
        return None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip() or "unknown"
    except OSError:
        return "unknown"


def _cpuinfo(key: str) -> str:
    match = re.search(rf"^{key}\s*:\s*(.+)$", _read(Path("/proc/cpuinfo")), re.MULTILINE)
    return match.group(1).strip() if match else ""


def _cpu_model() -> str:
    return _cpuinfo("model name") or _cpuinfo("Model") or platform.processor() or "unknown"


def _slug(text: str) -> str:
    plain = re.sub(_NOISE_WORDS, " ", text.lower())
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "unknown"


def _meminfo_bytes(key: str) -> int:
    match = re.search(rf"^{key}:\s+(\d+) kB", _read(Path("/proc/meminfo")), re.MULTILINE)
    return int(match.group(1)) * 1024 if match else 0


def _distribution() -> str:
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", "unknown")
    except OSError:
        return platform.platform(terse=True)


def _virtualised() -> str:
    flags = f" {_cpuinfo('flags')} "
    product = _read(Path("/sys/class/dmi/id/sys_vendor"))
    if " hypervisor " in flags:
        return f"yes ({product})" if product != "unknown" else "yes"
    return "no" if flags.strip() else "unknown"


def isolated_processors() -> tuple[int, ...]:
    """Those that the kernel keeps free of everything that is not pinned to them."""
    from pyperf import _cpu_utils

    return tuple(_cpu_utils.get_isolated_cpus() or ())


def _isolated() -> str:
    return ", ".join(map(str, isolated_processors())) or "none"


def _temperature() -> str:
    """As pyperf reads the sensors; a virtual machine has none."""
    from pyperf import _collect_metadata

    found: dict[str, str] = {}
    _collect_metadata.collect_cpu_temperatures(found)
    return found.get("cpu_temp", "unknown")


def _turbo() -> str:
    readings: tuple[tuple[Path, Callable[[str], str]], ...] = (
        (_CPU0 / "intel_pstate/no_turbo", lambda text: "off" if text == "1" else "on"),
        (_CPU0 / "cpufreq/boost", lambda text: "on" if text == "1" else "off"),
    )
    for path, meaning in readings:
        text = _read(path)
        if text != "unknown":
            return meaning(text)
    return "unknown"
