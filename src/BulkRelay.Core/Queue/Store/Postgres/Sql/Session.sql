-- What a connection asks before it is used.

-- name: server
SELECT current_setting('fsync'), current_setting('full_page_writes'), current_setting('server_encoding'),
  current_setting('transaction_read_only'), current_setting('synchronous_commit');

-- name: take
SELECT pg_try_advisory_lock($1, $2);

-- name: session_start
SELECT backend_start::text FROM pg_stat_activity WHERE pid = pg_backend_pid();

-- Other roles' sessions show little of themselves.
-- name: owner
SELECT activity.pid, coalesce(activity.application_name, '?'), coalesce(host(activity.client_addr), 'this host'),
  coalesce(activity.pid = $3 AND activity.backend_start::text = $4, false)
FROM pg_locks AS held JOIN pg_stat_activity AS activity USING (pid)
WHERE held.locktype = 'advisory' AND held.classid = $1::integer::oid AND held.objid = $2::integer::oid AND held.objsubid = 2 AND held.granted
  AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database());

-- name: end_session
SELECT pg_terminate_backend($1);

-- Enters a relay as the owner and gives the one that was it before: null if there was none.
-- name: enter_owner
WITH before AS (SELECT relay FROM owner)
INSERT INTO owner VALUES (true, $1) ON CONFLICT (one) DO UPDATE SET relay = excluded.relay
RETURNING (SELECT relay FROM before);

-- name: has_schema
SELECT to_regclass('bulkrelay.schema_version') IS NOT NULL;

-- name: schema_version
SELECT coalesce(max(version), 0) FROM bulkrelay.schema_version;

-- name: lock_schema
SELECT pg_advisory_xact_lock($1, $2);

-- name: make_schema
CREATE SCHEMA IF NOT EXISTS bulkrelay;
CREATE TABLE IF NOT EXISTS bulkrelay.schema_version (version integer NOT NULL);

-- name: reached_version
INSERT INTO bulkrelay.schema_version VALUES ($1);

-- name: commit_synchronously
SET synchronous_commit = on;

-- name: has_journal
SELECT to_regclass('bulkrelay_actors.snapshot') IS NOT NULL;

-- name: journal_octets
SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class
WHERE oid IN (to_regclass('bulkrelay_actors.journal'), to_regclass('bulkrelay_actors.snapshot'));
