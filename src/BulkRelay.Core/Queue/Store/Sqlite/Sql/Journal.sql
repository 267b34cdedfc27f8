-- The tables of Akka.Persistence.Sql, mapping "default", as its version 1.5.73 makes them.

CREATE TABLE IF NOT EXISTS journal (
  ordering        INTEGER       NOT NULL PRIMARY KEY AUTOINCREMENT,
  created         INTEGER       NOT NULL,
  deleted         BIT           NOT NULL,
  persistence_id  NVARCHAR(255) NOT NULL,
  sequence_number INTEGER       NOT NULL,
  message         VARBINARY     NOT NULL,
  tags            NVARCHAR(100),
  manifest        NVARCHAR(500),
  identifier      INTEGER,
  writer_uuid     NVARCHAR(128)
);

CREATE UNIQUE INDEX IF NOT EXISTS journal_uq ON journal (persistence_id, sequence_number);

CREATE TABLE IF NOT EXISTS snapshot (
  persistence_id  NVARCHAR(255) NOT NULL,
  sequence_number INTEGER       NOT NULL,
  created         INTEGER       NOT NULL,
  snapshot        VARBINARY,
  manifest        NVARCHAR(500),
  serializer_id   INTEGER,
  PRIMARY KEY (persistence_id, sequence_number)
);
