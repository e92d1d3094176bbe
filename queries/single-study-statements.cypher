// What rests on one study alone? Causal statements with a single independent line of support, most
// believed first. A source whose study could not be traced is given by its own id; all untraced
// sources together count as one line.
// param limit: integer = 100 — how many rows
// returns statement, belief, study, traced, sources, human, statement_id
// :param {limit: 100}
MATCH (s:Statement {cls: 'causal', studies: 1})<-[:SUPPORTS]-(e:Evidence)
MATCH (e)-[:REPORTED_IN]->(source:Source)
WHERE e.basis <> 'hypothesised' AND source.type <> 'curator'
OPTIONAL MATCH (source)-[:REPORTS]->(study:Study)
WITH s, source, study
WHERE study.retracted IS NULL
WITH s, source, study
ORDER BY source.id
WITH s, collect(DISTINCT source.id) AS sources, head(collect(study.id)) AS traced
RETURN
  s.name AS statement,
  s.belief AS belief,
  coalesce(traced, head(sources)) AS study,
  traced IS NOT NULL AS traced,
  sources AS sources,
  s.human AS human,
  s.id AS statement_id
ORDER BY belief DESC, statement, statement_id
LIMIT $limit
