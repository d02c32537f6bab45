namespace StrategyHost.Kill.Tests.Kills;

/// <summary>
/// The strategy that is killed: it acts on each tick of the market, so that nothing happens while the market is paused. Every entry carries
/// a stop. With the parameter <c>flat</c> it only cancels and closes, also without a position:
/// what of the mirror has outlived main's goes with that.
/// </summary>
internal static class RestlessTrader
{
    public static readonly string[] Symbols = ["BTCUSDT", "ETHUSDT"];

    public const string Script = """
        var sizes = { BTCUSDT: 0.1, ETHUSDT: 2 }, last = {};
        function settings() {
          return { symbols: ['BTCUSDT', 'ETHUSDT'], interval: '1m', warmup: 20, max_event_age_ms: 30000, pyramiding: 3, params: { flat: 0 } };
        }
        function on_ticker(ticker, ctx) {
          var p = ctx.position, r = Math.random(), price = ctx.market.last, size = sizes[ctx.symbol];
          if (price === null || ctx.now - (last[ctx.symbol] || 0) < 150) { return; }
          last[ctx.symbol] = ctx.now;
          var resting = ctx.orders.some(function (o) { return o.symbol === ctx.symbol && o.role === 'entry'; });
          if (ctx.params.flat) { return resting ? { action: 'cancel', order: 'entries' } : { action: 'close' }; }
          if (!p) { return resting ? maybeCancel(r) : open(r, price, size, Math.random() < 0.5 ? 'buy' : 'sell'); }
          return change(r, p, price, size);
        }
        function maybeCancel(r) { return r < 0.2 ? { action: 'cancel', order: 'entries' } : undefined; }
        function open(r, price, size, side) {
          if (r < 0.5) { return { action: side, quantity: size, stop_loss_percent: 1, take_profit_percent: 0.5, trail_percent: 0.6 }; }
          if (r < 0.7) {
            return { action: side, quantity: size, stop_loss_percent: 1, take_profit: [{ percent: 0.4, share: 50 }, { percent: 2, share: 50 }] };
          }
          return { action: side, type: 'limit', price: price * (side === 'buy' ? 0.9998 : 1.0002), quantity: size, stop_loss_percent: 1,
            take_profit_percent: 1, expires_in: 3 };
        }
        function change(r, p, price, size) {
          var sign = p.side === 'long' ? 1 : -1;
          if (r < 0.15) { return { action: 'close', share: r < 0.08 ? 50 : 100 }; }
          if (r < 0.35) { return { action: sign > 0 ? 'buy' : 'sell', quantity: size / 2, scale_in: true, stop_loss_percent: 1 }; }
          if (r < 0.5) { return p.stop_price === null ? undefined : { action: 'hold', stop_loss: p.stop_price + sign * price * 0.0003 }; }
          if (r < 0.65) { return { action: 'hold', take_profit_percent: 1 + r }; }
        }
        """;
}
