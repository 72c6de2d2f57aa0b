"""Where a task or actor should run: accepted as Ray has them; there is one machine."""


class PlacementGroupSchedulingStrategy:
    """Inside a placement group."""

    def __init__(
        self,
        placement_group,
        placement_group_bundle_index=-1,
        placement_group_capture_child_tasks=None,
    ):
        self.placement_group = placement_group
        self.placement_group_bundle_index = placement_group_bundle_index
        self.placement_group_capture_child_tasks = placement_group_capture_child_tasks


class NodeAffinitySchedulingStrategy:
    """On a certain machine: there is only this one."""

    def __init__(self, node_id, soft, **_others):
        self.node_id = node_id
        self.soft = soft


class NodeLabelSchedulingStrategy:
    """On machines with certain labels: there is only this one."""

    def __init__(self, hard=None, *, soft=None):
        self.hard = hard
        self.soft = soft
