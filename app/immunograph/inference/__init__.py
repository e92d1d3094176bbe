"""What follows from the evidence: belief, net statements, conflicts, steps. Pure."""
