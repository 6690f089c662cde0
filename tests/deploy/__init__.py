"""deploy/ as it is shipped, run against real replicas on this machine."""
