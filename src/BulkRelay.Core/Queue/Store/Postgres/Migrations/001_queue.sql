-- The queue. Times are microseconds since 1970-01-01 UTC. An empty text means "not given".
-- Texts compare octet by octet (COLLATE "C") where an index holds them: all that is asked of their order is that there is one.

CREATE TABLE message (
  id             bigint   PRIMARY KEY,
  queue_id       text     NOT NULL,
  arrived        bigint   NOT NULL,
  sender         text     NOT NULL,
  size           bigint   NOT NULL,
  is_8bit        boolean  NOT NULL,
  is_smtputf8    boolean  NOT NULL,
  is_held        boolean  NOT NULL,
  ret            text     NOT NULL,
  envid          text     NOT NULL,
  client_name    text     NOT NULL,
  client_address text     NOT NULL,
  helo_name      text     NOT NULL,
  protocol       text     NOT NULL,
  sasl_login     text     NOT NULL,
  flow           text     NOT NULL,
  priority       smallint NOT NULL, -- 0 high, 1 normal, 2 bulk
  is_expired     boolean  NOT NULL,
  warn_at        bigint   NOT NULL, -- 0: no warning is to be sent
  is_warned      boolean  NOT NULL,
  trace          smallint NOT NULL, -- 0 none, 1 verify, 2 record
  verp           text     NOT NULL,
  filter         text     NOT NULL
);

-- Segments of at most 64 KB, as they came: mail that is compressed already would only cost the time to find that out, and what fits into
-- a page stays in the row.
CREATE TABLE content (
  message bigint  NOT NULL,
  segment integer NOT NULL,
  data    bytea   NOT NULL,
  PRIMARY KEY (message, segment)
) WITH (toast_tuple_target = 8160);

ALTER TABLE content ALTER COLUMN data SET STORAGE EXTERNAL;

-- Recipients that are left. is_held: 0 free, 1 the message is held, 2 set aside for a freeze. flow is the number of the message's flow.
CREATE TABLE recipient (
  message   bigint   NOT NULL,
  number    integer  NOT NULL,
  address   text     NOT NULL,
  orcpt     text     NOT NULL,
  notify    text     NOT NULL,
  transport text     COLLATE "C" NOT NULL,
  nexthop   text     COLLATE "C" NOT NULL,
  due       bigint   NOT NULL,
  attempts  integer  NOT NULL,
  is_held   smallint NOT NULL,
  flow      bigint   NOT NULL,
  status    integer  NOT NULL, -- x.y.z as x * 1,000,000 + y * 1,000 + z; 0 before the first attempt
  reason    text     NOT NULL,
  in_doubt  integer  NOT NULL, -- attempts whose end is not known
  PRIMARY KEY (message, number)
);

CREATE INDEX recipient_due ON recipient (transport, nexthop, due, message, number) WHERE is_held = 0;
CREATE INDEX recipient_flow ON recipient (transport, nexthop, flow, due, message, number) WHERE is_held = 0;

CREATE INDEX recipient_frozen ON recipient (message, number) WHERE is_held = 2;

-- What the operator has frozen. until 0: until it is taken back.
CREATE TABLE frozen (
  scope  smallint NOT NULL, -- 0 all, 1 transport, 2 destination, 3 domain, 4 flow
  name   text     NOT NULL,
  reason text     NOT NULL,
  since  bigint   NOT NULL,
  until  bigint   NOT NULL,
  PRIMARY KEY (scope, name)
);

-- The first of 16,384 message ids that nobody else gets. Each relay takes a block at a time.
CREATE SEQUENCE message_id AS bigint INCREMENT BY 16384 START 1;

-- How many messages are in the queue, as the sum of what each writer added and took. A row for each writer, so that none waits for another.
CREATE TABLE message_count (
  writer   integer PRIMARY KEY,
  messages bigint  NOT NULL
) WITH (fillfactor = 10);

-- Rows come and go by the thousands: a queue is mostly what has been deleted unless it is cleaned long before a fifth of it is.
ALTER TABLE message SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE content SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE recipient SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0);
