-- The statements of readers. Parameters are bound in the order in which they first appear.

-- name: due_recipients
SELECT number, address, orcpt, notify, transport, nexthop, due, attempts, status, reason, in_doubt, message
FROM recipient
WHERE transport = :transport AND nexthop = :nexthop AND is_held = 0 AND due <= :due
ORDER BY due, message, number
LIMIT :limit;

-- name: due_recipients_of_flow
SELECT number, address, orcpt, notify, transport, nexthop, due, attempts, status, reason, in_doubt, message
FROM recipient
WHERE transport = :transport AND nexthop = :nexthop AND flow = :flow AND is_held = 0 AND due <= :due
ORDER BY due, message, number
LIMIT :limit;

-- One step of the index per flow, however much mail it has.
-- name: flows
WITH RECURSIVE step (flow, due) AS (
  SELECT * FROM (
    SELECT flow, due FROM recipient
    WHERE transport = :transport AND nexthop = :nexthop AND flow > :after AND is_held = 0
    ORDER BY flow, due LIMIT 1)
  UNION ALL
  SELECT next.flow, next.due
  FROM step, recipient AS next
  WHERE next.is_held = 0
    AND (next.message, next.number) = (
      SELECT message, number FROM recipient AS r
      WHERE r.transport = :transport AND r.nexthop = :nexthop AND r.flow > step.flow AND r.is_held = 0
      ORDER BY r.flow, r.due
      LIMIT 1)
  LIMIT :limit
)
SELECT flow, due FROM step;

-- name: next_due
SELECT due FROM recipient
WHERE transport = :transport AND nexthop = :nexthop AND is_held = 0 AND due > :after
ORDER BY due
LIMIT 1;

-- One step of the index per destination, however much mail it has.
-- name: backlog
WITH RECURSIVE destination (transport, nexthop, due) AS (
  SELECT * FROM (
    SELECT transport, nexthop, due FROM recipient WHERE is_held = 0 ORDER BY transport, nexthop, due LIMIT 1)
  UNION ALL
  SELECT next.transport, next.nexthop, next.due
  FROM destination, recipient AS next
  WHERE next.is_held = 0
    AND (next.message, next.number) = (
      SELECT message, number FROM recipient AS r
      WHERE r.is_held = 0 AND (r.transport, r.nexthop) > (destination.transport, destination.nexthop)
      ORDER BY r.transport, r.nexthop, r.due
      LIMIT 1)
)
SELECT transport, nexthop, due FROM destination;

-- name: messages_after
SELECT id, queue_id, arrived, sender, size, is_8bit, is_smtputf8, is_held,
  ret, envid, client_name, client_address, helo_name, protocol,
  sasl_login, flow, priority, is_expired, warn_at, is_warned, trace, verp, filter, requeued
FROM message
WHERE id > :id
ORDER BY id
LIMIT :limit;

-- name: message
SELECT id, queue_id, arrived, sender, size, is_8bit, is_smtputf8, is_held,
  ret, envid, client_name, client_address, helo_name, protocol,
  sasl_login, flow, priority, is_expired, warn_at, is_warned, trace, verp, filter, requeued
FROM message
WHERE id = :id;

-- name: recipients
SELECT number, address, orcpt, notify, transport, nexthop, due, attempts, status, reason, in_doubt
FROM recipient
WHERE message = :message
ORDER BY number;

-- What was done and is not reported yet counts: the message has it left.
-- name: count_recipients
SELECT count(*) FROM (
  SELECT 1 FROM recipient WHERE message = :message UNION ALL SELECT 1 FROM unreported WHERE message = :message LIMIT :limit);

-- name: content
SELECT data FROM content WHERE id BETWEEN :first AND :last ORDER BY id;

-- name: count_messages
SELECT messages FROM state;

-- name: summary
SELECT transport, nexthop, count(*), sum(is_held = 1), sum(is_held = 2), sum(in_doubt > 0), sum(attempts = 0),
  min(CASE is_held WHEN 0 THEN due END)
FROM recipient
GROUP BY transport, nexthop;

-- name: freezes
SELECT scope, name, reason, since, until FROM freeze ORDER BY since, scope, name;

-- name: unreported_messages
SELECT DISTINCT message FROM unreported WHERE message > :after ORDER BY message LIMIT :limit;

-- name: unreported
SELECT kind, number, address, orcpt, notify, action, status, reason, diagnostic_code, remote_mta, relay, is_relayed
FROM unreported
WHERE message = :message
ORDER BY kind, number
LIMIT :limit;

-- name: has_due
SELECT 1 FROM recipient WHERE message = :message AND is_held = 0 AND due <= :now LIMIT 1;
