"""Searching, group capture and substitution in generated text: the regular expression engine."""

import re

SIZES = {"small": 300, "large": 3000}  # lines

REQUEST = re.compile(r'(?P<host>\d+(?:\.\d+){3}) "(?P<verb>GET|PUT|POST) (?P<path>\S+)" (\d{3})')
WORD = re.compile(r"[a-z]+(?=[/.])", re.IGNORECASE)
NUMBER = re.compile(r"\b0*([1-9]\d*)\b")


def setup(size):
    lines, value = [], 20261
    for index in range(size):
        value = value * 48271 % 2147483647
        verb = ("GET", "PUT", "POST", "HEAD")[value >> 8 & 3]
        host = f"10.{value % 256}.{value // 7 % 256}.{index % 256}"
        path = f"/shop/item{value % 97}/Photo.{value % 5000:04d}.jpg"
        lines.append(f'{host} "{verb} {path}" {value % 3 * 100 + 200}')
    return "\n".join(lines)


def incremented(match):
    return str(int(match.group(1)) + 1)


def run(text):
    checksum = 0
    for match in REQUEST.finditer(text):
        checksum += int(match.group(4)) + len(match.group("host")) + match.start("path")
        checksum += len(WORD.findall(match.group("path")))
    rewritten, count = NUMBER.subn(incremented, text)
    return checksum * 1000 + len(rewritten) + count
