// A grid of limit entries below the market on each symbol, re-laid every 30 minutes; and a look at the account each minute: how much of it
// works in positions, and how much is tied up in entries that wait. Margins at leverage 5. WAITS: seconds an entry may wait; 0: for ever.
const WAITS = 0;
const LEVERAGE = 5;
let minutes = 0;
let looks = 0;
let atWork = 0;
let held = 0;

function on_timer(time, ctx) {
  const equity = ctx.account.equity;
  let positions = 0;
  for (const symbol of Object.keys(ctx.positions)) {
    const position = ctx.positions[symbol];
    positions += position ? Math.abs(position.size) * position.entry_price / LEVERAGE : 0;
  }
  let entries = 0;
  for (const order of ctx.orders) {
    entries += order.role === 'entry' ? (order.quantity - order.filled) * order.price / LEVERAGE : 0;
  }
  looks++;
  atWork += positions / equity;
  held += entries / equity;
  ctx.log(`${looks} ${atWork} ${held}`);
  if (minutes++ % 30 !== 0) { return; }
  const signals = [];
  for (const symbol of ['AAAUSDT', 'BBBUSDT', 'CCCUSDT']) {
    const last = ctx.market_of(symbol).last;
    for (let rung = 1; last && rung <= 4; rung++) {
      signals.push({
        action: 'buy', symbol, type: 'limit', price: last * (1 - 0.003 * rung), quantity_percent: 30, stop_loss_percent: 1.5,
        take_profit_percent: 1, scale_in: true, ...(WAITS ? { expires_in: WAITS } : {}),
      });
    }
  }
  return signals;
}
