// @ts-check
/// <reference path="strategyhost.d.ts" />
//
// Trades the order book: when far more is bid than offered in the top levels, buy; the other way round, sell. Trades are small and
// quick: a near stop, a near target, and a time exit. Needs data with order books (see engine/docs/fills.md).

/** @type {{[symbol: string]: number}} time of the last entry in ms */
var lastEntry = {};

/** @returns {Settings} */
function settings() {
  return {
    symbols: ["BTCUSDT"],
    book_depth: 50,
    book_interval_ms: 100,
    params: {
      levels: { default: 10, min: 1, max: 50, step: 1 },
      threshold: { default: 0.6, min: 0.1, max: 0.95, step: 0.05 },
      size_percent: { default: 10, min: 1, max: 100 },
      stop_percent: { default: 0.25, min: 0.1, max: 5 },
      target_percent: { default: 0.35, min: 0.1, max: 5 },
      hold_seconds: { default: 120, min: 5, max: 3600 },
      pause_seconds: { default: 30, min: 0, max: 3600 }
    }
  };
}

/**
 * Size bid minus size offered, as a part of both: -1 (only offers) to 1 (only bids).
 * @param {Book} book
 * @param {number} levels
 */
function imbalance(book, levels) {
  var bid = 0, ask = 0;
  for (var i = 0; i < levels && i < book.bids.length && i < book.asks.length; i++) {
    bid += book.bids[i][1];
    ask += book.asks[i][1];
  }
  return bid + ask > 0 ? (bid - ask) / (bid + ask) : 0;
}

/**
 * @param {Book} book
 * @param {Context} ctx
 * @returns {Answer}
 */
function on_orderbook(book, ctx) {
  var p = ctx.params;
  var value = imbalance(book, p.levels);

  if (ctx.position) {
    // The pressure has turned: leave before the stop does it.
    var against = ctx.position.side === "long" ? -value : value;
    return against > p.threshold ? { action: "close", reason: "Imbalance turned" } : undefined;
  }

  var last = lastEntry[book.symbol] || 0;
  if (Math.abs(value) < p.threshold || ctx.now - last < p.pause_seconds * 1000) {
    return;
  }

  lastEntry[book.symbol] = ctx.now;
  return {
    action: value > 0 ? "buy" : "sell",
    quantity_percent: p.size_percent,
    stop_loss_percent: p.stop_percent,
    take_profit_percent: p.target_percent,
    close_after: p.hold_seconds,
    tag: "imbalance",
    reason: "Imbalance " + value.toFixed(2)
  };
}

/** Kept over a reload and a restart. */
function export_state() {
  return { lastEntry: lastEntry };
}

/** @param {any} state */
function import_state(state) {
  lastEntry = state.lastEntry || {};
}
