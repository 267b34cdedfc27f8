-- When the operator had the message begin anew (0: never): back-off, warning and expiry count from there, as with Postfix's new queue file.
ALTER TABLE message ADD COLUMN requeued INTEGER NOT NULL DEFAULT 0
