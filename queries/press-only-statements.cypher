// What rests on press reports alone? Causal statements whose every supporting passage stands in a
// press text, most believed first; their belief never exceeds 0.60. Find the papers behind them
// before you build on them.
// param limit: integer = 100 — how many rows
// returns statement, belief, tiers, named_studies, statement_id
// :param {limit: 100}
MATCH (s:Statement {cls: 'causal'})<-[:SUPPORTS]-(e:Evidence)-[:REPORTED_IN]->(source:Source)
WHERE s.belief > 0 AND e.basis <> 'hypothesised'
OPTIONAL MATCH (source)-[:REPORTS]->(study:Study)
WITH s, source, study
WHERE study.retracted IS NULL
WITH s,
  collect(DISTINCT source.tier) AS tiers,
  collect(DISTINCT study.id) AS named_studies
WHERE all(tier IN tiers WHERE tier STARTS WITH 'press_')
RETURN
  s.name AS statement,
  s.belief AS belief,
  tiers AS tiers,
  named_studies AS named_studies,
  s.id AS statement_id
ORDER BY belief DESC, statement, statement_id
LIMIT $limit
