"""Parts of the standard library that an interpreter, or the one who packaged it, may leave out."""

ABSENT = (ImportError, AttributeError, NotImplementedError, OSError)


def round_trips(module):
    """Whether a compression module gives back what it packed."""
    try:
        codec = __import__(module, fromlist=["compress"])
    except ABSENT:
        return False
    packed = codec.compress(b"text " * 1000)
    return len(packed) < 1000 and codec.decompress(packed) == b"text " * 1000


def has_zlib():
    """zlib compresses and decompresses."""
    return round_trips("zlib")


def has_bz2():
    """bz2 compresses and decompresses."""
    return round_trips("bz2")


def has_lzma():
    """lzma compresses and decompresses."""
    return round_trips("lzma")


def has_zstandard():
    """compression.zstd compresses and decompresses."""
    return round_trips("compression.zstd")


def has_sqlite():
    """sqlite3 answers a query."""
    try:
        import sqlite3
    except ABSENT:
        return False
    database = sqlite3.connect(":memory:")
    try:
        return database.execute("select 6 * 7").fetchone() == (42,)
    finally:
        database.close()


def has_dbm():
    """dbm keeps a table of bytes in a file."""
    import os
    import tempfile

    try:
        import dbm

        with tempfile.TemporaryDirectory() as folder:
            with dbm.open(os.path.join(folder, "table"), "c") as table:
                table[b"key"] = b"value"
                return table[b"key"] == b"value"
    except ABSENT:
        return False


def has_readline():
    """readline edits input lines and keeps their history."""
    try:
        import readline

        readline.add_history("pyrometer")
        count = readline.get_current_history_length()
        found = readline.get_history_item(count)
        readline.remove_history_item(count - 1)
        return found == "pyrometer"
    except ABSENT:
        return False
    except Exception:  # one written in Python needs a terminal, and has errors of its own
        return False


def has_curses():
    """curses looks up how a terminal is controlled."""
    import os

    try:
        import curses

        with open(os.devnull, "wb") as sink:
            curses.setupterm("dumb", sink.fileno())
        return bool(curses.tigetstr("cr"))
    except ABSENT:
        return False
    except curses.error:
        return False


def has_tkinter():
    """tkinter runs Tcl code (no window is opened)."""
    try:
        import tkinter

        return tkinter.Tcl().eval("expr {6 * 7}") == "42"
    except ABSENT:
        return False


def has_xml_parser():
    """xml.etree parses a document with expat."""
    try:
        from xml.etree import ElementTree

        return ElementTree.fromstring("<a><b c='1'/></a>").find("b").get("c") == "1"
    except ABSENT:
        return False


def has_secure_digests():
    """hashlib offers sha3 and scrypt."""
    try:
        import hashlib

        key = hashlib.scrypt(b"password", salt=b"salt", n=2, r=1, p=1, dklen=16)
        return len(key) == 16 and hashlib.sha3_256(b"").hexdigest().startswith("a7ffc6f8")
    except (*ABSENT, ValueError):
        return False


def has_time_zones():
    """zoneinfo knows the offsets of named zones."""
    import datetime

    try:
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError
    except ABSENT:
        return False
    try:
        moment = datetime.datetime(2024, 7, 1, tzinfo=ZoneInfo("Europe/Berlin"))
    except (ZoneInfoNotFoundError, *ABSENT):
        return False
    return moment.utcoffset() == datetime.timedelta(hours=2)


def has_virtual_environments():
    """venv makes an environment whose interpreter starts inside it."""
    import os
    import subprocess
    import tempfile

    try:
        import venv

        with tempfile.TemporaryDirectory() as folder:
            folder = os.path.realpath(folder)
            venv.create(folder, symlinks=True, with_pip=False)
            program = "import sys; print(sys.prefix != sys.base_prefix, sys.prefix)"
            child = subprocess.run(
                [os.path.join(folder, "bin", "python"), "-c", program],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=60,
            )
            return child.stdout.decode().split() == ["True", folder]
    except (*ABSENT, subprocess.SubprocessError):
        return False


def has_pip_bundle():
    """ensurepip carries a copy of pip."""
    try:
        import ensurepip

        return bool(ensurepip.version())
    except ABSENT:
        return False


def has_toml():
    """tomllib reads TOML."""
    try:
        import tomllib
    except ABSENT:
        return False
    return tomllib.loads("a = [1, 2]") == {"a": [1, 2]}


def has_locale():
    """locale sorts and formats by the rules of the C locale."""
    try:
        import locale

        return locale.strxfrm("a") < locale.strxfrm("b") and bool(locale.localeconv())
    except ABSENT:
        return False


def has_unicode_identifiers():
    """Names may be written in any script, and are normalised."""
    names = {}
    try:
        exec("\u53d8\u91cf = \ufb01n = 5\ncheck = (\u53d8\u91cf, fin)", names)
    except (SyntaxError, NameError):
        return False
    return names["check"] == (5, 5)


def has_full_unicode_names():
    """unicodedata finds characters by name and normalises them."""
    try:
        import unicodedata

        found = unicodedata.lookup("SNOWMAN")
        return found == "\u2603" and unicodedata.normalize("NFKC", "\ufb01") == "fi"
    except ABSENT:
        return False


def has_user_database():
    """pwd looks up the user who runs the process."""
    import os

    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_uid == os.getuid()
    except (*ABSENT, KeyError):
        return False


def has_own_test_suite():
    """The interpreter's own tests (the package test) are installed."""
    import importlib.util

    try:
        return importlib.util.find_spec("test.test_grammar") is not None
    except ABSENT:
        return False
