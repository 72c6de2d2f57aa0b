"""What programs written on Ray Core rely on, with the route `capi`."""

from _conformance import items_of

globals().update(items_of("capi"))
