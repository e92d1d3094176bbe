// What stands around an entity? Every statement, of whatever class, that starts or ends at it or
// at one of its neighbours, nearest first, then most believed.
// param entity: entity = "neutrophil extracellular trap" — the entity, by name or id
// param steps: integer = 1 — 1 for its own statements, 2 to add those of its neighbours
// param limit: integer = 100 — how many rows
// returns away, subject, predicate, object, sign, belief, studies, status, human, statement
// :param {entity: "neutrophil extracellular trap", steps: 1, limit: 100}
MATCH (entity:Entity)
WHERE entity.id = $entity OR entity.name = $entity
MATCH (entity) ((:Entity)-[rs WHERE rs.id IS NOT NULL]-(:Entity)){1,2} (:Entity)
WHERE size(rs) <= $steps
WITH last(rs) AS r, min(size(rs)) AS away
RETURN
  away AS away,
  startNode(r).name AS subject,
  r.predicate AS predicate,
  endNode(r).name AS object,
  r.sign AS sign,
  r.belief AS belief,
  r.studies AS studies,
  r.status AS status,
  r.human AS human,
  r.id AS statement
ORDER BY away, belief DESC, subject, object, statement
LIMIT $limit
