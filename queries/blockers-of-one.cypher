// Which single entity would break every path of up to four steps? The entities that all these
// paths pass, with the interventions known to hit them. Summaries of longer chains do not count:
// they fall with the last chain that spells them out. No row: there is no such path, or one that
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
    WHERE r.belief > 0 AND NOT r.net AND (a = source OR NOT a.abstract)){1,4}
  (target)
WHERE all(i IN range(0, size(b) - 1) WHERE NOT b[i] IN a[..i + 1])
  // The number of tumour cells is not their deeds, and one cell is not another.
  AND all(i IN range(1, size(r) - 1) WHERE
    (r[i - 1].number IS NULL OR r[i].from_number IS NOT NULL)
    AND coalesce(r[i - 1].object_cell = r[i].subject_cell, true))
  // A structural step gives way to a causal one that joins, too.
  AND all(i IN range(0, size(r) - 1) WHERE r[i].sign <> 0 OR NOT EXISTS {
    WITH a[i] AS here, b[i] AS there
    MATCH (here)-[other:PROMOTES|INHIBITS]->(there)
    WHERE other.belief > 0 AND NOT other.net AND (i = 0 OR (
      (r[i - 1].number IS NULL OR other.from_number IS NOT NULL)
      AND coalesce(r[i - 1].object_cell = other.subject_cell, true)
    ))
  })
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
