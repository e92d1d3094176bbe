"""The graph over HTTP: routes, answers kept by snapshot, problems, and the pages."""
