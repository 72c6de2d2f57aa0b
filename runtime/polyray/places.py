"""What is called how in a session's folder and environment: known to driver, workers, observers."""

SOCKET, SECRET, OWNER = "hub", "secret", "owner"
PREFIX = "polyray-session-"
PIP = "POLYRAY_PIP"  # what a worker has to have installed before it begins
