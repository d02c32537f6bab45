-- What a start needs: which plans were saved, where each save stands, and the newest executions. The table can be made again from records.
CREATE TABLE plan_state (plan INTEGER PRIMARY KEY, record INTEGER NOT NULL, is_finished INTEGER NOT NULL);
CREATE INDEX plan_state_finished ON plan_state (is_finished, plan);
CREATE TRIGGER record_saves_plan AFTER INSERT ON record WHEN NEW.kind = 'PlanSaved' BEGIN
    INSERT INTO plan_state (plan, record, is_finished)
    VALUES (NEW.plan, NEW.id, coalesce(json_extract (NEW.body, '$.plan.isFinished'), 0))
    ON CONFLICT (plan) DO UPDATE SET record = excluded.record, is_finished = excluded.is_finished;
END;
CREATE INDEX record_saved_plan ON record (plan) WHERE kind = 'PlanSaved';
CREATE INDEX record_saved_account ON record (kind) WHERE kind = 'AccountSaved';
CREATE INDEX record_fill ON record (kind) WHERE kind = 'FillReport';
CREATE INDEX record_funding ON record (kind) WHERE kind = 'FundingReport';
-- The one account of an exchange that the file is about.
CREATE TABLE holder (id INTEGER PRIMARY KEY CHECK (id = 1), name TEXT NOT NULL);
