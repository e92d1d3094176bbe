// Which feedback loops pass through an entity? Paths of two to six steps from it back to itself:
// reinforcing where the signs multiply to +, balancing where they multiply to −. A loop may pass
// once from a process to what bears it.
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
      AND NOT EXISTS {
        (a)-[other:PROMOTES|INHIBITS|CARRIES|STEP_OF|PROCESS_OF]->(b)
        WHERE other.belief > 0 AND NOT other.net AND (
          (r.sign = 0 AND other.sign <> 0)
          OR (r.sign = other.sign AND other.belief > r.belief)
          OR (r.sign = other.sign AND other.belief = r.belief AND other.id < r.id)
        )
      }){2,6}
  (entity)
WHERE size([one IN r WHERE type(one) = 'PROCESS_OF']) <= 1
  AND all(i IN range(1, size(a) - 1) WHERE NOT a[i] IN a[..i])
WITH r AS rs, a + [entity] AS stations,
  reduce(sign = 1, one IN r | CASE WHEN one.sign < 0 THEN -sign ELSE sign END) AS sign
RETURN
  CASE WHEN sign > 0 THEN 'reinforcing' ELSE 'balancing' END AS kind,
  reduce(text = stations[0].name, i IN range(0, size(rs) - 1) |
    text + CASE WHEN rs[i].sign < 0 THEN ' ─┤ ' WHEN rs[i].sign > 0 THEN ' ─▶ ' ELSE ' ── ' END
      + stations[i + 1].name) AS loop,
  size(rs) AS steps,
  round(reduce(belief = 1.0, one IN rs | belief * one.belief), 6) AS belief,
  reduce(cost = 0, one IN rs | cost + one.cost) AS cost,
  [one IN rs | one.id] AS statements
ORDER BY cost, steps, [n IN stations | n.id], [one IN rs | -one.sign]
LIMIT $limit
