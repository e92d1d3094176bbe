// What does an entity reach within four steps? Each entity and effect with the best path to it,
// most believed first; a step follows another only where the two join. For what reaches an entity,
// more steps and filters, ask `influence` instead.
// param entity: entity = "paclitaxel" — where the influence starts, by name or id
// param limit: integer = 50 — how many rows
// returns entity, entity_id, kind, effect, belief, cost, steps, via
// :param {entity: "paclitaxel", limit: 50}
MATCH (source:Entity)
WHERE source.id = $entity OR source.name = $entity
MATCH (source)
  ((a:Entity)-[r:PROMOTES|INHIBITS|CARRIES|STEP_OF]->(b:Entity)
    WHERE r.step AND (a = source OR NOT a.abstract)){1,4}
  (target:Entity)
WHERE all(i IN range(0, size(b) - 1) WHERE NOT b[i] IN a[..i + 1])
  // The number of tumour cells is not their deeds, and one cell is not another.
  AND all(i IN range(1, size(r) - 1) WHERE
    (r[i - 1].number IS NULL OR r[i].from_number IS NOT NULL)
    AND coalesce(r[i - 1].object_cell = r[i].subject_cell, true))
  // A structural step gives way to a causal one that joins, too.
  AND all(i IN range(0, size(r) - 1) WHERE r[i].sign <> 0 OR NOT EXISTS {
    WITH a[i] AS here, b[i] AS there
    MATCH (here)-[other:PROMOTES|INHIBITS]->(there)
    WHERE other.step AND (i = 0 OR (
      (r[i - 1].number IS NULL OR other.from_number IS NOT NULL)
      AND coalesce(r[i - 1].object_cell = other.subject_cell, true)
    ))
  })
WITH target, r AS rs, a AS starts,
  [i IN range(0, size(r) - 1) | [b[i].id, r[i].sign < 0]] AS way,
  reduce(sign = 1, one IN r | CASE WHEN one.sign < 0 THEN -sign ELSE sign END) AS sign,
  reduce(cost = 0, one IN r | cost + one.cost) AS cost
ORDER BY cost, size(rs), way
WITH target, sign, head(collect({rs: rs, starts: starts, cost: cost, way: way})) AS best
RETURN
  target.name AS entity,
  target.id AS entity_id,
  target.kind AS kind,
  CASE WHEN sign > 0 THEN 'promotes' ELSE 'inhibits' END AS effect,
  round(reduce(belief = 1.0, r IN best.rs | belief * r.belief), 6) AS belief,
  best.cost AS cost,
  size(best.rs) AS steps,
  [n IN best.starts[1..] | n.name] AS via
ORDER BY cost, steps, best.way
LIMIT $limit
