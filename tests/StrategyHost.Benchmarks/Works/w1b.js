// Work W1b: SMA(10) over SMA(50) on one-minute candles, long only; every entry with a 0.4 % trail and a 1 % target.
var previousFast = null;
var previousSlow = null;

function on_kline(kline, ctx) {
  var fast = ctx.ta.sma(10);
  var slow = ctx.ta.sma(50);
  var isKnown = slow !== null && previousSlow !== null;
  var crossedUp = isKnown && fast > slow && previousFast <= previousSlow;
  var crossedDown = isKnown && fast < slow && previousFast >= previousSlow;
  previousFast = fast;
  previousSlow = slow;
  if (crossedUp && !ctx.position) { return { action: 'buy', quantity: 0.1, trail_percent: 0.4, take_profit_percent: 1 }; }
  if (crossedDown && ctx.position) { return { action: 'close' }; }
}
