-- The statements of the writer. Each works on as many rows as the transaction has: an array for each column.

-- First in each transaction: it fails unless this relay owns the queue, and keeps others from taking it until the end of the transaction.
-- name: require_owner
CALL require_owner($1);

-- name: add_messages
INSERT INTO message
SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::boolean[], $7::boolean[], $8::boolean[],
  $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[],
  $15::text[], $16::text[], $17::smallint[], $18::boolean[], $19::bigint[], $20::boolean[], $21::smallint[], $22::text[], $23::text[]);

-- name: add_content
INSERT INTO content SELECT * FROM unnest($1::bigint[], $2::integer[], $3::bytea[]);

-- name: add_recipients
INSERT INTO recipient
SELECT * FROM unnest($1::bigint[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[],
  $9::integer[], $10::smallint[], $11::bigint[], $12::integer[], $13::text[], $14::integer[]);

-- name: count_added
UPDATE message_count SET messages = messages + $1 WHERE writer = 1;

-- name: find_messages
SELECT id FROM message WHERE id = ANY($1);

-- name: defer
UPDATE recipient
SET transport = new.transport, nexthop = new.nexthop, due = new.due, attempts = new.attempts, status = new.status, reason = new.reason,
  in_doubt = new.in_doubt
FROM unnest($1::bigint[], $2::integer[], $3::text[], $4::text[], $5::bigint[], $6::integer[], $7::integer[], $8::text[], $9::integer[])
  AS new (message, number, transport, nexthop, due, attempts, status, reason, in_doubt)
WHERE recipient.message = new.message AND recipient.number = new.number;

-- Whoever takes the last recipient of a message takes the message: two relays must not both leave that to the other.
-- name: lock_messages
SELECT id FROM message WHERE id = ANY($1) ORDER BY id FOR UPDATE;

-- name: done
DELETE FROM recipient
USING unnest($1::bigint[], $2::integer[]) AS done (message, number)
WHERE recipient.message = done.message AND recipient.number = done.number;

-- name: add_unreported
INSERT INTO unreported
SELECT new.*
FROM unnest($1::bigint[], $2::smallint[], $3::integer[], $4::text[], $5::text[], $6::text[], $7::smallint[], $8::integer[], $9::text[],
    $10::text[], $11::text[], $12::text[], $13::boolean[])
  AS new (message, kind, number, address, orcpt, notify, action, status, reason, diagnostic_code, remote_mta, relay, is_relayed)
  JOIN message ON message.id = new.message
ON CONFLICT DO NOTHING;

-- name: delete_reported
DELETE FROM unreported
USING unnest($1::bigint[], $2::smallint[], $3::integer[]) AS done (message, kind, number)
WHERE unreported.message = done.message AND unreported.kind = done.kind AND unreported.number = done.number;

-- name: mark_warned
UPDATE message SET is_warned = true WHERE id = ANY($1);

-- Messages that leave: those that are known to have nothing left or that an operator deletes ($1), and those of $2 that have nothing left.
-- Returned are those that left, and those of $2 that did not (false).
-- name: remove
WITH removed AS (
  DELETE FROM message
  USING (
    SELECT unnest($1::bigint[]) AS id
    UNION ALL
    SELECT id FROM unnest($2::bigint[]) AS maybe (id) WHERE NOT EXISTS (SELECT FROM recipient WHERE recipient.message = maybe.id)
      AND NOT EXISTS (SELECT FROM unreported WHERE unreported.message = maybe.id)
  ) AS leaving
  WHERE message.id = leaving.id
  RETURNING message.id
), removed_content AS (
  DELETE FROM content USING removed WHERE content.message = removed.id
), removed_recipient AS (
  DELETE FROM recipient USING removed WHERE recipient.message = removed.id
), removed_unreported AS (
  DELETE FROM unreported USING removed WHERE unreported.message = removed.id
), counted AS (
  UPDATE message_count SET messages = messages - (SELECT count(*) FROM removed) WHERE writer = 1
)
SELECT id, true FROM removed
UNION ALL
SELECT id, false FROM unnest($2::bigint[]) AS maybe (id) WHERE EXISTS (SELECT FROM recipient WHERE recipient.message = maybe.id)
  OR EXISTS (SELECT FROM unreported WHERE unreported.message = maybe.id);

-- name: count_messages
SELECT coalesce(sum(messages), 0)::bigint FROM message_count;

-- name: reserve_ids
SELECT nextval('message_id');

-- name: find_queue_id
SELECT 1 FROM message WHERE id = $1 AND queue_id = $2;

-- name: begin_counting
INSERT INTO message_count VALUES (1, 0) ON CONFLICT DO NOTHING;

-- What operators do to messages ($1) at a time ($2). Returned are the messages that were changed, and then the destinations for which mail
-- has become due by it.

-- name: hold
WITH changed AS (
  UPDATE message SET is_held = true WHERE id = ANY($1) AND NOT is_held RETURNING id
), changed_recipient AS (
  UPDATE recipient SET is_held = 1 FROM changed WHERE message = changed.id
)
SELECT id, NULL AS transport, NULL AS nexthop FROM changed;

-- name: release
WITH changed AS (
  UPDATE message SET is_held = false WHERE id = ANY($1) AND is_held RETURNING id
), changed_recipient AS (
  UPDATE recipient SET is_held = 0, due = least(due, $2) FROM changed WHERE message = changed.id RETURNING transport, nexthop
)
SELECT id, NULL AS transport, NULL AS nexthop FROM changed
UNION ALL
SELECT DISTINCT NULL::bigint, transport, nexthop FROM changed_recipient;

-- name: expire
WITH changed AS (
  UPDATE message SET is_expired = true WHERE id = ANY($1) AND NOT is_expired RETURNING id
), changed_recipient AS (
  UPDATE recipient SET transport = $3, nexthop = $4, due = least(due, $2) FROM changed WHERE message = changed.id RETURNING transport, nexthop, is_held
)
SELECT id, NULL AS transport, NULL AS nexthop FROM changed
UNION ALL
SELECT DISTINCT NULL::bigint, transport, nexthop FROM changed_recipient WHERE is_held = 0;

-- name: retry
WITH changed AS (
  SELECT id FROM message WHERE id = ANY($1) AND NOT is_held
), changed_recipient AS (
  UPDATE recipient SET due = least(due, $2) FROM changed WHERE message = changed.id RETURNING transport, nexthop, is_held
)
SELECT id, NULL AS transport, NULL AS nexthop FROM changed
UNION ALL
SELECT DISTINCT NULL::bigint, transport, nexthop FROM changed_recipient WHERE is_held = 0;

-- name: requeue
WITH changed AS (
  UPDATE message
  SET requeued = $2, warn_at = CASE warn_at WHEN 0 THEN 0 ELSE warn_at + $2 - greatest(arrived, requeued) END,
    is_held = false, is_expired = false, is_warned = false
  WHERE id = ANY($1) RETURNING id
), changed_recipient AS (
  UPDATE recipient SET due = $2, is_held = 0, attempts = 0, status = 0, reason = ''
  FROM changed WHERE message = changed.id RETURNING transport, nexthop
)
SELECT id, NULL AS transport, NULL AS nexthop FROM changed
UNION ALL
SELECT DISTINCT NULL::bigint, transport, nexthop FROM changed_recipient;

-- name: park
UPDATE recipient SET is_held = 2 WHERE message = $1 AND number = ANY($2) AND is_held = 0;

-- name: unpark
WITH parked AS (
  SELECT message, number FROM recipient WHERE is_held = 2 ORDER BY message, number LIMIT $1
), freed AS (
  UPDATE recipient SET is_held = 0 FROM parked
  WHERE recipient.message = parked.message AND recipient.number = parked.number
  RETURNING transport, nexthop
)
SELECT transport, nexthop, count(*) FROM freed GROUP BY transport, nexthop;

-- name: freeze
INSERT INTO frozen VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (scope, name) DO UPDATE SET reason = excluded.reason, since = excluded.since, until = excluded.until;

-- name: unfreeze
WITH removed AS (DELETE FROM frozen WHERE scope = $1 AND name = $2 RETURNING 1)
SELECT count(*) FROM removed;
