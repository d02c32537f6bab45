'use strict';
// Public and private streams as bybit-api sees them.

const { keys, check, soon, same, fail, rest, good, Stream, control } = require('./harness');

const category = 'linear';
const symbol = 'BTCUSDT';
const rank = { Untriggered: 0, Triggered: 1, New: 2, PartiallyFilled: 3, Filled: 4, Cancelled: 4, Deactivated: 4, Rejected: 4 };

async function publicStreams() {
  const stream = await Stream.public();
  await check('public-subscribe', async () => {
    const answer = await stream.subscribe([`orderbook.50.${symbol}`, `orderbook.1.${symbol}`, `publicTrade.${symbol}`, `tickers.${symbol}`, `kline.1.${symbol}`]);
    same(answer.success, true, 'success');
  });
  await check('book-deltas-continue-the-snapshot', async () => {
    const topic = `orderbook.50.${symbol}`;
    await soon(() => stream.of(topic).length > 5 || fail('few book messages'));
    const messages = stream.of(topic);
    same(messages[0].type, 'snapshot', 'first');
    const sides = { b: new Map(), a: new Map() };
    let last = 0;
    for (const { type, data } of messages) {
      if (type === 'delta') same(data.u, last + 1, 'u');
      last = data.u;
      for (const side of ['b', 'a']) {
        if (type === 'snapshot') sides[side].clear();
        for (const [price, size] of data[side]) {
          if (Number(size) === 0) sides[side].delete(price);
          else sides[side].set(price, size);
        }
      }
      const bid = Math.max(...[...sides.b.keys()].map(Number));
      const ask = Math.min(...[...sides.a.keys()].map(Number));
      if (!(bid < ask)) fail(`crossed: ${bid} ${ask}`);
      same([sides.b.size, sides.a.size], [50, 50], 'levels');
    }
  });
  await check('level-one-sends-snapshots-only', () => soon(() => {
    const messages = stream.of(`orderbook.1.${symbol}`);
    if (messages.length < 2) fail('few messages');
    if (messages.some((m) => m.type !== 'snapshot' || m.data.b.length > 1)) fail('a delta, or more than one level');
  }));
  await check('ticker-deltas-name-the-symbol', () => soon(() => {
    const [first, ...others] = stream.of(`tickers.${symbol}`);
    if (others.length < 2) fail('few tickers');
    for (const field of ['lastPrice', 'openInterestValue', 'markPrice', 'fundingRate', 'nextFundingTime']) {
      if (first.data[field] === undefined) fail(`snapshot without ${field}`);
    }
    if (others.some((m) => m.type !== 'delta' || m.data.symbol !== symbol)) fail('bad delta');
  }));
  await check('trades-and-candles', () => soon(() => {
    const trade = stream.rows(`publicTrade.${symbol}`)[0] || fail('no trade');
    same(Object.keys(trade).filter((k) => ['T', 's', 'S', 'v', 'p', 'L', 'i', 'BT'].includes(k)).length, 8, 'trade fields');
    const candle = stream.rows(`kline.1.${symbol}`)[0] || fail('no candle');
    same([typeof candle.start, typeof candle.confirm, candle.end - candle.start], ['number', 'boolean', 59999], 'candle');
  }, 15000));
  await check('bad-topic-is-refused', async () => same((await stream.subscribe(['orderbook.50.NOSUCHUSDT'])).success, false, 'success'));
  await check('bad-depth-is-refused', async () => same((await stream.subscribe([`orderbook.7.${symbol}`])).success, false, 'success'));
}

async function privateStreams() {
  const main = rest(keys.main);
  const stream = await Stream.private(keys.main);
  const other = await Stream.private(keys.mirror);
  await check('private-subscribe', async () => {
    same((await stream.subscribe(['order', 'execution', 'position', 'wallet', 'execution.fast'])).success, true, 'success');
    same((await other.subscribe(['order.linear', 'execution', 'position', 'wallet'])).success, true, 'success');
  });
  const id = await check('round-trip-is-told', async () => {
    const { orderId } = await good(main.submitOrder({ category, symbol, side: 'Buy', orderType: 'Market', qty: '0.01', stopLoss: '40000' }));
    await soon(() => stream.rows('order').some((r) => r.orderId === orderId && r.orderStatus === 'Filled') || fail('not filled'));
    return orderId;
  });
  await check('states-go-forward-and-money-follows', () => soon(() => {
    const states = stream.rows('order').filter((r) => r.orderId === id).map((r) => rank[r.orderStatus]);
    if (states.some((s, i) => i > 0 && s < states[i - 1])) fail(`states ${states}`);
    const execution = stream.rows('execution').find((r) => r.orderId === id) || fail('no execution');
    same(stream.rows('execution.fast').find((r) => r.orderId === id).execId, execution.execId, 'execId of the fast topic');
    const position = stream.rows('position').find((r) => Number(r.size) > 0) || fail('no position');
    same([position.side, typeof position.entryPrice], ['Buy', 'string'], 'position');
    const wallet = stream.rows('wallet').at(-1) || fail('no wallet');
    same([wallet.accountType, wallet.coin[0].coin], ['UNIFIED', 'USDT'], 'wallet');
    const stop = stream.rows('order').find((r) => r.stopOrderType === 'StopLoss') || fail('no stop');
    same([stop.orderStatus, stop.reduceOnly, stop.triggerDirection, stop.category], ['Untriggered', true, 2, 'linear'], 'stop');
    const times = stream.frames.filter((f) => f.creationTime).map((f) => f.creationTime);
    if (times.some((t, i) => i > 0 && t < times[i - 1])) fail('creationTime went back');
  }));
  await check('closing-takes-the-stop-away', async () => {
    await good(main.submitOrder({ category, symbol, side: 'Sell', orderType: 'Market', qty: '0.01', reduceOnly: true }));
    await soon(() => {
      const last = stream.rows('order').filter((r) => r.stopOrderType === 'StopLoss').at(-1);
      same([last.orderStatus, last.cancelType], ['Deactivated', 'CancelByTpSlTsClear'], 'stop');
      const flat = stream.rows('position').at(-1);
      same([flat.side, flat.size], ['', '0'], 'position');
    });
  });
  await check('other-account-hears-nothing', async () => {
    same(other.frames.filter((f) => f.topic).length, 0, 'messages');
    const { orderId } = await good(main.submitOrder({ category, symbol, side: 'Buy', orderType: 'Limit', qty: '0.01', price: '50000' }));
    same((await rest(keys.mirror).cancelOrder({ category, symbol, orderId })).retCode, 110001, 'retCode');
    await good(main.cancelOrder({ category, symbol, orderId }));
  });
  await check('categorised-topic', async () => {
    const mirror = rest(keys.mirror);
    const { orderId } = await good(mirror.submitOrder({ category, symbol, side: 'Buy', orderType: 'Limit', qty: '0.01', price: '50000' }));
    await soon(() => other.rows('order.linear').some((r) => r.orderId === orderId) || fail('nothing on order.linear'));
    await good(mirror.cancelOrder({ category, symbol, orderId }));
  });
  await check('wrong-secret-is-refused', async () => {
    const bad = new Stream('/v5/private', stream.wsKey, { key: 'test-main', secret: 'wrong' });
    await bad.connect('open');
    await soon(() => same((bad.frames.find((f) => f.op === 'auth') || {}).success, false, 'success'));
  });
  await check('lost-reply-leaves-the-order', async () => {
    await control('POST', '/emulator/fault', { match: { account: 'test-main', path: '/v5/order/create' }, action: 'drop_reply' });
    const orderLinkId = `lost-${Date.now()}`;
    const reply = await main.submitOrder({ category, symbol, side: 'Buy', orderType: 'Limit', qty: '0.01', price: '50000', orderLinkId })
      .then(() => 'answered', () => 'lost');
    same(reply, 'lost', 'reply');
    await soon(() => stream.rows('order').some((r) => r.orderLinkId === orderLinkId) || fail('not on the stream'));
    await good(main.cancelOrder({ category, symbol, orderLinkId }));
    same((await control('DELETE', '/emulator/fault')).removed, 1, 'faults removed');
  });
}

module.exports = { publicStreams, privateStreams };
