// Which cautions cover an entity? What sources warn of wherever it, or a class above it, is
// followed to the object named; `unknown_in_humans` marks those that say: not known in people.
// param entity: entity = "paclitaxel" — the entity, by name or id
// param limit: integer = 50 — how many rows
// returns says, subject, object, unknown_in_humans, voice, source, study, statement
// :param {entity: "paclitaxel", limit: 50}
MATCH (entity:Entity)
WHERE entity.id = $entity OR entity.name = $entity
MATCH (entity)-[:IS_A*0..6]->(subject:Entity)
WITH DISTINCT subject
MATCH (subject)<-[:SUBJECT]-(s:Statement {cls: 'caution'})-[:OBJECT]->(object:Entity)
MATCH (e:Evidence)-[:QUALIFIES]->(s)
MATCH (e)-[:REPORTED_IN]->(source:Source)
OPTIONAL MATCH (source)-[:REPORTS]->(study:Study)
RETURN
  e.says AS says,
  subject.name AS subject,
  object.name AS object,
  e.human_unknown AS unknown_in_humans,
  e.voice AS voice,
  source.id AS source,
  study.id AS study,
  s.id AS statement
ORDER BY unknown_in_humans DESC, subject, object, source, says
LIMIT $limit
