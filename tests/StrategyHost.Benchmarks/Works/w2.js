// Work W2: EMA(1000) on trades; every 5,000th trade, when flat, into the direction of the price against it, with a 0.1 % stop and a 0.2 % target.
var ema = 0;
var count = 0;

function on_trade(trade, ctx) {
  var price = trade.price;
  ema = count === 0 ? price : ema + 2 / 1001 * (price - ema);
  count = count + 1;
  if (count % 5000 === 0 && !ctx.position && ctx.orders.length === 0) {
    return { action: price > ema ? 'buy' : 'sell', quantity: 0.1, stop_loss_percent: 0.1, take_profit_percent: 0.2 };
  }
}
