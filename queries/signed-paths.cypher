// By which paths of up to four steps does one entity act on another? Signed paths, best first: the
// effect is the product of the signs, the cost the sum over the steps, so that the least cost is
// the greatest belief. Abstract classes are never bridged, and a step follows another only where
// the two join. `net` says of each step whether it sums up a longer chain. For up to eight steps,
// filters, sets of ends and human applicability, ask `paths` instead.
// param source: entity = "annexin A6" — where the paths start, by name or id
// param target: entity = "lung metastasis" — where they end, by name or id
// param limit: integer = 10 — how many paths
// returns effect, path, steps, belief, cost, weakest, net, statements
// :param {source: "annexin A6", target: "lung metastasis", limit: 10}
MATCH (source:Entity)
WHERE source.id = $source OR source.name = $source
MATCH (target:Entity)
WHERE (target.id = $target OR target.name = $target) AND target <> source
MATCH (source)
  ((a:Entity)-[r:PROMOTES|INHIBITS|CARRIES|STEP_OF]->(b:Entity)
    WHERE r.step AND (a = source OR NOT a.abstract)){1,4}
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
    WHERE other.step AND (i = 0 OR (
      (r[i - 1].number IS NULL OR other.from_number IS NOT NULL)
      AND coalesce(r[i - 1].object_cell = other.subject_cell, true)
    ))
  })
WITH source, r AS rs, a + [target] AS stations,
  [i IN range(0, size(r) - 1) | [b[i].id, r[i].sign < 0]] AS way,
  reduce(cost = 0, one IN r | cost + one.cost) AS cost
// Of paths over the same entities with the same signs the cheapest, by the plainest ends.
ORDER BY cost,
  [one IN rs | [coalesce(one.object_cell, ''), coalesce(one.number, false)]],
  [one IN rs | [-one.belief, one.id]]
WITH source, way, head(collect({rs: rs, stations: stations, cost: cost})) AS best
WITH source, way, best.rs AS rs, best.stations AS stations, best.cost AS cost,
  reduce(sign = 1, one IN best.rs | CASE WHEN one.sign < 0 THEN -sign ELSE sign END) AS sign,
  reduce(least = 0, i IN range(0, size(way) - 1) |
    CASE WHEN best.rs[i].belief < best.rs[least].belief THEN i ELSE least END) AS least
RETURN
  CASE WHEN sign > 0 THEN 'promotes' ELSE 'inhibits' END AS effect,
  reduce(text = stations[0].name, i IN range(0, size(rs) - 1) |
    text + CASE WHEN rs[i].sign < 0 THEN ' ─┤ ' WHEN rs[i].sign > 0 THEN ' ─▶ ' ELSE ' ── ' END
      + stations[i + 1].name) AS path,
  size(rs) AS steps,
  round(reduce(belief = 1.0, r IN rs | belief * r.belief), 6) AS belief,
  cost AS cost,
  stations[least].name + ' ' + replace(rs[least].predicate, '_', ' ') + ' '
    + stations[least + 1].name AS weakest,
  [r IN rs | r.net] AS net,
  [r IN rs | r.id] AS statements
ORDER BY cost, steps, source.id, way
LIMIT $limit
