using System.Globalization;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Strategies;
using Xunit;

namespace StrategyHost.Scripting.Tests;

/// <summary>Every object of contracts §2 with all of its fields, and values on their way in and out.</summary>
public abstract partial class ScriptEngineContract
{
    [EngineFact]
    public void Fill_has_the_fields_of_the_contract()
    {
        using var running = new Running(Engine, "function on_fill(f) { return f; }");
        Assert.Equal(
            "{symbol:\"ETHUSDT\",side:\"sell\",price:0.1,quantity:2,fee:0.01,fee_rate:0.0002,liquidity:\"maker\",order_id:\"o\",tag:\"t\","
                + "tranche:\"\",role:\"entry\",exec_id:\"e\",time:9,realised_pnl:-1.5}",
            Text(running.Call(new FillCall(Fill with { RealisedPnl = -1.5 }) { At = new Timestamp(1) }).Value));
        Assert.Equal("\"taker\"",
            Text(running.Call(new FillCall(Fill with { IsMaker = false }) { At = new Timestamp(1) }).Value["liquidity"]));
    }

    [EngineFact]
    public void Order_event_has_the_fields_of_the_contract()
    {
        using var running = new Running(Engine, "function on_order(o) { return o; }");
        var order = Order with
        {
            Tag = "t",
            Price = 5,
            StopPrice = 4.5,
            Quantity = 3,
            Filled = 1,
            CreatedAt = new Timestamp(7),
            ExpiresAt = new Timestamp(8),
        };
        Assert.Equal(
            "{id:\"o\",tag:\"t\",symbol:\"ETHUSDT\",role:\"entry\",side:\"sell\",type:\"limit\",price:5,stop_price:4.5,quantity:3,filled:1,"
                + "status:\"refused\",created_at:7,expires_at:8,code:\"below_min_qty\",text:\"ä \"q\" \n<&>\"}",
            Text(running.Call(new OrderCall(order, "below_min_qty", "ä \"q\" \n<&>") { At = new Timestamp(1) }).Value));
        Assert.Equal("null", Text(running.Call(new OrderCall(Order, null, null) { At = new Timestamp(1) }).Value["code"]));
    }

    [EngineFact]
    public void Ticker_and_market_have_the_fields_of_the_contract()
    {
        using var running = new Running(Engine, "function on_ticker(t, ctx) { return [t, ctx.market, ctx.market_of('BTCUSDT')]; }");
        var view = new ScriptView
        {
            Markets = [new ScriptMarket
            {
                Symbol = Running.Eth,
                Last = 1,
                Mark = 2,
                Index = 3,
                Bid = 4,
                Ask = 5,
                BidSize = 6,
                AskSize = 7,
                FundingRate = -0.001,
                NextFundingTimeMs = 8,
            }],
        };
        var answer = running.Call(new TickerCall(Running.Eth, double.NaN, 10, 11) { At = new Timestamp(12) }, view).Value;
        const string Funding = "funding_rate:-0.001,next_funding_time:8";
        Assert.Equal(
            "{symbol:\"ETHUSDT\",last:1,mark:2,index:3,bid:4,bid_size:6,ask:5,ask_size:7,volume_24h:null,turnover_24h:10,open_interest:11,"
                + Funding + ",time:12}",
            Text(answer.Items[0]));
        Assert.Equal("{symbol:\"ETHUSDT\",last:1,mark:2,index:3,bid:4,ask:5,bid_size:6,ask_size:7," + Funding + "}", Text(answer.Items[1]));
        Assert.Equal(
            "{symbol:\"BTCUSDT\",last:null,mark:null,index:null,bid:null,ask:null,bid_size:null,ask_size:null,funding_rate:null,next_funding_time:null}",
            Text(answer.Items[2]));
    }

    [EngineFact]
    public void Book_of_one_side_has_no_mid()
    {
        using var running = new Running(Engine, "function on_orderbook(b) { return b; }");
        var call = new OrderBookCall(Running.Btc, [], [new BookLevel(2_500_000_000, 1_000_000)]) { At = new Timestamp(5) };
        Assert.Equal("{symbol:\"BTCUSDT\",bids:[],asks:[[2.5,0.001]],mid:null,time:5}", Text(running.Call(call).Value));
    }

    [EngineFact]
    public void Context_has_the_fields_of_the_contract_and_cannot_be_changed()
    {
        Assert.Equal(
            "[\"account\",\"history\",\"instrument\",\"instrument_of\",\"log\",\"market\",\"market_of\",\"now\",\"orders\",\"params\",\"position\","
                + "\"positions\",\"symbol\",\"ta\",\"warming\"]",
            Eval("Object.keys(ctx).sort()"));
        Assert.Equal("[1704067260000,10,\"function\"]", Eval("""
            (function () {
              [function () { ctx.now = 1; }, function () { ctx.params.fast = 1; }, function () { ctx.ta.sma = 1; },
                  function () { ctx.mine = 1; }]
                .forEach(function (f) { try { f(); } catch (e) { } });
              return [ctx.now, ctx.params.fast, typeof ctx.ta.sma];
            }())
            """));
    }

    [EngineFact]
    public void Positions_and_equity_cover_all_symbols()
    {
        var view = Running.Position(100, 2);
        view = view with
        {
            Positions = [.. view.Positions, new ScriptPosition { Symbol = Running.Eth, Side = PositionSide.Short, Size = 10,
                EntryPrice = 50, OpenedAt = new Timestamp(6) }],
            Markets =
            [
                new ScriptMarket { Symbol = Running.Btc, Last = 110, Mark = 111, MarkFollowsLast = false },
                new ScriptMarket { Symbol = Running.Eth, Last = 49 },
            ],
        };
        Assert.Equal("[22,10,1032,900]", Text(Evaluate(
            "[ctx.positions.BTCUSDT.unrealised_pnl, ctx.positions.ETHUSDT.unrealised_pnl, ctx.account.equity, ctx.account.available]",
                view)));
        Assert.Equal("[\"BTCUSDT\",\"ETHUSDT\",true,2]", Text(Evaluate(
            "Object.keys(ctx.positions).concat([ctx.position === ctx.positions.BTCUSDT, ctx.positions.ETHUSDT.profit_percent])", view)));
    }

    [EngineFact]
    public void First_leg_of_a_symbol_is_shown_and_a_flat_one_hides_the_other_but_not_its_profit()
    {
        var two = Running.Position(100, 2);
        two = two with
        {
            Positions = [.. two.Positions, two.Positions[0] with { Side = PositionSide.Short, Size = 1, EntryPrice = 110 }],
        };
        const string Shown = "[ctx.position && ctx.position.side, Object.keys(ctx.positions).length, ctx.account.equity]";
        Assert.Equal("[\"long\",1,1010]", Text(Evaluate(Shown, two)));
        var flat = two with { Positions = [two.Positions[0] with { Size = 0 }, two.Positions[1]] };
        Assert.Equal("[null,0,1010]", Text(Evaluate(Shown, flat)));
    }

    [EngineFact]
    public void Unknown_symbols_intervals_and_counts_are_errors_that_name_the_known()
    {
        string Message(string call) =>
            Eval($"(function () {{ try {{ return {call}; }} catch (e) {{ return e.name + ' ' + e.message; }} }}())");
        Assert.Contains("BTCUSDT ETHUSDT", Message("ctx.market_of('XRPUSDT')"), StringComparison.Ordinal);
        Assert.Contains("BTCUSDT ETHUSDT", Message("ctx.instrument_of('constructor')"), StringComparison.Ordinal);
        Assert.Contains("settings().intervals", Message("ctx.history(1, { interval: '4h' })"), StringComparison.Ordinal);
        Assert.Contains("whole number", Message("ctx.history(-1)"), StringComparison.Ordinal);
        Assert.Contains("whole number", Message("ctx.history(1.5)"), StringComparison.Ordinal);
        Assert.Equal("0", Eval("ctx.history(0).length", 3));
        Assert.Equal("3", Eval("ctx.history().length", 3));
    }

    [EngineFact]
    public void History_is_a_copy_that_the_script_may_change()
    {
        Assert.Equal("[true,2]",
            Eval("(ctx.history(2)[1].close = 5, ctx.history(2).pop(), [ctx.history(1)[0].close === k.close, ctx.history(2).length])", 4));
    }

    [EngineFact]
    public void Texts_of_every_character_cross_unchanged()
    {
        var text = "\0\u0001\"\\'/\u2028\uD83D\uDE00\uD800 \t\n" + new string('ß', 100);
        var literal = string.Concat(text.Select(c => "\\u" + ((int)c).ToString("x4", CultureInfo.InvariantCulture)));
        Assert.Equal(text, Running.Evaluate(Engine, $"'{literal}'").Text);
        Assert.Equal(text, Running.Evaluate(Engine, $"{{ '{literal}': 1 }}").Fields[0].Key);
    }

    [EngineFact]
    public void Numbers_cross_exactly()
    {
        double[] numbers = [double.Epsilon, double.MaxValue, 0.1 + 0.2, -1.0 / 3, 9_007_199_254_740_991, 2.2250738585072014E-308, 1e21,
            123456.789];
        var written = string.Join(",", numbers.Select(n => n.ToString("R", CultureInfo.InvariantCulture)));
        Assert.Equal(numbers, Running.Evaluate(Engine, $"[{written}]").Items.Select(i => i.Number));
    }

    [EngineFact]
    public void Digits_asked_for_are_rounded_from_the_exact_binary_value_and_ties_away_from_zero()
    {
        Assert.Equal("[\"3\",\"-3\",\"1.00\",\"0.13\",\"-0.00\",\"0.00\",\"1000000000000000128\",\"0.10000000000000000555\",\"1e+21\"]", Eval(
            "[(2.5).toFixed(0), (-2.5).toFixed(0), (1.005).toFixed(2), (0.125).toFixed(2), (-0.001).toFixed(2), (-0).toFixed(2), "
                + "(1000000000000000128).toFixed(), (0.1).toFixed(20), (1e21).toFixed(2)]"));
        Assert.Equal("[\"1.23e-7\",\"3\",\"4e+1\",\"1.25\",\"1.00e+21\",\"0.00001\",\"1.0e-7\",\"0.00\",\"0.100000000000000005551\",\"1e+2\"]", Eval(
            "[(1.23456e-7).toPrecision(3), (2.5).toPrecision(1), (35).toPrecision(1), (1.255).toPrecision(3), (1e21).toPrecision(3), "
                + "(0.00001).toPrecision(1), (1e-7).toPrecision(2), (0).toPrecision(3), (0.1).toPrecision(21), (99.9).toPrecision(1)]"));
        Assert.Equal("[\"1.23e+5\",\"0e+0\",\"1.2345678901234566e-7\",\"1.3e+0\",\"-5e-324\",\"Infinity\",\"NaN\"]", Eval(
            "[(123456).toExponential(2), (0).toExponential(), (1.2345678901234567e-7).toExponential(), (1.25).toExponential(1), "
                + "(-5e-324).toExponential(), (Infinity).toExponential(3), (NaN).toPrecision(1)]"));
        Assert.Equal("[\"RangeError\",\"RangeError\",\"RangeError\"]", Eval(
            "['toFixed', 'toPrecision', 'toExponential'].map(function (n) { try { (1)[n](101); } catch (e) { return e.name; } })"));
    }

    [EngineFact]
    public void Number_as_a_text_has_the_fewest_digits_that_read_back_as_the_same_number()
    {
        Assert.Equal("[\"5e-324\",\"1.7976931348623157e+308\",\"123456789012345680000\",\"1e+21\",\"0.000001\",\"1e-7\",\"-1.5\",\"0\",\"-12\"]", Eval(
            "[5e-324, Number.MAX_VALUE, 123456789012345680000, 1e21, 0.000001, 1e-7, -1.5, -0, -12].map(function (x) { return String(x); })"));
        Assert.Equal("[0,\"object\",\"1\",\"\"]", Eval("""
            (function () {
              var bad = 0, e, i, x;
              for (e = -320; e < 308; e++) { for (i = 0; i < 4; i++) { x = (1 + Math.random() * 9) * Math.pow(10, e);
                  if (Number(String(x)) !== x || x.toString().replace(/e.*|[.]/g, '').length > 23) { bad++; } } }
              return [bad, typeof new String(1), String(new String(1)), String()];
            }())
            """));
    }

    /// <summary>Everything that a strategy reaches by name; a name that an engine adds must be judged before it is put here.</summary>
    [EngineFact]
    public void Globals_are_these_and_no_others()
    {
        const string Both = "Array Boolean Date Error EvalError Function Infinity JSON Math NaN Number Object RangeError ReferenceError RegExp "
            + "String SyntaxError TypeError URIError decodeURI decodeURIComponent encodeURI encodeURIComponent isFinite isNaN parseFloat parseInt "
            + "undefined";
        const string Modern = "AggregateError ArrayBuffer BigInt BigInt64Array BigUint64Array DataView Float16Array Float32Array Float64Array "
            + "Int16Array Int32Array Int8Array Iterator Map Proxy Reflect Set Symbol Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap "
            + "WeakSet globalThis";
        using var running = new Running(Engine, "var g = (function () { return this; }()); function on_kline() { return Object.getOwnPropertyNames(g); }");
        var names = running.Klines(Running.Walk(1), 0, 1).Value.Items.Select(i => i.Text).ToList();
        var own = names.Where(n => n.StartsWith('\u0001')).ToList(); // functions of ours that stand for operators under Jint
        Assert.Empty(names.Except(own).Except(Both.Split(' ')).Except(Engine.Name == "jint" ? [] : Modern.Split(' ')));
        Assert.Empty(Both.Split(' ').Except(names));
        Assert.Equal(Engine.Name == "jint" ? 10 : 0, own.Count);
        Assert.Equal("[\"undefined\",\"undefined\",\"undefined\"]", Eval("[typeof buf, typeof host, typeof dispatch]"));
    }

    [EngineFact]
    public void Operators_on_32_bits_wrap_as_the_language_says()
    {
        Assert.Equal("[-5,3,-1,-6,1410065408,-2147483648,0,0]", Eval(
            "[-5 | 0, -5 & 7, -1 ^ 0, ~5, 1e10 | 0, 2147483648 | 0, NaN | 1 & 0, Infinity >>> 0]"));
        Assert.Equal("[4294967291,-3,-40,4294967295,-2147483648,1,13338]",
            Eval("[-5 >>> 0, -5 >> 1, -5 << 3, -1 >>> 32, 1 << 31, 1 << 32, ~~13338.7]"));
        Assert.Equal("[-8,[-1],{a:4294967294}]", Eval(
            "(function () { var x = -5, l = [1], o = { a: -2 }; x &= -8; l[0] |= -1; o.a >>>= 0; return [x, l, o]; }())"));
    }

    [EngineFact]
    public void Parameters_arrive_as_given()
    {
        var values = new KeyValuePair<string, ScriptValue>[]
        {
            new("a", ScriptValue.Of(0.1)), new("b", ScriptValue.Of(-3e-9)), new("c",
                ScriptValue.Of("\"ü\\")), new("d", ScriptValue.Of(false)),
        };
        using var running = new Running(
            Engine, "function on_kline(k, ctx) { return ctx.params; }", environment: _ => Running.Environment with { Parameters = values });
        Assert.Equal("{a:0.1,b:-3E-09,c:\"\"ü\\\",d:false}", Text(running.Klines(Running.Walk(1), 0, 1).Value));
    }

    [EngineFact]
    public void Result_that_is_an_empty_array_null_or_undefined_is_nothing()
    {
        foreach (var nothing in new[] { "[]", "null", "undefined", "" })
        {
            using var running = new Running(Engine,
                $"function on_kline() {{ return {nothing}; }} function on_timer() {{ return {nothing}; }}");
            Assert.Equal(20, running.Klines(Running.Walk(20), 0, 20).Consumed);
            Assert.True(running.Call(new TimerCall { At = new Timestamp(1) }).Value is { IsNothing: true } or { Kind: ScriptValueKind.Array, Items.Count: 0 });
        }

        Assert.Equal("[0,false,\"\"]", Eval("[0, false, '']"));
    }

    [EngineFact]
    public void State_that_is_no_data_or_fails_is_an_error_that_leaves_the_rest()
    {
        using var none = new Running(Engine, "function on_kline() { }");
        Assert.Null(none.OnLane(none.Instance.ExportState).Value);
        Assert.Null(none.OnLane(() => none.Instance.ImportState("{}")));
        using var nothing = new Running(Engine, "function export_state() { }");
        Assert.Null(nothing.OnLane(nothing.Instance.ExportState).Value);
        using var cycle = new Running(Engine, "function export_state() { var o = {}; o.o = o; return o; }");
        Assert.False(cycle.OnLane(cycle.Instance.ExportState).IsOk);
        Assert.Null(cycle.Instance.Fault);
        using var large = new Running(Engine,
            "function on_timer() { return 5; } function export_state() { for (var i = 0, s = 'x'; i < 22; i++) { s += s; } return s; }");
        Assert.Equal("script_state", Assert.Single(large.OnLane(large.Instance.ExportState).Errors).Rule);
        Assert.Equal(5, large.Call(new TimerCall { At = new Timestamp(9) }).Value.Number);
        using var endless = new Running(Engine, "function export_state() { for (;;) { } }", new ScriptLimits());
        Assert.False(endless.OnLane(endless.Instance.ExportState).IsOk);
        Assert.Equal(ScriptFaultKind.Timeout, endless.Instance.Fault?.Kind);
        using var failing = new Running(Engine, "function import_state(s) {\n  throw new Error('no ' + s.x); }");
        var fault = failing.OnLane(() => failing.Instance.ImportState("{\"x\":\"ü\\n\"}"));
        Assert.Equal((2, true), (fault?.Error.Line, fault?.Error.Message.StartsWith("Error: no ü\n", StringComparison.Ordinal)));
    }
}
