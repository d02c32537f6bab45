'use strict';
// Cursors, ranges and quotas as bybit-api walks them.

const { keys, check, same, fail, rest, good } = require('./harness');

const category = 'linear';
const symbol = 'BTCUSDT';

async function walk(fetch, id) {
  const seen = [];
  let cursor;
  for (let page = 0; page < 60; page += 1) {
    const result = await good(fetch(cursor));
    seen.push(...result.list.map(id));
    cursor = result.nextPageCursor;
    if (cursor === '') return seen;
  }
  return fail('the cursor never ends');
}

async function paging() {
  const client = rest(keys.main);
  await check('open-orders-in-pages', async () => {
    const placed = [];
    for (let i = 0; i < 7; i += 1) {
      placed.push((await good(client.submitOrder({ category, symbol, side: 'Buy', orderType: 'Limit', qty: '0.001', price: String(40000 + i) }))).orderId);
    }
    const seen = await walk((cursor) => client.getActiveOrders({ category, symbol, limit: 3, cursor }), (r) => r.orderId);
    same(seen, placed.reverse(), 'orders, newest first');
    await good(client.cancelAllOrders({ category, symbol }));
    const history = await walk((cursor) => client.getHistoricOrders({ category, symbol, limit: 3, cursor }), (r) => r.orderId);
    if (new Set(history).size !== history.length) fail('an order twice');
    same(placed.every((one) => history.includes(one)), true, 'all in the history');
  });
  await check('executions-and-results-in-pages', async () => {
    for (let i = 0; i < 4; i += 1) {
      await good(client.submitOrder({ category, symbol, side: i % 2 ? 'Sell' : 'Buy', orderType: 'Market', qty: '0.001' }));
    }
    const executions = await walk((cursor) => client.getExecutionList({ category, symbol, limit: 2, cursor }), (r) => r.execId);
    if (new Set(executions).size !== executions.length || executions.length < 4) fail(`${executions.length} executions`);
    const results = await walk((cursor) => client.getClosedPnL({ category, symbol, limit: 1, cursor }), (r) => r.orderId);
    if (new Set(results).size !== results.length || results.length < 2) fail(`${results.length} results`);
  });
  await check('candle-ranges', async () => {
    const now = Math.floor(Date.now() / 60000) * 60000;
    const ask = async (range) => (await good(client.getKline({ category, symbol, interval: '1', ...range }))).list.map((row) => (now - Number(row[0])) / 60000);
    same(await ask({ start: now - 600000, end: now - 480000 }), [8, 9, 10], 'start and end, both inclusive');
    same(await ask({ start: now - 600000, limit: 2 }), [9, 10], 'from a start on');
    same(await ask({ end: now - 600000, limit: 2 }), [10, 11], 'up to an end');
    same((await ask({ start: now - 1000 * 60000, end: now - 60000, limit: 1000 })).length, 1000, 'a thousand minutes');
  });
  await check('quota-headers', async () => {
    const reply = await client.getActiveOrders({ category, symbol });
    same([reply.rateLimitApi.maxRequests, reply.rateLimitApi.remainingRequests >= 0], [50, true], 'quota');
  });
}

module.exports = { paging };
