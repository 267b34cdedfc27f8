-- The process that took the queue last, by a name that it makes up anew at each start: whoever finds another's there knows that this one
-- may have delivered and changed what the queue holds.
ALTER TABLE state ADD COLUMN owner TEXT NOT NULL DEFAULT ''
