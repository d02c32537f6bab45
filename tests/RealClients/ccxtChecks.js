'use strict';
// What ccxt makes of the emulator: loading, fetching, trading, watching.

const { keys, check, soon, same, fail, ccxtClient, ccxt, control } = require('./harness');

const symbol = 'BTC/USDT:USDT';

async function ccxtFetching() {
  const everything = ccxtClient(keys.main);
  await check('ccxt-loads-all-markets', async () => {
    await everything.loadMarkets();
    const market = everything.market(symbol);
    same([market.swap, market.linear, market.settle, market.precision.price], [true, true, 'USDT', 0.1], 'market');
  });
  const exchange = ccxtClient(keys.main, { fetchMarkets: { types: ['linear'] } });
  await check('ccxt-fetches', async () => {
    const ticker = await exchange.fetchTicker(symbol);
    if (!(ticker.bid < ticker.ask && ticker.last > 0)) fail(`ticker ${ticker.bid} ${ticker.ask}`);
    const book = await exchange.fetchOrderBook(symbol, 25);
    same(book.bids.length, 25, 'bids');
    const since = exchange.milliseconds() - 50 * 60000;
    const candles = await exchange.fetchOHLCV(symbol, '1m', since, 10);
    same(candles.length, 10, 'candles from a moment on');
    if (Math.abs(candles[0][0] - since) > 60000) fail('candles do not begin at since');
    if ((await exchange.fetchTrades(symbol)).length === 0) fail('no trades');
    if (!((await exchange.fetchBalance()).USDT.total > 0)) fail('no balance');
    same((await exchange.fetchPositions([symbol])).filter((p) => p.contracts > 0).length, 0, 'positions');
  });
  await check('ccxt-trades', async () => {
    const order = await exchange.createOrder(symbol, 'limit', 'buy', 0.01, 50000);
    await soon(async () => same((await exchange.fetchOpenOrders(symbol)).map((o) => o.id), [order.id], 'open orders'));
    await exchange.editOrder(order.id, symbol, 'limit', 'buy', 0.02, 50100);
    await soon(async () => same((await exchange.fetchOpenOrders(symbol))[0].amount, 0.02, 'amount'));
    await exchange.cancelOrder(order.id, symbol);
    await soon(async () => same((await exchange.fetchCanceledOrders(symbol)).at(-1).id, order.id, 'cancelled'));
    await exchange.createOrder(symbol, 'market', 'buy', 0.01, undefined, { stopLoss: { triggerPrice: 40000 }, takeProfit: { triggerPrice: 90000 } });
    const position = await soon(async () => (await exchange.fetchPositions([symbol])).find((p) => p.contracts > 0) || fail('no position'));
    same([position.side, position.contracts, position.stopLossPrice], ['long', 0.01, 40000], 'position');
    const stops = await exchange.fetchOpenOrders(symbol, undefined, undefined, { trigger: true });
    same(stops.map((o) => o.stopLossPrice || o.takeProfitPrice).sort(), [40000, 90000], 'stops');
    await exchange.createOrder(symbol, 'market', 'sell', 0.01, undefined, { reduceOnly: true, trailingAmount: 500 });
    await soon(async () => same((await exchange.fetchOpenOrders(symbol, undefined, undefined, { trigger: true })).length, 3, 'stops with trail'));
    const [bought] = (await exchange.fetchMyTrades(symbol)).slice(-1);
    same([bought.side, bought.amount, bought.fee.currency, bought.symbol], ['buy', 0.01, 'USDT', symbol], 'trade');
    await exchange.createOrder(symbol, 'market', 'sell', 0.01, undefined, { reduceOnly: true });
    await soon(async () => same((await exchange.fetchOpenOrders(symbol)).length, 0, 'orders when flat'));
    same((await exchange.fetchClosedOrders(symbol)).at(-1).status, 'closed', 'closed order');
  });
  await check('ccxt-batch', async () => {
    const item = (price) => ({ symbol, type: 'limit', side: 'buy', amount: 0.01, price });
    const orders = await exchange.createOrders([item(50000), item(50100)]);
    same(orders.length, 2, 'orders');
    await exchange.cancelAllOrders(symbol);
    await soon(async () => same((await exchange.fetchOpenOrders(symbol)).length, 0, 'left'));
  });
  await check('ccxt-errors', async () => {
    const kind = (promise) => promise.then(() => 'none', (e) => e.constructor.name);
    same(await kind(exchange.cancelOrder('no-such-order', symbol)), 'OrderNotFound', 'cancel');
    same(await kind(exchange.createOrder(symbol, 'limit', 'buy', 1000, 50000)), 'InsufficientFunds', 'too expensive');
    same(await kind(exchange.createOrder(symbol, 'market', 'sell', 0.01, undefined, { reduceOnly: true })), 'InvalidOrder', 'reduce only');
    if (!(new ccxt.NetworkError() instanceof ccxt.BaseError)) fail('unexpected class tree');
  });
  await check('ccxt-leverage', async () => {
    await exchange.setLeverage(9, symbol);
    const again = await exchange.setLeverage(9, symbol).then(() => 'accepted', (e) => e.constructor.name);
    same(again, 'BadRequest', 'the same leverage again');
  });
}

async function ccxtWatching() {
  const exchange = ccxtClient(keys.mirror, { fetchMarkets: { types: ['linear'] } });
  await check('ccxt-watches-the-market', async () => {
    const book = await exchange.watchOrderBook(symbol);
    if (!(book.bids[0][0] < book.asks[0][0])) fail('crossed');
    for (let i = 0; i < 5; i += 1) await exchange.watchOrderBook(symbol);
    if (!((await exchange.watchTicker(symbol)).last > 0)) fail('no last price');
    if ((await exchange.watchOHLCV(symbol, '1m')).length === 0) fail('no candle');
    if ((await exchange.watchTrades(symbol)).length === 0) fail('no trade');
  }, 30000);
  await check('ccxt-watches-the-account', async () => {
    // The first answer about positions is the list at that moment: empty.
    const held = async () => {
      for (;;) {
        const positions = await exchange.watchPositions();
        if (positions.some((p) => p.contracts > 0)) return positions;
      }
    };
    const waiting = [exchange.watchOrders(), exchange.watchMyTrades(), exchange.watchBalance(), held()];
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const order = await exchange.createOrder(symbol, 'market', 'buy', 0.01);
    const [orders, trades, balance, positions] = await Promise.all(waiting);
    same([orders[0].id, trades[0].order, balance.USDT.total > 0], [order.id, order.id, true], 'orders, trades, balance');
    same([positions[0].symbol, positions[0].side], [symbol, 'long'], 'position');
    await control('POST', '/emulator/price', { symbol: 'BTCUSDT', price: '65500.0' });
    await exchange.createOrder(symbol, 'market', 'sell', 0.01, undefined, { reduceOnly: true });
  }, 30000);
}

module.exports = { ccxtFetching, ccxtWatching };
