// Of the coverage benchmark: one long entry per symbol, one percent below the first trade, with its stop attached and three targets.
function settings() {
  var symbols = [];
  for (var i = 1; i <= 50; i++) {
    symbols.push('C' + (i < 10 ? '0' : '') + i + 'USDT');
  }
  return { symbols: symbols, interval: '1m' };
}

function on_trade(trade, ctx) {
  for (var i = 0; i < ctx.orders.length; i++) {
    if (ctx.orders[i].symbol === trade.symbol) {
      return null;
    }
  }
  if (ctx.positions[trade.symbol]) {
    return null;
  }
  return {
    action: 'buy', symbol: trade.symbol, quantity: 3, type: 'limit', price: 99, stop_price: 90,
    take_profit: [{ price: 102, share: 40 }, { price: 104, share: 30 }, { price: 106, share: 30 }]
  };
}
