"""Remote classes, handles of their actors, and methods. Owns what `@remote` on a class means."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from polyray import current, serialize
from polyray.calls import call_for
from polyray.exceptions import ActorClassInheritanceException
from polyray.execute import ActorExit, is_async
from polyray.options import ACTOR, METHOD, Spec, checked, wanted
from polyray.refs import Call, ObjectRef
from polyray.remote import Signature, bound_or_type_error, results_of

if TYPE_CHECKING:
    from polyray.dag import ClassNode, MethodNode
    from polyray.session import Session

    Methods = dict[str, tuple[Spec, Signature | None, bool]]  # by name; are they bound?

Function = TypeVar("Function", bound=Callable[..., Any])

OWN_METHODS = ("__ray_ready__", "__ray_terminate__")


class ActorSpec:
    """What an actor is made from: class, options, and the arguments of its constructor."""

    __slots__ = (
        "actor_name",
        "detached",
        "env",
        "get_if_exists",
        "is_concurrent",
        "max_pending_calls",
        "max_restarts",
        "max_task_retries",
        "methods",
        "name",
        "namespace",
        "options",
        "pickled",
        "resources",
        "wire",
    )

    def __init__(
        self,
        cls: type,
        pickled: bytes,
        options: dict[str, Any],
        wired: tuple[Any, ...],
        namespace: str,
    ) -> None:
        self.name = cls.__name__
        self.pickled = pickled
        self.wire = wired
        self.methods: Methods = {}
        self.actor_name = options.get("name") or ""
        self.namespace = options.get("namespace") or namespace
        self.detached = options.get("lifetime") == "detached"
        self.get_if_exists = options.get("get_if_exists", False)
        self.max_restarts = options.get("max_restarts", 0)
        self.max_task_retries = options.get("max_task_retries", 0)
        self.max_pending_calls = options.get("max_pending_calls", -1)
        self.resources = wanted(options, cpus=0)
        self.env = options.get("runtime_env")
        many = (options.get("max_concurrency") or 1) > 1 or options.get("concurrency_groups")
        self.is_concurrent = bool(is_async(cls) or many)
        kept = ("max_concurrency", "concurrency_groups", "name")
        self.options = {name: options.get(name) for name in kept}

    def creation(self) -> tuple[str, bytes, dict[str, Any]]:
        """What its process has to know."""
        return (self.name, self.pickled, self.options)

    def creation_call(self) -> Call:
        """A call that waits for the arguments of the constructor."""
        call = Call(Spec(0, self.name, b"", {}), self.wire)
        call.needs = self.wire[2]
        return call

    def __getstate__(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in sorted(self.__slots__))

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        for name, value in zip(sorted(self.__slots__), state):
            setattr(self, name, value)


class ActorClass:
    """A class whose instances live in processes of their own."""

    def __init__(self, cls: type, options: dict[str, Any]) -> None:
        self._cls = cls
        self._options = checked(options, ACTOR, "an actor")
        self._pickled: bytes | None = None
        self._methods: Methods = {}
        self.__name__ = cls.__name__
        self.__doc__ = cls.__doc__

    def __call__(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Not so: raises TypeError."""
        raise TypeError("{0} is an actor: use {0}.remote()".format(self._cls.__name__))

    def __mro_entries__(self, _bases: tuple[Any, ...]) -> NoReturn:
        raise ActorClassInheritanceException(
            "{} is a remote class and cannot be derived from".format(self._cls.__name__)
        )

    def options(self, **given: Any) -> _Optioned:
        """The same class with other options for one creation."""
        options = {**self._options, **checked(given, ACTOR, "an actor")}
        return _Optioned(self, options)

    def remote(self, *args: Any, **kwargs: Any) -> ActorHandle:
        """Make an actor; returns its handle at once."""
        return self._make(args, kwargs, self._options)

    def bind(self, *args: Any, **kwargs: Any) -> ClassNode:
        """A node of a graph that makes an actor when it is executed."""
        from polyray.dag import ClassNode

        return ClassNode(self, args, kwargs)

    def _make(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], options: dict[str, Any]
    ) -> ActorHandle:
        session = current.session()
        if options.get("get_if_exists") and not options.get("name"):
            raise ValueError("get_if_exists needs a name")
        if options.get("name") == "":
            raise ValueError("the name of an actor is not empty")
        made: Any = self._cls
        bound_or_type_error(_signature(made.__init__), args, kwargs, method=True)
        if self._pickled is None:
            self._pickled = serialize.dumps(self._cls)
            self._methods = methods_of(self._cls, self._options)
        call = call_for(Spec("__init__", self._cls.__name__, b"", {}), args, kwargs)
        wired = call.wire if type(call.wire) is tuple else (call.wire, ())
        wired = wired if len(wired) == 4 else (wired[0], wired[1], None, None)
        spec = ActorSpec(self._cls, self._pickled, options, wired, session.namespace)
        methods = self._methods
        if spec.max_task_retries != self._options.get("max_task_retries", 0):
            methods = methods_of(self._cls, options)
        spec.methods = methods
        identity, life = session.create_actor(spec)
        return ActorHandle(identity, life, self._cls.__name__, methods)


class _Optioned:
    """An actor class with options of its own."""

    def __init__(self, made: ActorClass, options: dict[str, Any]) -> None:
        self._made = made
        self._options = options

    def remote(self, *args: Any, **kwargs: Any) -> ActorHandle:
        """Make an actor; returns its handle at once."""
        return self._made._make(args, kwargs, self._options)


def method(**options: Any) -> Callable[[Function], Function]:
    """Decorator: options of one method of an actor class."""
    chosen = checked(options, METHOD, "a method")

    def decorate(function: Function) -> Function:
        function.__ray_method__ = chosen  # type: ignore[attr-defined]
        return function

    return decorate


def methods_of(cls: type, options: dict[str, Any]) -> Methods:
    """(spec, signature) of all that can be called, by name."""
    found: Methods = {}
    for name in [*dir(cls), *OWN_METHODS]:
        member = getattr(cls, name, None)
        if name in OWN_METHODS:
            member = _nothing
        elif not callable(member) or (name.startswith("__") and name != "__call__"):
            continue
        own = dict(getattr(member, "__ray_method__", {}))
        retries = own.pop("max_task_retries", None)
        own["max_retries"] = options.get("max_task_retries", 0) if retries is None else retries
        streams = inspect.isgeneratorfunction(member) or inspect.isasyncgenfunction(member)
        spec = Spec(name, name, b"", own, generator=streams)
        bound = isinstance(inspect.getattr_static(cls, name, None), (staticmethod, classmethod))
        found[name] = (spec, _signature(member), name not in OWN_METHODS and not bound)
    return found


def _nothing() -> None:
    pass


def _nothing_of(self: object) -> None:
    pass


def _signature(function: Callable[..., Any]) -> Signature | None:
    return Signature.of(_nothing_of if function is object.__init__ else function)


class Address:
    """Where an actor is found; handles and their methods share it, so that none holds the other."""

    __slots__ = ("identity", "known", "life", "session")

    def __init__(self, identity: bytes, life: ObjectRef[Any] | None) -> None:
        self.identity = identity
        self.life = life
        self.session: Session | None = None
        self.known: Any = None

    def resident(self, session: Session) -> Any:
        """What the session knows it by."""
        if self.session is not session:
            self.known = session.resident(self.identity)
            self.session = session
        return self.known


class ActorMethod:
    """A method of one actor."""

    __slots__ = ("_address", "_bare", "_is_method", "_signature", "_spec")

    def __init__(
        self, address: Address, spec: Spec, signature: Signature | None, is_method: bool
    ) -> None:
        self._address = address
        self._spec = spec
        self._signature = signature
        self._is_method = is_method
        # All calls without arguments are one, where there may be such.
        self._bare: Call | None = None
        if not spec.extras and (signature is None or signature.takes(int(is_method))):
            self._bare = spec.bare = spec.bare or Call(spec, spec.fid)

    def __call__(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Not so: raises TypeError."""
        raise TypeError("use .remote() to call {} of an actor".format(self._spec.name))

    def remote(self, *args: Any, **kwargs: Any) -> Any:
        """Call it; returns a reference at once."""
        address = self._address
        session = current._session or current.session()
        ref: ObjectRef[Any] = ObjectRef()
        refs: Any = ref
        if self._bare is not None and not args and not kwargs:
            ref._value = self._bare
        else:
            spec = self._spec
            if self._signature is not None:
                bound_or_type_error(self._signature, args, kwargs, method=self._is_method)
            ref._value = call = call_for(spec, args, kwargs)
            if spec.extras:
                refs = results_of(spec, ref, call, session)
        known = address.known if address.session is session else address.resident(session)
        session.submit_method(known, ref)
        return refs

    def options(self, **given: Any) -> ActorMethod:
        """The same method with other options for one call."""
        chosen = checked(given, METHOD, "a method")
        spec = self._spec
        own: dict[str, Any] = {"num_returns": spec.num_returns if spec.num_returns != 1 else None}
        if spec.extras:
            own["retry_exceptions"], own["concurrency_group"] = spec.extras[2:]
        own.update({name: value for name, value in chosen.items() if value is not None})
        retries = own.pop("max_task_retries", None)
        own["max_retries"] = spec.max_retries if retries is None else retries
        made = Spec(spec.fid, spec.name, b"", own, generator=spec.generator)
        return ActorMethod(self._address, made, self._signature, self._is_method)

    def bind(self, *args: Any, **kwargs: Any) -> MethodNode:
        """A node of a graph that calls it when it is executed."""
        from polyray.dag import MethodNode

        return MethodNode(self, args, kwargs)


class ActorHandle:
    """An actor, wherever it lives. Handles of the same actor are equal."""

    def __init__(
        self,
        identity: bytes,
        life: ObjectRef[Any] | None,
        class_name: str,
        methods: Methods,
    ) -> None:
        self._address = Address(identity, life)
        self._class_name = class_name
        self._methods = methods

    def __getattr__(self, name: str) -> ActorMethod:
        try:
            spec, signature, is_method = self.__dict__["_methods"][name]
        except KeyError:
            raise AttributeError(
                "{} has no method {!r}".format(self.__dict__.get("_class_name"), name)
            ) from None
        found = self.__dict__[name] = ActorMethod(self._address, spec, signature, is_method)
        return found

    @property
    def _identity(self) -> bytes:
        return self._address.identity

    @property
    def _actor_id(self) -> bytes:
        return self._address.identity

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ActorHandle) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)

    def __repr__(self) -> str:
        return "Actor({}, {})".format(self._class_name, self._identity.hex())

    def __reduce__(self) -> tuple[Any, ...]:
        address = self._address
        return (ActorHandle, (address.identity, address.life, self._class_name, self._methods))

    def __enter__(self) -> ActorHandle:
        return self

    def __exit__(self, *_: object) -> None:
        current.session().kill_actor(self._identity, no_restart=True)


def exit_actor() -> NoReturn:
    """End the actor that this code runs in; this call and later ones raise ActorDiedError."""
    session = current.peek()
    if session is None or session.executor is None or session.executor.actor is None:
        raise TypeError("exit_actor is for the code of an actor")
    raise ActorExit
