// @ts-check
/// <reference path="strategyhost.d.ts" />
//
// {{name}}: buys when the fast average rises above the slow one, closes when it falls below. A place to start from: change it, then
//   strategyhost check {{path}}
//   strategyhost backtest {{path}} --watch
//   strategyhost test {{test}}

/** @returns {Settings} */
function settings() {
  return {
    symbols: ["BTCUSDT"],
    interval: "1m",
    warmup: 100, // candles of history before trading starts
    params: {
      fast: { default: 20, min: 2, max: 200, step: 1 },
      slow: { default: 60, min: 5, max: 400, step: 5 },
      risk: { default: 0.5, min: 0.05, max: 5 } // percent of equity that is lost at the stop
    },
    stop_loss_percent: 1, // every entry carries its stop; without one it is refused
    take_profit_percent: 2
  };
}

/**
 * Called for each closed candle.
 * @param {Kline} kline
 * @param {Context} ctx
 * @returns {Answer}
 */
function on_kline(kline, ctx) {
  var fast = ["ema", ctx.params.fast];
  var slow = ["ema", ctx.params.slow];

  if (!ctx.position && ctx.ta.crossover(fast, slow)) {
    return { action: "buy", risk_percent: ctx.params.risk, tag: "cross", reason: "fast average above the slow one" };
  }
  if (ctx.position && ctx.ta.crossunder(fast, slow)) {
    return { action: "close", reason: "fast average below the slow one" };
  }
}

/**
 * Called for each change of an own order, and for each signal that was refused.
 * @param {OrderEvent} order
 * @param {Context} ctx
 */
function on_order(order, ctx) {
  if (order.code) {
    ctx.log("refused: " + order.code + ", " + order.text);
  }
}
