// @ts-check
/// <reference path="strategyhost-test.d.ts" />
//
// Tests of enhanced_sma.js; run them with
//   strategyhost test strategies/enhanced_sma.test.js

var FILE = "./enhanced_sma.js";

test("goes long when the averages cross upwards", function () {
  var run = backtest(FILE, { candles: candles(walk(100, [-0.01, 300], [0.02, 200])) });

  expect(run.signals[0]).toMatch({ action: "buy", outcome: "accepted", tag: "cross_up" });
  expect(run.trades.main).toHaveLength(1); // the target of 3 % is reached on the way up
  expect(run.trades.main[0]).toMatch({ side: "long", exitReason: "take_profit" });
});

test("the mirror does the same with half the quantity", function () {
  var run = backtest(FILE, { candles: candles(walk(100, [-0.01, 300], [0.02, 200])) });

  expect(run.trades.mirror[0].quantity).toBeCloseTo(run.trades.main[0].quantity / 2, 3);
});

test("every entry has its stop before anything else can happen", function () {
  var run = backtest(FILE, { candles: candles(walk(100, [-0.01, 300], [0.02, 60], [-0.05, 100])) });

  expect(run.trades.main[0].exitReason).toMatch(/stop_loss|trailing_stop/);
});

test("tightens the trail once the profit is large enough", function () {
  var flat = candles(walk(100, [0, 250]));
  /** @type {TestContext} */
  var long = { position: { side: "long", size: 1, entry_price: 100 } };
  var sma = strategy(FILE, { history: flat });

  expect(sma.on_kline({ close: 101.9 }, long)).toBe(undefined);
  expect(sma.on_kline({ close: 102.1 }, long)).toMatch({ action: "hold", trail_percent: 1 });
});

test("says what it wants as protection", function () {
  expect(strategy(FILE).settings).toMatch({ stop_loss_percent: 1.5, take_profit_percent: 3, trail_percent: 2 });
});
