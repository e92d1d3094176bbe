"""What answers look like: each shape once, built by the service and described to OpenAPI.

Nothing here is slow to import. Answers hold what is written here, and what is written here stays.
"""
