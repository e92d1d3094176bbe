// What is the evidence that one entity acts on another? Every passage for, against or about each
// statement between the two: what it says in our words, what it rests on, in what it was seen, and
// which source and study report it.
// param subject: entity = "annexin A6" — where the step starts, by name or id
// param object: entity = "lung metastasis" — where it ends, by name or id
// param limit: integer = 100 — how many passages
// returns statement, effect, role, says, basis, hedged, derived, systems, species, source, tier, study, retracted, belief, statement_id, evidence
// :param {subject: "annexin A6", object: "lung metastasis", limit: 100}
MATCH (subject:Entity)
WHERE subject.id = $subject OR subject.name = $subject
MATCH (object:Entity)
WHERE object.id = $object OR object.name = $object
MATCH (subject)<-[:SUBJECT]-(s:Statement)-[:OBJECT]->(object)
MATCH (e:Evidence)-[role:SUPPORTS|REFUTES|QUALIFIES]->(s)
MATCH (e)-[:REPORTED_IN]->(source:Source)
OPTIONAL MATCH (source)-[:REPORTS]->(study:Study)
RETURN
  s.name AS statement,
  s.effect AS effect,
  toLower(type(role)) AS role,
  e.says AS says,
  e.basis AS basis,
  e.hedged AS hedged,
  EXISTS { (e)-[:DERIVED_FROM]->(:Intervention) } AS derived,
  coalesce(e.study_system, []) AS systems,
  coalesce(e.species, []) AS species,
  source.id AS source,
  source.tier AS tier,
  study.id AS study,
  study.retracted IS NOT NULL AS retracted,
  s.belief AS belief,
  s.id AS statement_id,
  e.id AS evidence
ORDER BY belief DESC, statement_id, role DESC, source, evidence
LIMIT $limit
