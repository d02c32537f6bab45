// @ts-check
/// <reference path="strategyhost-test.d.ts" />
//
// Tests of {{name}}.js; run them with
//   strategyhost test {{test}}

test("buys when the price turns up and closes when it turns down", function () {
  var prices = walk(100, [-0.02, 150], [0.02, 100], [-0.02, 100]);
  var run = backtest("./{{name}}.js", { candles: candles(prices) });

  expect(run.signals[0]).toMatch({ action: "buy", outcome: "accepted" });
  expect(run.signals[1]).toMatch({ action: "close", outcome: "accepted" });
  expect(run.trades.main).toHaveLength(1);
});

test("does not buy while it holds a position", function () {
  var falling = candles(walk(100, [-0.02, 200]));
  var turn = { close: 110 };

  expect(strategy("./{{name}}.js", { history: falling }).on_kline(turn)).toMatch({ action: "buy" });
  /** @type {TestContext} */
  var holding = { position: { side: "long", size: 1, entry_price: 100 } };
  expect(strategy("./{{name}}.js", { history: falling }).on_kline(turn, holding)).toBe(undefined);
});
