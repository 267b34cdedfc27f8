-- What became of recipients that are done, until their sender is told: they have left the table of recipients and are never delivered again.
CREATE TABLE unreported (
  message         bigint   NOT NULL,
  kind            smallint NOT NULL, -- 0 failure, 2 success, 3 trace
  number          integer  NOT NULL,
  address         text     NOT NULL,
  orcpt           text     NOT NULL,
  notify          text     NOT NULL,
  action          smallint NOT NULL, -- 0 delivered, 1 deferred, 2 failed, 3 in doubt
  status          integer  NOT NULL,
  reason          text     NOT NULL,
  diagnostic_code text     NOT NULL,
  remote_mta      text     NOT NULL,
  relay           text     NOT NULL,
  is_relayed      boolean  NOT NULL,
  PRIMARY KEY (message, kind, number)
);

ALTER TABLE unreported SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0);
