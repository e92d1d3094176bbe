// What promotes the spread of a tumour? Every statement that something promotes metastasis or a
// kind of it, such as lung metastasis, most believed first. `net` marks a summary of a longer
// chain; `human` says whether it is known to hold in people.
// param spread: entity = "metastasis" — the spread, by name or id
// param limit: integer = 50 — how many rows
// returns entity, entity_id, kind, predicate, spread, belief, studies, human, net, statement
// :param {spread: "metastasis", limit: 50}
MATCH (asked:Entity)
WHERE asked.id = $spread OR asked.name = $spread
MATCH (spread:Entity)-[:IS_A*0..6]->(asked)
WITH DISTINCT spread
MATCH (entity:Entity)-[r:PROMOTES]->(spread)
RETURN
  entity.name AS entity,
  entity.id AS entity_id,
  entity.kind AS kind,
  r.predicate AS predicate,
  spread.name AS spread,
  r.belief AS belief,
  r.studies AS studies,
  r.human AS human,
  r.net AS net,
  r.id AS statement
ORDER BY belief DESC, studies DESC, entity, statement
LIMIT $limit
