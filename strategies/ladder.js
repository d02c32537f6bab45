// @ts-check
/// <reference path="strategyhost.d.ts" />
//
// Pullback in a trend, closed in three steps: half at the first target, then 30 %, then the rest. After the first target the stop moves
// to the entry price with fees covered. Sized by risk: the initial stop loses the same part of the equity in every trade.

/** @returns {Settings} */
function settings() {
  return {
    symbols: ["BTCUSDT"],
    interval: "5m",
    warmup: 250,
    params: {
      trend: { default: 50, min: 10, max: 200, step: 10 },
      oversold: { default: 40, min: 5, max: 49, step: 5 }, // RSI; for shorts it is mirrored: 100 - oversold
      risk: { default: 0.25, min: 0.05, max: 2 }, // percent of equity lost at the stop
      stop_atr: { default: 2.5, min: 0.5, max: 10, step: 0.5 }
    }
  };
}

/**
 * @param {Kline} kline
 * @param {Context} ctx
 * @returns {Answer}
 */
function on_kline(kline, ctx) {
  var p = ctx.params;
  var ema = ctx.ta.ema(p.trend);
  if (ema === null || ctx.position) {
    return;
  }

  // Up: above the average, and the RSI has just come back up through the oversold line. Down: the same mirrored.
  if (kline.close > ema && ctx.ta.crossover(["rsi", 14], p.oversold)) {
    return entry("buy", p);
  }
  if (kline.close < ema && ctx.ta.crossunder(["rsi", 14], 100 - p.oversold)) {
    return entry("sell", p);
  }
}

/**
 * @param {"buy" | "sell"} action
 * @param {ParameterValues} p
 * @returns {Signal}
 */
function entry(action, p) {
  return {
    action: action,
    risk_percent: p.risk,
    stop_loss_atr: p.stop_atr,
    take_profit: [
      { atr: p.stop_atr, share: 50 },
      { atr: 2 * p.stop_atr, share: 30 },
      { atr: 3 * p.stop_atr, share: 20 }
    ],
    breakeven: { after_tp: 1, offset_fees: true },
    close_after_candles: 288, // a day
    tag: "pullback",
    reason: "Pullback in a trend"
  };
}
