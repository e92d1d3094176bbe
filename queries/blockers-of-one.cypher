// Which single entity would break every path of up to four steps? The entities that all these
// paths pass, with the interventions known to hit them. No row: there is no such path, or one that
// nothing breaks. For sets of entities and up to eight steps, ask `blockers` instead.
// param source: entity = "annexin A6" — where the paths start, by name or id
// param target: entity = "lung metastasis" — where they end, by name or id
// param limit: integer = 50 — how many rows
// returns entity, entity_id, kind, paths, tested, proposed
// :param {source: "annexin A6", target: "lung metastasis", limit: 50}
MATCH (source:Entity)
WHERE source.id = $source OR source.name = $source
MATCH (target:Entity)
WHERE (target.id = $target OR target.name = $target) AND target <> source
MATCH (source)
  ((a:Entity)-[r:PROMOTES|INHIBITS|CARRIES|STEP_OF]->(b:Entity)
    WHERE r.belief > 0 AND NOT r.net
      AND (a = source OR NOT a.abstract)
      AND (r.sign <> 0 OR NOT EXISTS {
        (a)-[other:PROMOTES|INHIBITS]->(b) WHERE other.belief > 0 AND NOT other.net
      })){1,4}
  (target)
WHERE all(i IN range(0, size(b) - 1) WHERE NOT b[i] IN a[..i + 1])
WITH collect(DISTINCT a[1..]) AS ways
UNWIND ways[0] AS entity
WITH entity, ways
WHERE all(way IN ways WHERE entity IN way)
RETURN
  entity.name AS entity,
  entity.id AS entity_id,
  entity.kind AS kind,
  size(ways) AS paths,
  COLLECT {
    MATCH (i:Intervention {status: 'tested'})-[:TARGETS]->(entity)
    RETURN i.name ORDER BY i.name
  } AS tested,
  COLLECT {
    MATCH (i:Intervention)-[:TARGETS]->(entity) WHERE i.status <> 'tested'
    RETURN i.name ORDER BY i.name
  } AS proposed
ORDER BY size(tested) DESC, size(proposed) DESC, entity_id
LIMIT $limit
