-- The statements of the writer. Parameters are bound in the order in which they first appear.

-- name: add_message
INSERT INTO message VALUES
  (:id, :queue_id, :arrived, :sender, :size, :is_8bit, :is_smtputf8, :is_held,
   :ret, :envid, :client_name, :client_address, :helo_name, :protocol,
   :sasl_login, :flow, :priority, :is_expired, :warn_at, :is_warned, :trace, :verp, :filter, 0);

-- name: add_content
INSERT INTO content VALUES (:id, :data);

-- name: add_recipient
INSERT INTO recipient VALUES
  (:message, :number, :address, :orcpt, :notify, :transport, :nexthop, :due, :attempts, :is_held, :flow, :status, :reason, :in_doubt);

-- name: delete_message
DELETE FROM message WHERE id = :id;

-- name: delete_content
DELETE FROM content WHERE id BETWEEN :first AND :last;

-- name: delete_recipients
DELETE FROM recipient WHERE message = :message;

-- name: delete_recipient
DELETE FROM recipient WHERE message = :message AND number = :number;

-- name: defer_recipient
UPDATE recipient
SET transport = :transport, nexthop = :nexthop, due = :due, attempts = :attempts, status = :status, reason = :reason,
  in_doubt = :in_doubt
WHERE message = :message AND number = :number;

-- name: add_unreported
INSERT OR IGNORE INTO unreported
SELECT :message, :kind, :number, :address, :orcpt, :notify, :action, :status, :reason, :diagnostic_code, :remote_mta, :relay, :is_relayed
WHERE EXISTS (SELECT 1 FROM message WHERE id = :message);

-- name: delete_reported
DELETE FROM unreported WHERE message = :message AND kind = :kind AND number = :number;

-- name: delete_unreported
DELETE FROM unreported WHERE message = :message;

-- name: mark_warned
UPDATE message SET is_warned = 1 WHERE id = :id;

-- name: has_recipients
SELECT 1 FROM recipient WHERE message = :message UNION ALL SELECT 1 FROM unreported WHERE message = :message LIMIT 1;

-- name: has_message
SELECT 1 FROM message WHERE id = :id;

-- name: find_queue_id
SELECT 1 FROM message WHERE id = :id AND queue_id = :queue_id;

-- name: is_held
SELECT is_held FROM message WHERE id = :id;

-- name: hold_message
UPDATE message SET is_held = :is_held WHERE id = :id AND is_held <> :is_held;

-- name: hold_recipients
UPDATE recipient SET is_held = :is_held WHERE message = :message;

-- name: expire_message
UPDATE message SET is_expired = 1 WHERE id = :id AND is_expired = 0;

-- name: expire_recipients
UPDATE recipient SET transport = :transport, nexthop = :nexthop, due = min(due, :due) WHERE message = :message;

-- name: make_due
UPDATE recipient SET due = :due WHERE message = :message AND due > :due;

-- name: renew_message
UPDATE message
SET requeued = :requeued, warn_at = CASE warn_at WHEN 0 THEN 0 ELSE warn_at + :requeued - max(arrived, requeued) END,
  is_held = 0, is_expired = 0, is_warned = 0
WHERE id = :id;

-- name: renew_recipients
UPDATE recipient SET due = :due, is_held = 0, attempts = 0, status = 0, reason = '' WHERE message = :message;

-- name: destinations
SELECT DISTINCT transport, nexthop FROM recipient WHERE message = :message AND is_held = 0;

-- name: park_recipient
UPDATE recipient SET is_held = 2 WHERE message = :message AND number = :number AND is_held = 0;

-- name: unpark_recipient
UPDATE recipient SET is_held = 0 WHERE message = :message AND number = :number;

-- name: parked
SELECT message, number, transport, nexthop FROM recipient WHERE is_held = 2 ORDER BY message, number LIMIT :limit;

-- name: freeze
INSERT OR REPLACE INTO freeze VALUES (:scope, :name, :reason, :since, :until);

-- name: unfreeze
DELETE FROM freeze WHERE scope = :scope AND name = :name;

-- name: read_state
SELECT messages, next_message_id FROM state;

-- name: update_state
UPDATE state SET messages = messages + :added, next_message_id = max(next_message_id, :next_message_id);

-- name: read_owner
SELECT owner FROM state;

-- name: enter_owner
UPDATE state SET owner = :owner;
