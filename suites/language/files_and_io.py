"""Files, buffers and paths: text layers, seeking, temporary files, directory walks and
the errors of the file system."""

import io
import os
import pathlib
import tempfile


def raised(function, *arguments, **keywords):
    """The class of what a call raises, None when it returns."""
    try:
        function(*arguments, **keywords)
    except Exception as error:
        return type(error)
    return None


def test_line_ends_are_translated_on_request():
    raw = b"a\r\nb\rc\n"
    results = []
    for newline in (None, "", "\n", "\r\n"):
        results.append(list(io.TextIOWrapper(io.BytesIO(raw), "ascii", newline=newline)))
        target = io.BytesIO()
        writer = io.TextIOWrapper(target, "ascii", newline=newline)
        writer.write("x\ny")
        writer.flush()
        results.append(target.getvalue())
    return results


def test_text_position_can_be_restored():
    text = io.TextIOWrapper(io.BytesIO("\u00e9a\U0001f600b\nc".encode()), "utf-8")
    assert text.read(2) == "\u00e9a"
    position = text.tell()
    rest = text.read()
    text.seek(position)
    assert text.read() == rest == "\U0001f600b\nc"
    assert raised(text.seek, 1, io.SEEK_CUR) is io.UnsupportedOperation


def test_memory_files_read_write_and_grow():
    file = io.BytesIO(b"0123456789")
    file.seek(-3, io.SEEK_END)
    assert file.read(2) == b"78" and file.tell() == 9
    file.seek(12)
    file.write(b"xy")
    file.truncate(13)
    target = bytearray(4)
    file.seek(9)
    assert file.readinto(target) == 4
    return [bytes(target), file.getvalue()]


def test_closed_files_refuse_everything():
    with io.StringIO("abc") as file:
        assert file.readline() == "abc"
    assert raised(file.read) is ValueError and raised(io.BytesIO(b"").write, "text") is TypeError


def test_own_raw_stream_can_be_buffered():
    class Dripping(io.RawIOBase):
        """Gives at most three bytes at a time."""

        def __init__(self, content):
            self.content = content

        def readable(self):
            return True

        def readinto(self, target):
            piece, self.content = self.content[:3], self.content[3:]
            target[: len(piece)] = piece
            return len(piece)

    reader = io.BufferedReader(Dripping(b"abc\ndefgh\ni"))
    assert reader.peek()[:2] == b"ab" and reader.read1(2) == b"ab"
    return [reader.readline(), reader.read(4), reader.readlines()]


def test_files_are_opened_by_mode():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "f\u00e9.txt")
        with open(path, "x", encoding="utf-8") as file:
            assert file.write("one\n") == 4
        assert raised(open, path, "x") is FileExistsError
        with open(path, "ab") as file:
            file.write(b"two")
        with open(path, "r+b") as file:
            file.seek(1)
            file.write(b"N")
        with open(path, "rb", buffering=0) as file:
            assert file.read() == b"oNe\ntwo"
        assert os.listdir(folder) == ["f\u00e9.txt"] and os.path.getsize(path) == 7
        assert raised(open, folder) is IsADirectoryError and raised(open, path, "rw") is ValueError


def test_file_system_operations():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "a" / "b").mkdir(parents=True)
        (root / "a" / "one.txt").write_text("1", encoding="ascii")
        (root / "a" / "link").symlink_to("one.txt")
        os.replace(root / "a" / "one.txt", root / "a" / "b" / "two.txt")
        assert (
            raised(os.rmdir, root / "a") is OSError
            and raised((root / "a").mkdir) is FileExistsError
        )
        assert not (root / "a" / "link").exists() and (root / "a" / "link").is_symlink()
        walked = [
            [os.path.relpath(where, folder), sorted(folders), sorted(files)]
            for where, folders, files in os.walk(folder)
        ]
        found = sorted(str(path.relative_to(root)) for path in root.glob("**/*.txt"))
        return [walked, found]


def test_directory_entries_know_their_kind():
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, "d"))
        pathlib.Path(folder, "f").write_bytes(b"123")
        with os.scandir(folder) as entries:
            found = {entry.name: [entry.is_dir(), entry.is_file()] for entry in entries}
        assert os.stat(os.path.join(folder, "f")).st_size == 3
    assert found == {"d": [True, False], "f": [False, True]}


def test_paths_are_taken_apart():
    path = pathlib.PurePosixPath("/usr/lib/../lib/archive.tar.gz")
    windows = pathlib.PureWindowsPath("C:\\Users\\x/y.txt")
    assert path.with_suffix(".bz2").name == "archive.tar.bz2" and path.match("*.gz")
    assert raised(path.relative_to, "/opt") is ValueError
    return [
        [path.stem, path.suffixes, list(path.parts), str(path.parent)],
        [windows.drive, windows.as_posix(), str(windows.with_name("z"))],
        [os.path.normpath("a//b/./../c/"), os.path.join("a", "/b", "c"), os.path.splitext(".x.y")],
        os.path.commonpath(["/a/b", "/a/bc"]),
    ]


def test_temporary_files_vanish():
    with tempfile.NamedTemporaryFile("w+") as file:
        file.write("x")
        file.flush()
        assert os.path.getsize(file.name) == 1
    assert not os.path.exists(file.name)
    with tempfile.SpooledTemporaryFile(max_size=4) as spooled:
        spooled.write(b"more than four")
        spooled.seek(0)
        assert spooled.read() == b"more than four"


def test_names_that_are_not_text_round_trip():
    name = os.fsdecode(b"f\xff")
    assert os.fsencode(name) == b"f\xff"
    assert os.fspath(pathlib.Path("a")) == "a" and raised(os.fspath, 5) is TypeError
    assert raised(open, "a\x00b") is ValueError


def test_archives_round_trip_in_memory():
    import tarfile
    import zipfile

    content = bytes(range(256)) * 10
    zipped, tarred = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("d/\u00e9.bin", content)
    with tarfile.open(fileobj=tarred, mode="w:gz") as archive:
        member = tarfile.TarInfo("d/\u00e9.bin")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    tarred.seek(0)
    with zipfile.ZipFile(zipped) as archive, tarfile.open(fileobj=tarred) as tar:
        assert archive.read("d/\u00e9.bin") == tar.extractfile("d/\u00e9.bin").read() == content
        assert archive.testzip() is None and tar.getnames() == archive.namelist()


def test_databases_in_memory():
    import sqlite3

    database = sqlite3.connect(":memory:")
    try:
        database.execute("create table t (n integer, s text, b blob, f real)")
        rows = [(1, "\u00e9", b"\0x", 1.5), (-(2**63), None, None, None)]
        with database:
            database.executemany("insert into t values (?, ?, ?, ?)", rows)
        assert database.execute("select * from t").fetchall() == rows
        database.create_function("twice", 1, lambda value: value * 2)
        assert database.execute("select twice(21)").fetchone() == (42,)
        assert raised(database.execute, "select * from missing") is sqlite3.OperationalError
    finally:
        database.close()
