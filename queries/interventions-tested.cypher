// Which interventions were tested, and what was seen? One row for each outcome: −1 it fell, 0 no
// change, 1 it rose. Ask for `proposed` or `in_use` to see what has not been tested.
// param status: text = "tested" — tested, proposed or in_use
// param limit: integer = 100 — how many rows
// returns intervention, target, change, mode, condition, phase, outcome, observed, study, source, intervention_id
// :param {status: "tested", limit: 100}
MATCH (i:Intervention {status: $status})-[targets:TARGETS]->(target:Entity)
MATCH (i)-[:REPORTED_IN]->(source:Source)
OPTIONAL MATCH (i)-[o:OUTCOME]->(outcome)
OPTIONAL MATCH (i)-[:TESTED_IN]->(study:Study)
RETURN
  i.name AS intervention,
  target.name AS target,
  targets.change AS change,
  i.mode AS mode,
  i.condition AS condition,
  i.phase AS phase,
  outcome.name AS outcome,
  o.observed AS observed,
  study.id AS study,
  source.id AS source,
  i.id AS intervention_id
ORDER BY intervention, outcome, intervention_id
LIMIT $limit
