// Which statements contradict each other, and what tells them apart? Both sides of each conflict
// with their beliefs, and the first dimension on which they differ; unresolved ones come first.
// param limit: integer = 50 — how many rows
// returns promotes, promotes_belief, inhibits, inhibits_belief, resolved_by, explanation, conflict, conflict_id
// :param {limit: 50}
MATCH (c:Conflict)-[:BETWEEN]->(plus:Statement {effect: 'promotes'})
MATCH (c)-[:BETWEEN]->(minus:Statement {effect: 'inhibits'})
RETURN
  plus.name AS promotes,
  plus.belief AS promotes_belief,
  minus.name AS inhibits,
  minus.belief AS inhibits_belief,
  c.resolved_by AS resolved_by,
  c.explanation AS explanation,
  c.conflict AS conflict,
  c.id AS conflict_id
ORDER BY resolved_by IS NOT NULL, conflict DESC, promotes, conflict_id
LIMIT $limit
