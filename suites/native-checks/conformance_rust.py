"""What programs written on Ray Core rely on, with the route `rust`."""

from _conformance import items_of

globals().update(items_of("rust"))
