-- The relay that took the queue last, by a name that it makes up anew at each start. Whoever finds another's there knows that this one may
-- have delivered and changed what the queue holds. One row.
CREATE TABLE owner (
  one   boolean PRIMARY KEY CHECK (one),
  relay text    NOT NULL
) WITH (fillfactor = 10);

CREATE PROCEDURE require_owner(given text) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM owner WHERE one AND relay = given FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'another relay has taken the queue' USING ERRCODE = 'BR001';
  END IF;
END
$$;
