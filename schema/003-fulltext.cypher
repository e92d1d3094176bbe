// Search over what people call an entity.
CREATE FULLTEXT INDEX entity_text IF NOT EXISTS FOR (n:Entity) ON EACH [n.name, n.symbol, n.synonyms, n.id];
