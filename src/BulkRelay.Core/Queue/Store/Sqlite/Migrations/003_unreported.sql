-- What became of recipients that are done, until their sender is told: they have left the table of recipients and are never delivered again.
CREATE TABLE unreported (
  message         INTEGER NOT NULL,
  kind            INTEGER NOT NULL, -- 0 failure, 2 success, 3 trace
  number          INTEGER NOT NULL,
  address         TEXT    NOT NULL,
  orcpt           TEXT    NOT NULL,
  notify          TEXT    NOT NULL,
  action          INTEGER NOT NULL, -- 0 delivered, 1 deferred, 2 failed, 3 in doubt
  status          INTEGER NOT NULL,
  reason          TEXT    NOT NULL,
  diagnostic_code TEXT    NOT NULL,
  remote_mta      TEXT    NOT NULL,
  relay           TEXT    NOT NULL,
  is_relayed      INTEGER NOT NULL,
  PRIMARY KEY (message, kind, number)
) WITHOUT ROWID
