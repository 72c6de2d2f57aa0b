"""`polyray.exceptions` has the classes of Ray 2.60, and who catches one there catches it here."""

from __future__ import annotations

import pytest

from polyray import exceptions

# From ray/exceptions.py of the wheel: what each class is derived from.
BASES = {
    "ActorAlreadyExistsError": "ValueError RayError",
    "ActorDiedError": "RayActorError",
    "ActorHandleNotFoundError": "ValueError RayError",
    "ActorPlacementGroupRemoved": "RayError",
    "ActorUnavailableError": "RayActorError",
    "ActorUnschedulableError": "RayError",
    "AsyncioActorExit": "RayError",
    "AuthenticationError": "RayError",
    "CrossLanguageError": "RayError",
    "GetTimeoutError": "RayError TimeoutError",
    "LocalRayletDiedError": "RayError",
    "NodeDiedError": "RayError",
    "ObjectFetchTimedOutError": "ObjectLostError",
    "ObjectFreedError": "ObjectLostError",
    "ObjectLostError": "RayError",
    "ObjectReconstructionFailedError": "ObjectLostError",
    "ObjectRefStreamEndOfStreamError": "RayError",
    "ObjectStoreFullError": "RayError",
    "OufOfBandObjectRefSerializationException": "RayError",
    "OutOfDiskError": "RayError",
    "OutOfMemoryError": "RayError",
    "OwnerDiedError": "ObjectLostError",
    "PendingCallsLimitExceeded": "RayError",
    "PlasmaObjectNotAvailable": "RayError",
    "RayActorError": "RayError",
    "RayCgraphCapacityExceeded": "RaySystemError",
    "RayChannelError": "RaySystemError",
    "RayChannelTimeoutError": "RayChannelError TimeoutError",
    "RayDirectTransportError": "RaySystemError",
    "RayError": "Exception",
    "RaySystemError": "RayError",
    "RayTaskError": "RayError",
    "ReferenceCountingAssertionError": "ObjectLostError AssertionError",
    "RpcError": "RayError",
    "RuntimeEnvSetupError": "RayError",
    "StreamingGeneratorReplayInconsistentError": "RaySystemError",
    "TaskCancelledError": "RayError",
    "TaskPlacementGroupRemoved": "RayError",
    "TaskUnschedulableError": "RayError",
    "UnserializableException": "RayError",
    "UserCodeException": "RayError",
    "WorkerCrashedError": "RayError",
}


@pytest.mark.parametrize("name", BASES)
def test_a_class_is_caught_by_what_catches_it_in_ray(name: str) -> None:
    found = getattr(exceptions, name)
    assert set(BASES[name].split()) <= {base.__name__ for base in found.__mro__}
