"""Where a task or actor should run: accepted as Ray has them; there is one machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from polyray.util.placement_group import PlacementGroup


class PlacementGroupSchedulingStrategy:
    """Inside a placement group."""

    def __init__(
        self,
        placement_group: PlacementGroup,
        placement_group_bundle_index: int = -1,
        placement_group_capture_child_tasks: bool | None = None,
    ) -> None:
        self.placement_group = placement_group
        self.placement_group_bundle_index = placement_group_bundle_index
        self.placement_group_capture_child_tasks = placement_group_capture_child_tasks


class NodeAffinitySchedulingStrategy:
    """On a certain machine: there is only this one."""

    def __init__(self, node_id: str, soft: bool, **_others: Any) -> None:
        self.node_id = node_id
        self.soft = soft


class NodeLabelSchedulingStrategy:
    """On machines with certain labels: there is only this one."""

    def __init__(
        self, hard: dict[str, Any] | None = None, *, soft: dict[str, Any] | None = None
    ) -> None:
        self.hard = hard
        self.soft = soft
