"""A plan in, outcomes out; refuses to raise on a target's misbehaviour."""
