using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Strategies;
using Xunit;

namespace StrategyHost.Scripting.Tests;

/// <summary>What every adapter of <see cref="IScriptEngine"/> does; derived once per adapter.</summary>
public abstract partial class ScriptEngineContract
{
    protected abstract IScriptEngine Engine { get; }

    private static string Text(ScriptValue value) => Running.Text(value);

    private string Eval(string expression, int candles = 1, ScriptView? view = null) =>
        Text(Running.Evaluate(Engine, expression, candles, view));

    [EngineFact]
    public void Settings_arrive_as_written()
    {
        using var running = new Running(Engine, """
            function settings() { return { symbols: ['BTCUSDT'], params: { a: { default: 1.5, min: -1, max: 1e21 } }, trail: null, on: true, off: false }; }
            function on_kline() { }
            """);
        Assert.Equal(
            "{symbols:[\"BTCUSDT\"],params:{a:{default:1.5,min:-1,max:1E+21}},trail:null,on:true,off:false}", Text(running.Instance.Settings));
    }

    [EngineFact]
    public void Callbacks_are_found_as_functions_and_as_exports()
    {
        using var running = new Running(Engine, "function on_kline() { } exports.on_trade = function () { }; var on_fill = function () { };");
        Assert.Equal(ScriptCallbacks.Kline | ScriptCallbacks.Trade | ScriptCallbacks.Fill, running.Instance.Callbacks);
        Assert.True(running.Instance.Settings.IsNothing);
    }

    [EngineFact]
    public void Callback_that_is_no_function_is_refused()
    {
        using var running = new Running(Engine, "var on_kline = 5;");
        Assert.Contains("on_kline must be a function", Assert.Single(running.Loaded.Errors).Message, StringComparison.Ordinal);
    }

    [EngineFact]
    public void Values_of_every_kind_cross_unchanged()
    {
        Assert.Equal("[1,-0,NaN,Infinity,1E-300,\"ä€\",true,null,undefined]", Eval("[1, -0, NaN, Infinity, 1e-300, 'ä€', true, null, undefined]"));
        Assert.Equal("{a:{b:[[]]},b:{}}", Eval("{ a: { b: [[]] }, b: {} }"));
        Assert.Equal("[\"same\",\"same\",{same:\"same\"}]", Eval("['same', 'same', { same: 'same' }]"));
    }

    [EngineFact]
    public void Values_that_are_no_data_arrive_as_unsupported()
    {
        Assert.Equal("<a function>", Eval("function () { }"));
        Assert.Contains("nesting beyond 8 levels", Eval("(function () { var o = {}; o.o = o; return o; }())"), StringComparison.Ordinal);
        Assert.StartsWith("<an array of more than", Eval("new Array(20000)"), StringComparison.Ordinal);
    }

    [EngineFact]
    public void Answer_beyond_the_buffer_is_unsupported_and_the_next_is_right()
    {
        using var running = new Running(Engine, """
            var n = 0;
            function on_kline() {
              var s = 'abcdefghij', i;
              for (i = 0; i < 14; i++) { s = s + s; }
              return ++n === 2 ? { novel: 'first seen here', long: s } : { novel: 'again' };
            }
            """);
        var block = Running.Walk(3);
        running.Klines(block, 0, 1);
        var answer = running.Klines(block, 1, 2);
        Assert.Null(answer.Fault);
        Assert.Equal(ScriptValueKind.Unsupported, answer.Value.Kind);
        Assert.Equal("{novel:\"again\"}", Text(running.Klines(block, 2, 3).Value));
    }

    [EngineFact]
    public void Kline_has_the_fields_of_the_contract()
    {
        var block = Running.Walk(1);
        static string Number(long units) => Text(ScriptValue.Of(new Price(units).ToDouble()));
        Assert.Equal(
            $"{{symbol:\"BTCUSDT\",interval:\"1m\",start:1704067200000,end:1704067260000,open:{Number(block.Open[0])},high:{Number(block.High[0])},"
                + $"low:{Number(block.Low[0])},close:{Number(block.Close[0])},volume:{Number(block.Volume[0])},"
                + $"turnover:{Text(ScriptValue.Of(block.Turnover[0]))},confirm:true,late:false}}",
            Eval("k"));
    }

    [EngineFact]
    public void Nothing_is_returned_by_an_empty_array()
    {
        using var running = new Running(Engine, "function on_kline() { return []; }");
        var answer = running.Klines(Running.Walk(50), 0, 50);
        Assert.Equal(50, answer.Consumed);
        Assert.True(answer.Value.IsNothing);
    }

    [EngineFact]
    public void Run_stops_at_the_first_signal()
    {
        using var running = new Running(Engine, "var n = 0; function on_kline() { if (++n === 70) { return 'here'; } }");
        var answer = running.Klines(Running.Walk(200), 0, 200);
        Assert.Equal(70, answer.Consumed);
        Assert.Equal("\"here\"", Text(answer.Value));
    }

    [EngineFact]
    public void Context_knows_time_symbol_params_and_instrument()
    {
        Assert.Equal("1704067260000", Eval("ctx.now"));
        Assert.Equal("\"BTCUSDT\"", Eval("ctx.symbol"));
        Assert.Equal("{fast:10,name:\"x\",on:true}", Eval("ctx.params"));
        Assert.Equal("{symbol:\"BTCUSDT\",tick_size:0.1,qty_step:0.001,min_qty:0.002,min_notional:5}", Eval("ctx.instrument"));
        Assert.Equal("\"ETHUSDT\"", Eval("ctx.instrument_of('ETHUSDT').symbol"));
        Assert.Equal("[null,[],{}]", Eval("[ctx.position, ctx.orders, ctx.positions]"));
    }

    [EngineFact]
    public void Position_and_equity_move_with_the_price_of_the_row()
    {
        using var running = new Running(Engine, """
            function on_kline(k, ctx) {
              var p = ctx.position, r = (k.close - 40000) * 0.5;
              if (Math.abs(p.unrealised_pnl - r) > 1e-9 || Math.abs(ctx.account.equity - 1000 - r) > 1e-9) { return 'wrong'; }
              if (ctx.market.last !== k.close || ctx.market_of('BTCUSDT').mark !== k.close) { return 'market'; }
              if (p.stop_price !== ctx.history(1)[0].start / 1e6) { return p.stop_price; }
            }
            """);
        var block = Running.Walk(100);
        var stops = Enumerable.Range(0, 90).Select(i => block.Start[i + 5] / 1e6).ToArray();
        var answer = running.Klines(block, 5, 95, Running.Position(40_000, 0.5), stops);
        Assert.Null(answer.Fault);
        Assert.Equal("undefined", Text(answer.Value));
        Assert.Equal(90, answer.Consumed);
    }

    [EngineFact]
    public void Position_without_a_stop_column_shows_the_views_stop()
    {
        Assert.Equal(
            "{symbol:\"BTCUSDT\",side:\"short\",size:2,entry_price:100,unrealised_pnl:20,profit_percent:10,stop_price:90,trail_percent:null,"
                + "opened_at:5,tranches:[]}",
            Text(Evaluate("ctx.position", Running.Position(100, 2, PositionSide.Short) with
            {
                Markets = [new ScriptMarket { Symbol = Running.Btc, Last = 80, Mark = 90, MarkFollowsLast = false }],
            })));
    }

    [EngineFact]
    public void Orders_and_tranches_are_seen_and_cannot_be_changed()
    {
        var view = Running.Position(40_000, 1);
        view = view with
        {
            Positions = [view.Positions[0] with { Tranches = [new ScriptTranche("a", 1, 40_000, double.NaN)] }],
            Orders = [new ScriptOrder
            {
                Id = "o1",
                Symbol = Running.Btc,
                Role = "entry",
                Side = Side.Buy,
                Type = "limit",
                Price = 39_000.1,
                Quantity = 0.3,
                Status = "open",
            }],
        };
        using var running = new Running(Engine, """
            function on_kline(k, ctx) {
              try { ctx.orders[0].price = 1; ctx.orders.length = 0; } catch (e) { }
              var o = ctx.orders[0];
              return [o.id, o.price, o.stop_price, o.side, o.expires_at, ctx.orders.length, ctx.position.tranches[0].name, ctx.position.tranches[0].stop_price];
            }
            """);
        var block = Running.Walk(3);
        Assert.Equal("[\"o1\",39000.1,null,\"buy\",null,1,\"a\",null]", Text(running.Klines(block, 0, 1, view).Value));
        Assert.Equal("[\"o1\",39000.1,null,\"buy\",null,1,\"a\",null]", Text(running.Klines(block, 1, 2, view).Value));
    }

    [EngineFact]
    public void History_holds_closed_candles_oldest_first_and_forgets_beyond_its_limit()
    {
        Assert.Equal("[3,true,true,false]", Eval(
            "[ctx.history(3).length, ctx.history(3)[2].start === k.start, ctx.history(2)[0].start < k.start, ctx.history(1)[0].late]", 5));
        Assert.Equal("[300,400]", Eval("[ctx.history(1000).length, n]", 400));
        Assert.Equal("0", Eval("ctx.history(5, { interval: '1h' }).length", 5));
    }

    [EngineFact]
    public void Candles_without_callback_only_enter_history()
    {
        using var running = new Running(Engine, "function on_kline(k, ctx) { return ctx.history(9, { symbol: 'ETHUSDT', interval: '1h' }).length; }");
        var hours = Running.Walk(4, 2, Running.Eth, Running.Hour);
        running.Call(new KlineRun(hours, 0, 4) { At = new Timestamp(1), Callback = false });
        running.Call(new KlineRun(hours, 3, 4) { At = new Timestamp(1), Callback = false });
        Assert.Equal("4", Text(running.Klines(Running.Walk(1), 0, 1).Value));
    }

    [EngineFact]
    public void Events_of_every_kind_reach_their_callback()
    {
        using var running = new Running(Engine, """
            function on_kline(k, ctx) { return [k.confirm, k.close, k.turnover, ctx.history(5).length]; }
            function on_orderbook(b, ctx) { return [b.symbol, b.bids, b.asks, b.mid, b.time, ctx.symbol]; }
            function on_ticker(t) { return [t.last, t.mark, t.bid, t.volume_24h, t.open_interest, t.funding_rate]; }
            function on_fill(f, ctx) { return [f.liquidity, f.price, f.side, f.tag, f.time, ctx.symbol, ctx.now]; }
            function on_order(o) { return [o.id, o.status, o.code, o.text, o.price]; }
            function on_timer(time, ctx) { return [time, ctx.now, ctx.symbol]; }
            function on_start(ctx) { ctx.log('start ' + ctx.now); return 1; }
            function on_stop(ctx) { ctx.log('stop'); }
            """);
        var at = new Timestamp(77);
        var kline = new Kline(60_000, 1_000_000_000, 2_000_000_000, 500_000_000, 1_500_000_000, 3_000_000_000, double.NaN);
        Assert.Equal("[false,1.5,null,0]", Text(running.Call(new KlineUpdateCall(Running.Eth, Running.Minute, kline) { At = at }).Value));
        var book = new OrderBookCall(Running.Btc, [new BookLevel(99_000_000_000, 1_000_000_000)], [new BookLevel(101_000_000_000, 2_000_000_000)]) { At = at };
        Assert.Equal("[\"BTCUSDT\",[[99,1]],[[101,2]],100,77,\"BTCUSDT\"]", Text(running.Call(book).Value));
        var view = new ScriptView { Markets = [new ScriptMarket { Symbol = Running.Eth, Last = 5, Mark = 6, FundingRate = 0.0001, MarkFollowsLast = false }] };
        Assert.Equal("[5,6,null,10,30,0.0001]", Text(running.Call(new TickerCall(Running.Eth, 10, 20, 30) { At = at }, view).Value));
        Assert.Equal("[\"maker\",0.1,\"sell\",\"t\",9,\"ETHUSDT\",77]", Text(running.Call(new FillCall(Fill) { At = at }).Value));
        Assert.Equal("[\"o\",\"refused\",\"already_in\",\"why\",null]", Text(running.Call(new OrderCall(Order, "already_in", "why") { At = at }).Value));
        Assert.Equal("[77,77,\"BTCUSDT\"]", Text(running.Call(new TimerCall { At = at }).Value));
        var start = running.Call(new StartCall { At = at });
        Assert.Equal("start 77", Assert.Single(start.Logs).Text);
        Assert.True(start.Value.IsNothing);
        Assert.Single(running.Call(new StopCall { At = at }).Logs);
    }

    [EngineFact]
    public void Trades_reach_their_callback_in_runs()
    {
        using var running = new Running(Engine, """
            var last = 0, n = 0;
            function on_trade(t, ctx) {
              n++;
              if (t.time !== ctx.now || t.time < last || ctx.market.last !== t.price || (t.side !== 'buy' && t.side !== 'sell')) { return 'wrong'; }
              last = t.time;
              if (n === 2500) { return [n, t.price]; }
            }
            """);
        var block = Running.Trades(3000);
        var answer = running.Call(new TradeRun(block, 0, 3000) { At = new Timestamp(block.Time[0]) });
        Assert.Equal(2500, answer.Consumed);
        Assert.Equal($"[2500,{Text(ScriptValue.Of(new Price(block.Price[2499]).ToDouble()))}]", Text(answer.Value));
    }

    [EngineFact]
    public void Overlaid_price_lasts_until_a_new_view()
    {
        using var running = new Running(Engine, "function on_kline() { } function on_timer(t, ctx) { return ctx.market_of('BTCUSDT').last; }");
        var block = Running.Walk(4);
        var view = Running.Position(123, 1);
        running.Klines(block, 0, 4, view);
        Assert.Equal(new Price(block.Close[3]).ToDouble(), running.Call(new TimerCall { At = new Timestamp(9) }, view).Value.Number);
        Assert.Equal(123, running.Call(new TimerCall { At = new Timestamp(9) }, view with { WalletBalance = 1 }).Value.Number);
    }

    [EngineFact]
    public void State_goes_out_and_in_as_json()
    {
        const string Script = """
            var state = { n: 0 };
            function on_kline() { state.n++; return state.n; }
            function export_state() { return state; }
            function import_state(s) { state = s; }
            """;
        using var first = new Running(Engine, Script);
        first.Klines(Running.Walk(2), 0, 1);
        var text = first.OnLane(first.Instance.ExportState).Value;
        Assert.Equal("{\"n\":1}", text);
        using var second = new Running(Engine, Script);
        Assert.Null(second.OnLane(() => second.Instance.ImportState(text!)));
        Assert.Equal("2", Text(second.Klines(Running.Walk(2), 0, 1).Value));
    }

    [EngineFact]
    public void Log_beyond_its_limit_is_cut_and_said_so()
    {
        using var running = new Running(
            Engine, "function on_kline(k, ctx) { ctx.log('123456'); ctx.log('123456'); ctx.log('x'); }", Running.Generous with { LogCharactersPerCall = 10 });
        var logs = running.Klines(Running.Walk(3), 0, 3).Logs;
        Assert.Equal(6, logs.Count);
        Assert.Equal("123456", logs[2].Text);
        Assert.StartsWith("1234 [log cut", logs[3].Text, StringComparison.Ordinal);
        Assert.Equal(2, logs[5].Row);
    }

    [EngineFact]
    public void Same_seed_gives_the_same_world_and_another_seed_another()
    {
        const string Script = "var a = [Math.random(), Math.random()]; function on_kline(k, ctx) { return [a, Math.random(), Date.now(), new Date().getTime()]; }";
        string Run(long seed)
        {
            using var running = new Running(Engine, Script, Running.Generous with { Seed = seed });
            return Text(running.Klines(Running.Walk(1), 0, 1).Value);
        }

        Assert.Equal(Run(3), Run(3));
        Assert.NotEqual(Run(3), Run(4));
        Assert.EndsWith("1704067260000,1704067260000]", Run(3), StringComparison.Ordinal);
    }

    [EngineFact]
    public void Date_is_utc_and_fixed_whatever_the_machine()
    {
        Assert.Equal("\"2024-01-01T00:01:00.000Z\"", Eval("new Date().toISOString()"));
        Assert.Equal("[2024,0,1,0,1,0]", Eval("[new Date().getFullYear(), new Date().getMonth(), new Date().getDate(), new Date().getHours(), "
            + "new Date().getMinutes(), new Date().getTimezoneOffset()]"));
        Assert.Equal("[1704067200000,1704067200000,1704063600000]", Eval(
            "[Date.parse('2024-01-01'), new Date(2024, 0, 1).getTime(), new Date('2024-01-01T00:00:00+01:00').getTime()]"));
        Assert.Equal("[NaN,true,\"undefined\"]", Eval("[Date.parse('Jan 1 2024'), new Date() instanceof Date, typeof Intl]"));
        Assert.Equal("1704067260000", Eval("new (new Date().constructor)().getTime()"));
    }

    private static ScriptFill Fill { get; } = new()
    {
        Symbol = Running.Eth,
        Side = Side.Sell,
        Price = 0.1,
        Quantity = 2,
        Fee = 0.01,
        FeeRate = 0.0002,
        IsMaker = true,
        OrderId = "o",
        Tag = "t",
        Role = "entry",
        ExecutionId = "e",
        Time = new Timestamp(9),
    };

    private static ScriptOrder Order { get; } = new()
    {
        Id = "o",
        Symbol = Running.Eth,
        Role = "entry",
        Side = Side.Sell,
        Type = "limit",
        Status = "refused",
    };

    /// <summary>The expression's value inside on_timer, where no row overlays a price.</summary>
    private ScriptValue Evaluate(string expression, ScriptView view)
    {
        using var running = new Running(Engine, $"function on_timer(t, ctx) {{ return {expression}; }}");
        return running.Call(new TimerCall { At = new Timestamp(1) }, view).Value;
    }
}

public sealed class JintContractTests : ScriptEngineContract
{
    protected override IScriptEngine Engine { get; } = new Managed.JintEngine();

    [Fact]
    public void Assignment_by_bits_to_a_target_with_a_step_inside_is_refused_with_its_line()
    {
        using var running = new Running(Engine, "var x = [1], i = 0;\nx[i++] |= 2;");
        var error = Assert.Single(running.Loaded.Errors);
        Assert.Equal((2, "syntax"), (error.Line, error.Rule));
        Assert.Contains("write x = x | y with a plain x", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Frozen_object_without_a_message_can_be_thrown_and_caught()
    {
        Assert.Equal("7", Running.Text(Running.Evaluate(
            Engine, "(function () { try { throw Object.freeze({ code: 7 }); } catch (e) { return e.code; } }())")));
        using var running = new Running(Engine, "function on_kline() { throw Object.freeze({ code: 7 }); }");
        Assert.Equal(ScriptFaultKind.Script, running.Klines(Running.Walk(1), 0, 1).Fault?.Kind);
    }
}

[NeedsJavaScriptCore]
public sealed class JavaScriptCoreContractTests : ScriptEngineContract
{
    protected override IScriptEngine Engine { get; } = JavaScriptCoreTestEngine.Value;

    [JavaScriptCoreFact]
    public void Syntax_error_in_modern_source_names_the_column_where_the_parser_stopped()
    {
        foreach (var (line, column, script) in new[]
        {
            (1, 31, "const f = (a) => { return a + ; };"), (2, 5, "let x = 1;\nlet x = 2;"), (1, 20, "class A { foo( { } }"),
            (1, 17, "const { a, b = c;"), (1, 8, "const q;"), (2, 5, "const t = `a\n${1 1}`;"), (2, 1, "const a = 1;\n}"),
        })
        {
            using var running = new Running(Engine, script);
            var error = Assert.Single(running.Loaded.Errors);
            Assert.Equal((script, line, column), (script, error.Line, error.Column));
        }
    }
}

/// <summary>The one engine object of the process; asked for only by tests that are not skipped.</summary>
internal static class JavaScriptCoreTestEngine
{
    public static IScriptEngine Value => JavaScriptCore.JavaScriptCoreEngine.Create().Value;
}
