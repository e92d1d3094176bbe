"""The graph in Neo4j, and a Neo4j of our own: the only room that imports the driver."""
