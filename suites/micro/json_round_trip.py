"""A nested document written to JSON and read again: a library that CPython has in C."""

import json

SIZES = {"small": 200, "large": 2000}  # entries


def setup(size):
    return {"version": 3, "entries": [entry(index * 7919 % 10007) for index in range(size)]}


def entry(number):
    return {
        "id": number,
        "name": f"entry \u2116 {number}",
        "quoted": f'say "{number}"\n',
        "tags": [f"tag{number % step}" for step in (3, 5, 7)],
        "active": number % 2 == 0,
        "parent": None if number % 3 else number // 3,
        "matrix": [[number, -number], [number << 24, 0]],
    }


def run(document):
    compact = json.dumps(document, separators=(",", ":"))
    readable = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False)
    copy = json.loads(compact)
    if copy != document or json.loads(readable) != document:
        raise ValueError("a document changed on its way through JSON")
    return len(compact) * 1000003 + len(readable) * 31 + copy["entries"][-1]["id"]
