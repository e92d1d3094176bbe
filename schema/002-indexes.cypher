// Look-ups by name and, from an edge, to the statement behind it.
CREATE INDEX entity_name IF NOT EXISTS FOR (n:Entity) ON (n.name);
CREATE INDEX promotes_id IF NOT EXISTS FOR ()-[r:PROMOTES]-() ON (r.id);
CREATE INDEX inhibits_id IF NOT EXISTS FOR ()-[r:INHIBITS]-() ON (r.id);
CREATE INDEX load_at IF NOT EXISTS FOR (n:Load) ON (n.at);
