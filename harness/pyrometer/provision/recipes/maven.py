"""GraalPy from Maven artifacts: jars on a stock JDK, started by a launcher of ours.

Owns the poms, the launcher, the one unpacking of the standard library and the cache from which
checks start faster. The compiler is of the same version as the language or not there at all:
without it GraalPy interprets, and says nothing.
"""

from __future__ import annotations

import shutil
import stat
import time
from pathlib import Path
from typing import cast

from pyrometer.errors import WorldFailure
from pyrometer.model import Recipe, Source
from pyrometer.provision.emulator import emulator_of, is_foreign
from pyrometer.provision.environment import target_environment, tool_environment
from pyrometer.provision.fetch import sha256_of
from pyrometer.provision.jdk import Jdk, find_jdk, jdk_for
from pyrometer.provision.recipes import check_keys, debian
from pyrometer.provision.roots import Packages
from pyrometer.provision.tools import Tool, attempt, find_tool, need_tool, run
from pyrometer.provision.workshop import Need, Obtained, Workshop

CODE_VERSION = 2
STORED = True
FOREIGN = True
COMPILES = False
EXPECTED_BYTES = 900 * 10**6
INSTALL_MAVEN = "on Debian: apt-get install maven"

# Jars of the language and its runtime, and of the compiler that turns a stock JVM into a JIT.
LIBRARY = (
    "org.graalvm.python:python-launcher",
    "org.graalvm.python:python-language",
    "org.graalvm.python:python-resources",
    "org.graalvm.truffle:truffle-runtime",
)
COMPILER = ("org.graalvm.compiler:compiler",)

POM = """\
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>pyrometer</groupId><artifactId>{name}</artifactId><version>1</version>
  <dependencies>
{dependencies}
  </dependencies>
</project>
"""
DEPENDENCY = (
    "    <dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>"
    "<version>{version}</version></dependency>"
)

# $0 as it was called: that is what sys.executable, subprocess and venv then see.
# The JVM refuses a cache beside --upgrade-module-path, so only the interpreter can start from one;
# about a cache that no longer fits it would complain on stdout, hence -Xlog:disable.
LAUNCHER = """\
#!/bin/sh
# Made by pyrometer. PYROMETER_GRAALPY is jit (the default) or interp. PYROMETER_GRAALPY_START is
# full (the default) or fast: a quarter to two thirds of the CPU time of a start, but the JVM's
# own code then stays slow. It is for what is not timed; the compiler of Python code stays on.
compiler="-XX:+UnlockExperimentalVMOptions -XX:+EnableJVMCI --upgrade-module-path={root}/compiler"
cache=
[ "$PYROMETER_GRAALPY" = interp ] && compiler= && cache={root}/{cache}
start=
if [ "$PYROMETER_GRAALPY_START" = fast ]; then
    start="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
    [ -f "$cache" ] && start="$start -Xlog:disable -XX:AOTCache=$cache"
fi
exec {java} --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \\
    $compiler $start -Dpolyglot.engine.userResourceCache={root}/resources -Xss16m -Xmx4g \\
    -classpath '{root}/lib/*' com.oracle.graal.python.shell.GraalPythonMain \\
    --python.Executable="$0" "$@"
"""
CACHE = "interp.aot"
# The first JVM that can make such a cache in one step (JEP 514).
CACHE_SINCE_JAVA = 25
# What checks start and import; a class that is missed is loaded from its jar as ever.
CACHED = "import asyncio, dataclasses, decimal, json, multiprocessing, re, subprocess, unittest"


def check(recipe: Recipe, where: str) -> None:
    """Raise Mistake unless version, Java's major version and its fallback packages are given."""
    keys = {"version": str, "java": int, "java_suite": str, "java_packages": list}
    check_keys(recipe, where, keys)


def needs(recipe: Recipe, /) -> tuple[Need, ...]:
    """Maven, and a JDK or what it takes to unpack one."""
    major = cast("int", recipe.options["java"])
    maven = Need(name="mvn", found=find_tool("mvn") is not None, mend=INSTALL_MAVEN)
    if find_jdk(major) is not None:
        return (maven, Need(name=f"Java {major}", found=True))
    return (maven, *debian.needs(recipe))


def expected_bytes(_recipe: Recipe, /) -> int:
    """Jars, unpacked standard library, cache, and a JDK if there is none."""
    return EXPECTED_BYTES


def obtain(recipe: Recipe, shop: Workshop) -> Obtained:
    """Jars, JDK, launcher, and the starts that unpack and record; raises WorldFailure."""
    version = cast("str", recipe.options["version"])
    started = time.monotonic()
    jdk = _jdk(recipe, shop)
    jars = [*_jars("lib", LIBRARY, version, shop), *_jars("compiler", COMPILER, version, shop)]
    fetch_s = time.monotonic() - started
    launcher = _write_launcher(jdk, shop)
    _unpack_library(launcher, shop)
    _record_cache(launcher, cast("int", recipe.options["java"]), shop)
    return Obtained(
        root=shop.root,
        executable=str(launcher.relative_to(shop.root)),
        sources=(*sorted(jars, key=lambda s: s.name), *jdk.sources),
        toolchain={"java": jdk.version},
        fetch_s=fetch_s,
    )


def strays(_executable: str, _shop: Workshop, /) -> tuple[str, ...]:
    """None: a JVM loads what it needs from its own home."""
    return ()


def _jdk(recipe: Recipe, shop: Workshop) -> Jdk:
    options = recipe.options
    packages = Packages(
        suite=cast("str", options["java_suite"]),
        names=tuple(cast("list[str]", options["java_packages"])),
    )
    return jdk_for(cast("int", options["java"]), packages, shop)


def _jars(folder: str, names: tuple[str, ...], version: str, shop: Workshop) -> list[Source]:
    """Let Maven copy artifacts and all they depend on; it verifies what it downloads."""
    maven = need_tool("mvn", where=shop.name, mend=INSTALL_MAVEN)
    pom = shop.root / f"{folder}.pom.xml"
    pom.write_text(POM.format(name=folder, dependencies=_dependencies(names, version)))
    shop.say(f"fetching jars: {folder}")
    words = ["--batch-mode", "--quiet", "--strict-checksums", "--file", str(pom)]
    words += ["--offline"] if shop.offline else []
    words += ["dependency:copy-dependencies", f"-DoutputDirectory={shop.root / folder}"]
    environment = tool_environment()
    run(Tool(what="maven", argv=(str(maven), *words), environment=environment), shop)
    jars = sorted((shop.root / folder).glob("*.jar"))
    if not jars:
        raise WorldFailure(f"maven brought no jar for {folder}", where=shop.name)
    return [_source(jar) for jar in jars]


def _dependencies(names: tuple[str, ...], version: str) -> str:
    pairs = [name.split(":") for name in names]
    return "\n".join(
        DEPENDENCY.format(group=group, artifact=artifact, version=version)
        for group, artifact in pairs
    )


def _source(jar: Path) -> Source:
    name, _, version = jar.stem.rpartition("-")
    return Source(name=name, version=version, sha256=sha256_of(jar), size_bytes=jar.stat().st_size)


def _write_launcher(jdk: Jdk, shop: Workshop) -> Path:
    path = shop.root / "bin" / "graalpy"
    path.parent.mkdir(exist_ok=True)
    java = " ".join(_java(jdk, shop))
    path.write_text(LAUNCHER.format(root=shop.root, java=java, cache=CACHE))
    path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    return path


def _java(jdk: Jdk, shop: Workshop) -> tuple[str, ...]:
    """The words that start Java: a foreign one is emulated, and starts children without a helper.

    That helper is a program of the JDK which the kernel would have to start.
    """
    own = str(jdk.home / "bin/java")
    if not is_foreign(shop.machine):
        return (own,)
    return (*emulator_of(shop.machine, shop).argv, own, "-Djdk.lang.Process.launchMechanism=FORK")


def _unpack_library(launcher: Path, shop: Workshop) -> None:
    """The first start unpacks the standard library: slow, and not safe in parallel.

    A foreign one interprets: a compiler under an emulator would take longer than it saves.
    """
    shop.say("unpacking the library: a first start")
    own = {"PYROMETER_GRAALPY": "interp"} if is_foreign(shop.machine) else {}
    shutil.rmtree(shop.root / "resources", ignore_errors=True)
    words = (str(launcher), "-c", "import asyncio, json, typing")
    run(Tool(what="a first start", argv=words, environment=target_environment(own)), shop)


def _record_cache(launcher: Path, java: int, shop: Workshop) -> None:
    """Let the JVM write down what a start loads. Without the cache checks only start slower.

    A foreign JVM makes none: it starts a second one for that, which the kernel cannot.
    """
    if java < CACHE_SINCE_JAVA or is_foreign(shop.machine):
        return
    shop.say("recording a cache for the starts of checks")
    environment = {
        **target_environment({"PYROMETER_GRAALPY": "interp", "PYROMETER_GRAALPY_START": "fast"}),
        "JDK_JAVA_OPTIONS": f"-XX:AOTCacheOutput={shop.root / CACHE}",
    }
    words = (str(launcher), "-c", CACHED)
    attempt(Tool(what="recording a cache", argv=words, environment=environment), shop)
    if not (shop.root / CACHE).is_file():
        shop.say("no cache was made: checks will start slower")
