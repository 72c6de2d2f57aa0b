// Pyodide as a python of the command line: words in, exit status out, the host's files in place.
//
// Called as `node pyodide_command_line.mjs EXECUTABLE WORD…`, from the folder of the package.
// Owns what a shell would see. Leaves the language to Pyodide, and changes nothing of it.
// Files that are directly in / are not seen: folders can be mounted, files cannot.

import fs from "node:fs";
import tty from "node:tty";
import { loadPyodide } from "./pyodide.mjs";

// Folders that Pyodide fills itself: its devices, its library, its own descriptors.
const OWN_FOLDERS = new Set(["dev", "lib", "proc"]);
// Where temporary files may be nevertheless.
const SHARED_MEMORY = "/dev/shm";
// What CPython exits with when the last flush fails.
const FLUSH_FAILED = 120;

const [executable, ...words] = process.argv.slice(2);

function isFolder(path) {
  return fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

// Every path means inside what it means outside, and so does the working directory.
function mountHost(FS) {
  const named = fs.readdirSync("/").filter((name) => !OWN_FOLDERS.has(name));
  for (const path of [...named.map((name) => `/${name}`), SHARED_MEMORY].filter(isFolder)) {
    FS.mkdirTree(path);
    FS.mount(FS.filesystems.NODEFS, { root: path }, path);
  }
  FS.chdir(process.cwd());
}

function sayTo(descriptor) {
  return (line) => fs.writeSync(descriptor, `${line}\n`);
}

// Bytes as they are, by descriptor: process.stdout would make a pipe non-blocking.
function writer(descriptor) {
  return {
    isatty: tty.isatty(descriptor),
    write: (bytes) => fs.writeSync(descriptor, bytes),
  };
}

async function main() {
  const py = await loadPyodide({
    args: words,
    _sysExecutable: executable,
    env: { ...process.env, PYTHONINSPECT: "" }, // set by default, as for a prompt in a page
    fsInit: mountHost,
    stdin: () => null,
    stdout: sayTo(1), // of what is said before there are streams: --version, --help
    stderr: sayTo(2),
  });
  py.setStdin({ isatty: tty.isatty(0), read: (bytes) => fs.readSync(0, bytes) });
  py.setStdout(writer(1));
  py.setStderr(writer(2));
  // Pyodide has put the working directory in front; what belongs there is for main to say.
  py.runPython("import os, sys; sys.path.remove(''); del os.environ['PYTHONINSPECT']");
  // Run so that it may wait for promises: without that asyncio.run cannot block.
  const status = await py._module.promisingRunMain();
  return py._module._Py_FinalizeEx() < 0 ? FLUSH_FAILED : status;
}

async function statusOfMain() {
  try {
    return await main();
  } catch (error) {
    if (error?.constructor?.name === "ExitStatus") return error.status;
    throw error;
  }
}

process.exit(await statusOfMain());
