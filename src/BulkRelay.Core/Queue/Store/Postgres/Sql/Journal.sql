-- The tables of Akka.Persistence.Sql, mapping "default", as its version 1.5.73 makes them.

CREATE SCHEMA IF NOT EXISTS bulkrelay_actors;

CREATE TABLE IF NOT EXISTS bulkrelay_actors.journal (
  ordering        bigint  NOT NULL PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  created         bigint  NOT NULL,
  deleted         boolean NOT NULL,
  persistence_id  text    NOT NULL,
  sequence_number bigint  NOT NULL,
  message         bytea   NOT NULL,
  tags            text,
  manifest        text,
  identifier      integer,
  writer_uuid     text,
  CONSTRAINT journal_uq UNIQUE (persistence_id, sequence_number)
);

CREATE TABLE IF NOT EXISTS bulkrelay_actors.snapshot (
  persistence_id  text    NOT NULL,
  sequence_number bigint  NOT NULL,
  created         bigint  NOT NULL,
  snapshot        bytea,
  manifest        text,
  serializer_id   integer,
  PRIMARY KEY (persistence_id, sequence_number)
);
