// What does an entity reach within four steps? Each entity and effect with the best path to it,
// most believed first. For what reaches an entity, more steps and filters, ask `influence` instead.
// param entity: entity = "paclitaxel" — where the influence starts, by name or id
// param limit: integer = 50 — how many rows
// returns entity, entity_id, kind, effect, belief, cost, steps, via
// :param {entity: "paclitaxel", limit: 50}
MATCH (source:Entity)
WHERE source.id = $entity OR source.name = $entity
CALL (source) {
  MATCH (source)-[r:PROMOTES|INHIBITS|CARRIES|STEP_OF]->(target:Entity)
  WHERE r.belief > 0 AND (r.sign <> 0 OR NOT EXISTS {
    (source)-[other:PROMOTES|INHIBITS]->(target) WHERE other.belief > 0
  })
  RETURN [r] AS rs, [source] AS starts, target
UNION ALL
  MATCH (source)
    ((a:Entity)-[r:PROMOTES|INHIBITS|CARRIES|STEP_OF]->(b:Entity)
      WHERE r.belief > 0 AND NOT r.net
        AND (a = source OR NOT a.abstract)
        AND (r.sign <> 0 OR NOT EXISTS {
          (a)-[other:PROMOTES|INHIBITS]->(b) WHERE other.belief > 0 AND NOT other.net
        })){2,4}
    (target:Entity)
  WHERE all(i IN range(0, size(b) - 1) WHERE NOT b[i] IN a[..i + 1])
  RETURN r AS rs, a AS starts, target
}
WITH target, rs, starts,
  reduce(sign = 1, r IN rs | CASE WHEN r.sign < 0 THEN -sign ELSE sign END) AS sign,
  reduce(cost = 0, r IN rs | cost + r.cost) AS cost
ORDER BY cost, size(rs), [n IN starts | n.id], [r IN rs | -r.sign]
WITH target, sign, head(collect({rs: rs, starts: starts, cost: cost})) AS best
RETURN
  target.name AS entity,
  target.id AS entity_id,
  target.kind AS kind,
  CASE WHEN sign > 0 THEN 'promotes' ELSE 'inhibits' END AS effect,
  round(reduce(belief = 1.0, r IN best.rs | belief * r.belief), 6) AS belief,
  best.cost AS cost,
  size(best.rs) AS steps,
  [n IN best.starts[1..] | n.name] AS via
ORDER BY cost, steps, entity_id, effect DESC
LIMIT $limit
