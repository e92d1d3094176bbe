// Which feedback loops pass through an entity? Paths of two to six steps from it back to itself:
// reinforcing where the signs multiply to +, balancing where they multiply to −. A step follows
// another only where the two join, at the seam too, and none sums up a longer chain. A loop may
// pass once from a process to what bears it.
// param entity: entity = "tumour" — the entity, by name or id
// param limit: integer = 20 — how many loops
// returns kind, loop, steps, belief, cost, statements
// :param {entity: "tumour", limit: 20}
MATCH (entity:Entity)
WHERE entity.id = $entity OR entity.name = $entity
MATCH (entity)
  ((a:Entity)-[r:PROMOTES|INHIBITS|CARRIES|STEP_OF|PROCESS_OF]->(b:Entity)
    WHERE r.belief > 0 AND NOT r.net
      AND (a = entity OR NOT a.abstract)
      AND NOT (type(r) = 'PROCESS_OF' AND EXISTS {
        (a)-[other:PROMOTES|INHIBITS|CARRIES|STEP_OF]->(b) WHERE other.belief > 0 AND NOT other.net
      })){2,6}
  (entity)
WHERE size([one IN r WHERE type(one) = 'PROCESS_OF']) <= 1
  AND all(i IN range(1, size(a) - 1) WHERE NOT a[i] IN a[..i])
WITH a, b, r, [last(r)] + r[..-1] AS before
// The number of tumour cells is not their deeds, and one cell is not another.
WHERE all(i IN range(0, size(r) - 1) WHERE
    (before[i].number IS NULL OR r[i].from_number IS NOT NULL)
    AND coalesce(before[i].object_cell = r[i].subject_cell, true))
  // A structural step gives way to a causal one that joins, too.
  AND all(i IN range(0, size(r) - 1) WHERE r[i].sign <> 0 OR NOT EXISTS {
    WITH a[i] AS here, b[i] AS there
    MATCH (here)-[other:PROMOTES|INHIBITS]->(there)
    WHERE other.belief > 0 AND NOT other.net
      AND (before[i].number IS NULL OR other.from_number IS NOT NULL)
      AND coalesce(before[i].object_cell = other.subject_cell, true)
  })
WITH r AS rs, a + [a[0]] AS stations,
  [i IN range(0, size(r) - 1) | [b[i].id, r[i].sign < 0]] AS way,
  reduce(cost = 0, one IN r | cost + one.cost) AS cost
// Of loops over the same entities with the same signs the cheapest, by the plainest ends.
ORDER BY cost,
  [one IN [last(rs)] + rs | [coalesce(one.object_cell, ''), coalesce(one.number, false)]],
  [one IN rs | [-one.belief, one.id]]
WITH way, head(collect({rs: rs, stations: stations, cost: cost})) AS best
WITH way, best.rs AS rs, best.stations AS stations, best.cost AS cost,
  reduce(sign = 1, one IN best.rs | CASE WHEN one.sign < 0 THEN -sign ELSE sign END) AS sign
RETURN
  CASE WHEN sign > 0 THEN 'reinforcing' ELSE 'balancing' END AS kind,
  reduce(text = stations[0].name, i IN range(0, size(rs) - 1) |
    text + CASE WHEN rs[i].sign < 0 THEN ' ─┤ ' WHEN rs[i].sign > 0 THEN ' ─▶ ' ELSE ' ── ' END
      + stations[i + 1].name) AS loop,
  size(rs) AS steps,
  round(reduce(belief = 1.0, one IN rs | belief * one.belief), 6) AS belief,
  cost AS cost,
  [one IN rs | one.id] AS statements
ORDER BY cost, steps, way
LIMIT $limit
