-- What each strategy exported last is asked for at every start.
CREATE INDEX record_state ON record (strategy) WHERE kind = 'StrategyStateSaved';
