"""What is called how in the folder of a session: known to its driver, workers and observers."""

SOCKET, SECRET, OWNER = "hub", "secret", "owner"
PREFIX = "polyray-session-"
