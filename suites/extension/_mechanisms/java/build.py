"""Compile the Java class: build.py FOLDER. `JAVA_HOME` names a JDK, else javac is on PATH."""

import os
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[3] / "runtime/native/tools"))

import building  # noqa: E402

# What Debian 12 compiles; every later Java runs it.
RELEASE = "17"


def build(folder):
    """Class files for a Python on a JVM."""
    if building.interpreter()["implementation"] != "graalpy":
        raise building.CannotBuild("only GraalPy runs on a JVM and has access to its classes")
    path = Path(os.environ.get("JAVA_HOME", ""), "bin")
    found = shutil.which("javac", path=str(path)) or shutil.which("javac")
    if found is None:
        raise building.CannotBuild("no javac: on Debian, apt-get install openjdk-17-jdk-headless")
    source = str(HERE / "Border.java")
    building.run([found, "--release", RELEASE, "-d", str(folder), source])
    building.versions["javac"] = building.run([found, "--version"]).split()[1]


if __name__ == "__main__":
    sys.exit(building.program(build))
