-- The statements of readers.

-- name: due_recipients
SELECT * FROM recipient
WHERE transport = $1 AND nexthop = $2 AND is_held = 0 AND due <= $3
ORDER BY due, message, number
LIMIT $4

-- name: due_recipients_of_flow
SELECT * FROM recipient
WHERE transport = $1 AND nexthop = $2 AND flow = $5 AND is_held = 0 AND due <= $3
ORDER BY due, message, number
LIMIT $4

-- The recipients that one of the two above finds, which is put in. The envelope stands in the first row of each message only, with the
-- number of recipients that the message has left (those that are done and not reported yet count), counted no further than one more than there are rows of it.
-- name: entries
SELECT r.number, r.address, r.orcpt, r.notify, r.transport, r.nexthop, r.due, r.attempts, r.status, r.reason, r.in_doubt, r.message,
  remaining.recipients,
  m.id, m.queue_id, m.arrived, m.sender, m.size, m.is_8bit, m.is_smtputf8, m.is_held,
  m.ret, m.envid, m.client_name, m.client_address, m.helo_name, m.protocol,
  m.sasl_login, m.flow, m.priority, m.is_expired, m.warn_at, m.is_warned, m.trace, m.verp, m.filter, m.requeued
FROM (
  SELECT found.*, row_number() OVER (PARTITION BY message ORDER BY due, number) AS place, count(*) OVER (PARTITION BY message) AS taken
  FROM (
    {recipients}
  ) AS found
) AS r
LEFT JOIN LATERAL (SELECT * FROM message WHERE r.place = 1 AND id = r.message LIMIT 1) AS m ON true
LEFT JOIN LATERAL (
  SELECT count(*) AS recipients
  FROM (
    SELECT 1 FROM recipient AS every WHERE r.place = 1 AND every.message = r.message
    UNION ALL
    SELECT 1 FROM unreported WHERE r.place = 1 AND unreported.message = r.message
    LIMIT r.taken + 1) AS bounded
) AS remaining ON true
ORDER BY r.due, r.message, r.number;

-- One step of the index per flow, however much mail it has.
-- name: flows
WITH RECURSIVE step AS (
  (SELECT flow, due FROM recipient
   WHERE transport = $1 AND nexthop = $2 AND flow > $3 AND is_held = 0
   ORDER BY flow, due LIMIT 1)
  UNION ALL
  SELECT next.flow, next.due
  FROM step, LATERAL (
    SELECT r.flow, r.due FROM recipient AS r
    WHERE r.transport = $1 AND r.nexthop = $2 AND r.flow > step.flow AND r.is_held = 0
    ORDER BY r.flow, r.due
    LIMIT 1) AS next
)
SELECT flow, due FROM step LIMIT $4;

-- name: next_due
SELECT due FROM recipient
WHERE transport = $1 AND nexthop = $2 AND is_held = 0 AND due > $3
ORDER BY due
LIMIT 1;

-- One step of the index per destination, however much mail it has.
-- name: backlog
WITH RECURSIVE destination AS (
  (SELECT transport, nexthop, due FROM recipient WHERE is_held = 0 ORDER BY transport, nexthop, due LIMIT 1)
  UNION ALL
  SELECT next.transport, next.nexthop, next.due
  FROM destination, LATERAL (
    SELECT r.transport, r.nexthop, r.due FROM recipient AS r
    WHERE r.is_held = 0 AND (r.transport, r.nexthop) > (destination.transport, destination.nexthop)
    ORDER BY r.transport, r.nexthop, r.due
    LIMIT 1) AS next
)
SELECT transport, nexthop, due FROM destination;

-- name: messages_after
SELECT id, queue_id, arrived, sender, size, is_8bit, is_smtputf8, is_held,
  ret, envid, client_name, client_address, helo_name, protocol,
  sasl_login, flow, priority, is_expired, warn_at, is_warned, trace, verp, filter, requeued
FROM message
WHERE id > $1
ORDER BY id
LIMIT $2;

-- name: message
SELECT id, queue_id, arrived, sender, size, is_8bit, is_smtputf8, is_held,
  ret, envid, client_name, client_address, helo_name, protocol,
  sasl_login, flow, priority, is_expired, warn_at, is_warned, trace, verp, filter, requeued
FROM message
WHERE id = $1;

-- name: recipients
SELECT number, address, orcpt, notify, transport, nexthop, due, attempts, status, reason, in_doubt, message
FROM recipient
WHERE message = $1
ORDER BY number;

-- name: recipients_between
SELECT number, address, orcpt, notify, transport, nexthop, due, attempts, status, reason, in_doubt, message
FROM recipient
WHERE message > $1 AND message <= $2
ORDER BY message, number
LIMIT $3;

-- A row without data is a message without content.
-- name: content
SELECT content.data
FROM message LEFT JOIN content ON content.message = message.id
WHERE message.id = $1
ORDER BY content.segment;

-- name: count_messages
SELECT coalesce(sum(messages), 0)::bigint FROM message_count;

-- name: summary
SELECT transport, nexthop, count(*), count(*) FILTER (WHERE is_held = 1), count(*) FILTER (WHERE is_held = 2),
  count(*) FILTER (WHERE in_doubt > 0), count(*) FILTER (WHERE attempts = 0), min(due) FILTER (WHERE is_held = 0)
FROM recipient
GROUP BY transport, nexthop;

-- Addresses with the arrival of their message, which a selection finds and which is put in, by domain and age. The bounds ascend.
-- name: shape
SELECT domain, bucket, count(*)
FROM (
  SELECT left(reverse(split_part(reverse(lower(address COLLATE "C")), '@', 1)), 255) AS domain,
    cardinality({bounds}) - width_bucket(arrived - 1, {bounds}) AS bucket
  FROM (
    {addresses}
  ) AS found (address, arrived)
) AS cells
GROUP BY domain, bucket;

-- name: freezes
SELECT scope, name, reason, since, until FROM frozen ORDER BY since, scope, name;

-- name: unreported_messages
SELECT DISTINCT message FROM unreported WHERE message > $1 ORDER BY message LIMIT $2;

-- name: unreported
SELECT kind, number, address, orcpt, notify, action, status, reason, diagnostic_code, remote_mta, relay, is_relayed
FROM unreported
WHERE message = $1
ORDER BY kind, number
LIMIT $2;

-- name: has_due
SELECT 1 FROM recipient WHERE message = $1 AND is_held = 0 AND due <= $2 LIMIT 1;
