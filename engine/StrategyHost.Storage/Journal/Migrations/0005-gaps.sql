-- Where records are missing is asked for at every start.
CREATE INDEX record_gap ON record (kind) WHERE kind = 'JournalGap';
