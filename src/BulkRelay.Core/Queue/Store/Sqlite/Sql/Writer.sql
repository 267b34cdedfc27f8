-- The statements of the writer. Parameters are bound in the order in which they first appear.

-- name: add_message
INSERT INTO message VALUES
  (:id, :queue_id, :arrived, :sender, :size, :is_8bit, :is_smtputf8, :is_held,
   :ret, :envid, :client_name, :client_address, :helo_name, :protocol,
   :sasl_login, :flow, :priority, :is_expired, :warn_at, :is_warned, :trace, :verp);

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

-- name: mark_warned
UPDATE message SET is_warned = 1, warn_at = 0 WHERE id = :id;

-- name: has_recipients
SELECT 1 FROM recipient WHERE message = :message LIMIT 1;

-- name: has_message
SELECT 1 FROM message WHERE id = :id;

-- name: find_queue_id
SELECT 1 FROM message WHERE id = :id AND queue_id = :queue_id;

-- name: read_state
SELECT messages, next_message_id FROM state;

-- name: update_state
UPDATE state SET messages = messages + :added, next_message_id = max(next_message_id, :next_message_id);
