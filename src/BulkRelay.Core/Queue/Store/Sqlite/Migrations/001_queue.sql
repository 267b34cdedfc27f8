-- The queue. Times are microseconds since 1970-01-01 UTC. An empty text means "not given".

CREATE TABLE message (
  id             INTEGER PRIMARY KEY,
  queue_id       TEXT    NOT NULL,
  arrived        INTEGER NOT NULL,
  sender         TEXT    NOT NULL,
  size           INTEGER NOT NULL,
  is_8bit        INTEGER NOT NULL,
  is_smtputf8    INTEGER NOT NULL,
  is_held        INTEGER NOT NULL,
  ret            TEXT    NOT NULL,
  envid          TEXT    NOT NULL,
  client_name    TEXT    NOT NULL,
  client_address TEXT    NOT NULL,
  helo_name      TEXT    NOT NULL,
  protocol       TEXT    NOT NULL,
  sasl_login     TEXT    NOT NULL,
  flow           TEXT    NOT NULL,
  priority       INTEGER NOT NULL, -- 0 high, 1 normal, 2 bulk
  is_expired     INTEGER NOT NULL,
  warn_at        INTEGER NOT NULL, -- 0: no warning is to be sent
  is_warned      INTEGER NOT NULL,
  trace          INTEGER NOT NULL, -- 0 none, 1 verify, 2 record
  verp           TEXT    NOT NULL,
  filter         TEXT    NOT NULL
);

-- Segments of at most 64 KB. id = message.id * 2^20 + the segment's number, so that one range is one message.
CREATE TABLE content (
  id   INTEGER PRIMARY KEY,
  data BLOB NOT NULL
);

-- Recipients that are left. is_held: 0 free, 1 the message is held, 2 set aside for a freeze. flow is the number of the message's flow.
CREATE TABLE recipient (
  message   INTEGER NOT NULL,
  number    INTEGER NOT NULL,
  address   TEXT    NOT NULL,
  orcpt     TEXT    NOT NULL,
  notify    TEXT    NOT NULL,
  transport TEXT    NOT NULL,
  nexthop   TEXT    NOT NULL,
  due       INTEGER NOT NULL,
  attempts  INTEGER NOT NULL,
  is_held   INTEGER NOT NULL,
  flow      INTEGER NOT NULL,
  status    INTEGER NOT NULL, -- x.y.z as x * 1,000,000 + y * 1,000 + z; 0 before the first attempt
  reason    TEXT    NOT NULL,
  in_doubt  INTEGER NOT NULL, -- attempts whose end is not known
  PRIMARY KEY (message, number)
) WITHOUT ROWID;

CREATE INDEX recipient_due ON recipient (transport, nexthop, due, message, number) WHERE is_held = 0;
CREATE INDEX recipient_flow ON recipient (transport, nexthop, flow, due, message, number) WHERE is_held = 0;
CREATE INDEX recipient_frozen ON recipient (message, number) WHERE is_held = 2;

-- What the operator has frozen. until 0: until it is taken back.
CREATE TABLE freeze (
  scope  INTEGER NOT NULL, -- 0 all, 1 transport, 2 destination, 3 domain, 4 flow
  name   TEXT    NOT NULL,
  reason TEXT    NOT NULL,
  since  INTEGER NOT NULL,
  until  INTEGER NOT NULL,
  PRIMARY KEY (scope, name)
) WITHOUT ROWID;

-- One row. messages: how many are in the queue. next_message_id: every id from here on was never given out.
CREATE TABLE state (
  one             INTEGER PRIMARY KEY CHECK (one = 1),
  messages        INTEGER NOT NULL,
  next_message_id INTEGER NOT NULL
);

INSERT INTO state VALUES (1, 0, 1);
