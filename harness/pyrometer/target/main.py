"""Runs inside the interpreter under test: does what the request says, prints, judges nothing.

Request: `key=value` words in argv. Response: see docs/PROTOCOL.md.
Owns the order of events. Refuses statistics, files and opinions. Python 3.9 dialect, standard
library only, and as little of it as possible: what is imported here is in every measurement.
"""

import sys

import wire


def main(words):
    request = wire.parse_request(words)
    response = wire.Response(request["token"][0])
    response.put("hello", protocol=wire.PROTOCOL)
    mode = request["mode"][0]
    if mode == "startup":
        import startup as program
    elif mode == "bench":
        import bench as program
    else:
        import checks as program
    program.respond(request, response)
    response.end()


if __name__ == "__main__":
    main(sys.argv[1:])
