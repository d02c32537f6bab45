// @ts-check
/// <reference path="strategyhost.d.ts" />
//
// Breakout of a range: a stop order waits above the highest high of the last N candles and another below the lowest low. The first that
// fills cancels the other (oco); both expire after a few candles, and then the range is measured again.

/** @returns {Settings} */
function settings() {
  return {
    symbols: ["BTCUSDT"],
    interval: "5m",
    warmup: 50,
    params: {
      candles: { default: 20, min: 5, max: 200, step: 5 },
      min_range_percent: { default: 0.4, min: 0.2, max: 10 }, // a narrower range is noise, and its stop would be too near
      reward: { default: 1.5, min: 0.5, max: 10, step: 0.5 }, // target distance as a multiple of the stop distance
      wait_candles: { default: 6, min: 1, max: 100 },
      size_percent: { default: 20, min: 1, max: 100 }
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
  var high = ctx.ta.highest(p.candles, { source: "high" });
  var low = ctx.ta.lowest(p.candles, { source: "low" });
  if (high === null || low === null || ctx.position || hasOrders(ctx)) {
    return;
  }

  var height = high - low;
  if (height / kline.close * 100 < p.min_range_percent) {
    return;
  }

  var tick = ctx.instrument.tick_size;
  var middle = (high + low) / 2; // the protective stop of both sides
  return [
    entry("buy", high + tick, middle, high + p.reward * height / 2, p),
    entry("sell", low - tick, middle, low - p.reward * height / 2, p)
  ];
}

/**
 * With a stop order stop_price is the trigger; the protective stop is stop_loss.
 * @param {"buy" | "sell"} action
 * @param {number} trigger
 * @param {number} stop
 * @param {number} target
 * @param {ParameterValues} p
 * @returns {Signal}
 */
function entry(action, trigger, stop, target, p) {
  return {
    action: action,
    type: "stop_market",
    stop_price: trigger,
    quantity_percent: p.size_percent,
    stop_loss: stop,
    take_profit: target,
    oco: "range",
    expires_candles: p.wait_candles,
    tag: "breakout",
    reason: "Range of " + p.candles + " candles"
  };
}

/**
 * Whether an own order waits on this symbol.
 * @param {Context} ctx
 */
function hasOrders(ctx) {
  for (var i = 0; i < ctx.orders.length; i++) {
    if (ctx.orders[i].symbol === ctx.symbol) {
      return true;
    }
  }
  return false;
}
