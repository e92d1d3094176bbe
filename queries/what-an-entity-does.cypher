// What does an entity do? Every causal statement that starts at it, most believed first; those
// that are only hypothesised come last, with belief 0.
// param entity: entity = "neutrophil" — the entity, by name or id
// param limit: integer = 50 — how many rows
// returns effect, predicate, object, object_id, aspect, belief, studies, status, human, net, statement
// :param {entity: "neutrophil", limit: 50}
MATCH (entity:Entity)
WHERE entity.id = $entity OR entity.name = $entity
MATCH (entity)-[r:PROMOTES|INHIBITS|MAY_PROMOTE|MAY_INHIBIT]->(object:Entity)
RETURN
  CASE WHEN r.sign > 0 THEN 'promotes' ELSE 'inhibits' END AS effect,
  r.predicate AS predicate,
  object.name AS object,
  object.id AS object_id,
  r.aspect AS aspect,
  r.belief AS belief,
  r.studies AS studies,
  r.status AS status,
  r.human AS human,
  r.net AS net,
  r.id AS statement
ORDER BY belief DESC, studies DESC, object, statement
LIMIT $limit
