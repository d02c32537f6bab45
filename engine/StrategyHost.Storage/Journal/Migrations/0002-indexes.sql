-- What questions about one order, one signal or one plan are answered from.
CREATE INDEX record_order ON record (order_id, run) WHERE order_id IS NOT NULL;
CREATE INDEX record_exchange ON record (exchange_id, run) WHERE exchange_id IS NOT NULL;
CREATE INDEX record_signal ON record (signal_id, run) WHERE signal_id IS NOT NULL;
CREATE INDEX record_plan ON record (run, plan) WHERE plan IS NOT NULL;
