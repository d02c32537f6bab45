// @ts-check
/// <reference path="strategyhost.d.ts" />
//
// Moving-average crossover, long and short. Each entry carries a stop (1.5 %), a target (3 %) and a trailing stop (2 %), all from
// settings(). Once the position is more than 2 % in profit the trail is tightened to 1 %.

/** @returns {Settings} */
function settings() {
  return {
    symbols: ["BTCUSDT"],
    interval: "1m",
    warmup: 200,
    params: {
      fast: { default: 50, min: 2, max: 200, step: 1 },
      slow: { default: 150, min: 5, max: 300, step: 5 },
      size_percent: { default: 20, min: 1, max: 100 }, // notional of a trade in percent of equity
      tighten_after: { default: 2, min: 0.1, max: 20 }, // profit in percent
      tight_trail: { default: 1, min: 0.1, max: 10 }
    },
    use_trailing_stops: true,
    trail_percent: 2.0,
    stop_loss_percent: 1.5,
    take_profit_percent: 3.0
  };
}

/**
 * @param {Kline} kline
 * @param {Context} ctx
 * @returns {Answer}
 */
function on_kline(kline, ctx) {
  var p = ctx.params;
  var position = ctx.position;
  var fast = ["sma", p.fast];
  var slow = ["sma", p.slow];

  // flip closes an opposite position first; without one it changes nothing.
  if (ctx.ta.crossover(fast, slow) && !(position && position.side === "long")) {
    return { action: "buy", quantity_percent: p.size_percent, flip: true, tag: "cross_up", reason: "Bullish MA crossover" };
  }
  if (ctx.ta.crossunder(fast, slow) && !(position && position.side === "short")) {
    return { action: "sell", quantity_percent: p.size_percent, flip: true, tag: "cross_down", reason: "Bearish MA crossover" };
  }

  // "hold" changes the protection of the open position. A stop never loosens, and repeating the same values sends nothing.
  if (position && (position.profit_percent || 0) > p.tighten_after) {
    return { action: "hold", trail_percent: p.tight_trail, reason: "Tightening stop in profit" };
  }
}
