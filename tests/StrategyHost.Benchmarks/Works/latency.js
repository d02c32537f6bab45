// Of the latency benchmark: each public trade places an entry far away, moves it, or cancels it, in turn.
var placed = 0;

function settings() {
  return { symbols: ['BTCUSDT'], interval: '1m' };
}

function on_trade(trade, ctx) {
  if (ctx.orders.length === 0) {
    return { action: 'buy', quantity: 0.01, type: 'limit', price: trade.price * 0.9, stop_loss_percent: 5, tag: 'probe' };
  }
  if (placed !== ctx.orders[0].created_at) {
    placed = ctx.orders[0].created_at;
    return { action: 'modify', order: 'probe', price: trade.price * 0.89 };
  }
  return { action: 'cancel', order: 'probe' };
}
