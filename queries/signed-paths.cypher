// By which paths of up to four steps does one entity act on another? Signed paths, best first: the
// effect is the product of the signs, the cost the sum over the steps, so that the least cost is
// the greatest belief. Abstract classes and net statements are never bridged; a net statement is a
// path of its own. For up to eight steps, filters, sets of ends and human applicability, ask
// `paths` instead.
// param source: entity = "annexin A6" — where the paths start, by name or id
// param target: entity = "lung metastasis" — where they end, by name or id
// param limit: integer = 10 — how many paths
// returns effect, path, steps, belief, cost, weakest, statements
// :param {source: "annexin A6", target: "lung metastasis", limit: 10}
MATCH (source:Entity)
WHERE source.id = $source OR source.name = $source
MATCH (target:Entity)
WHERE (target.id = $target OR target.name = $target) AND target <> source
CALL (source, target) {
  // One step: net statements included; a structural one only where no causal one stands.
  MATCH (source)-[r:PROMOTES|INHIBITS|CARRIES|STEP_OF]->(target)
  WHERE r.belief > 0 AND NOT EXISTS {
    (source)-[other:PROMOTES|INHIBITS|CARRIES|STEP_OF]->(target)
    WHERE other.belief > 0 AND (
      (r.sign = 0 AND other.sign <> 0)
      OR (r.sign = other.sign AND other.belief > r.belief)
      OR (r.sign = other.sign AND other.belief = r.belief AND other.id < r.id)
    )
  }
  RETURN [r] AS rs, [source, target] AS stations
UNION ALL
  // Two to four steps: the best statement between two entities, for each sign.
  MATCH (source)
    ((a:Entity)-[r:PROMOTES|INHIBITS|CARRIES|STEP_OF]->(b:Entity)
      WHERE r.belief > 0 AND NOT r.net
        AND (a = source OR NOT a.abstract)
        AND NOT EXISTS {
          (a)-[other:PROMOTES|INHIBITS|CARRIES|STEP_OF]->(b)
          WHERE other.belief > 0 AND NOT other.net AND (
            (r.sign = 0 AND other.sign <> 0)
            OR (r.sign = other.sign AND other.belief > r.belief)
            OR (r.sign = other.sign AND other.belief = r.belief AND other.id < r.id)
          )
        }){2,4}
    (target)
  WHERE all(i IN range(0, size(b) - 1) WHERE NOT b[i] IN a[..i + 1])
  RETURN r AS rs, a + [target] AS stations
}
WITH rs, stations,
  reduce(sign = 1, r IN rs | CASE WHEN r.sign < 0 THEN -sign ELSE sign END) AS sign,
  reduce(least = 0, i IN range(0, size(rs) - 1) |
    CASE WHEN rs[i].belief < rs[least].belief THEN i ELSE least END) AS least
RETURN
  CASE WHEN sign > 0 THEN 'promotes' ELSE 'inhibits' END AS effect,
  reduce(text = stations[0].name, i IN range(0, size(rs) - 1) |
    text + CASE WHEN rs[i].sign < 0 THEN ' ─┤ ' WHEN rs[i].sign > 0 THEN ' ─▶ ' ELSE ' ── ' END
      + stations[i + 1].name) AS path,
  size(rs) AS steps,
  round(reduce(belief = 1.0, r IN rs | belief * r.belief), 6) AS belief,
  reduce(cost = 0, r IN rs | cost + r.cost) AS cost,
  stations[least].name + ' ' + replace(rs[least].predicate, '_', ' ') + ' '
    + stations[least + 1].name AS weakest,
  [r IN rs | r.id] AS statements
ORDER BY cost, steps, [n IN stations | n.id], [r IN rs | -r.sign]
LIMIT $limit
