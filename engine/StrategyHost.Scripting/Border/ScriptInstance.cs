using System.Diagnostics;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Scripting.Border;

/// <summary>
/// The port's instance over either engine: writes calls into the buffer, crosses the border, reads answers.
/// <list type="number">
/// <item>A run crosses in pieces of at most <see cref="RowsMax"/> rows within one chunk; the pieces do not show in the result.</item>
/// <item>The view is copied only when its reference changed.</item>
/// <item>After a fault no call reaches the script.</item>
/// </list>
/// </summary>
internal sealed class ScriptInstance : IScriptInstance, IScriptConsole
{
    /// <summary>Keeps one crossing far below the time limit, which is meant for one call of the script, and costs 2–3 ns per row.</summary>
    private const int RowsMax = 512;

    private readonly IScriptVm _vm;
    private readonly VmHost _host;
    private readonly ScriptLimits _limits;
    private readonly string _file;
    private readonly ValueReader _reader = new();
    private readonly ColumnWriter _columns = new();
    private readonly SymbolTable _table;
    private readonly MemoryCheck _memory;
    private ScriptView? _view;
    private int _viewVersion;
    private int _rowsNext = 16;

    private ScriptInstance(IScriptVm vm, VmHost host, ScriptLimits limits, string file)
    {
        _vm = vm;
        _host = host;
        _limits = limits;
        _file = file;
        _table = new SymbolTable(Define);
        _memory = new MemoryCheck(vm, limits);
    }

    public ScriptValue Settings { get; private set; }
    public ScriptCallbacks Callbacks { get; private set; }
    public string Sha256 { get; private set; } = "";
    public ScriptFault? Fault { get; private set; }

    /// <summary>Runs the script's top level and settings. The caller disposes the machine when this fails.</summary>
    public static Result<IScriptInstance> Start(IScriptVm vm, VmHost host, ScriptLimits limits, string file)
    {
        var instance = new ScriptInstance(vm, host, limits, file);
        if (instance.Cross(Operation.Start).Fault is { } fault)
        {
            return host.Modules.SyntaxError ?? fault.Error;
        }

        host.Modules.Closed = true;
        instance.Settings = instance._reader.Read(vm.Numbers, 0, null, out _);
        instance.Callbacks = CallbacksOf((int)vm.Numbers[BorderLayout.Callbacks]);
        instance.Sha256 = host.Modules.Sha256();
        return Result<IScriptInstance>.Ok(instance);
    }

    public void Configure(ScriptEnvironment environment)
    {
        _table.Configure(environment);
        _host.Payload = Payloads.Environment(environment);
        if (Cross(Operation.Configure).Fault is { } fault)
        {
            throw new InvalidOperationException("the prelude refused its configuration: " + fault.Error);
        }
    }

    public ScriptAnswer Call(ScriptCall call, ScriptView view)
    {
        if (Fault is not null)
        {
            throw new InvalidOperationException("a faulted script instance was called; load a new one");
        }

        Show(view);
        return call switch
        {
            KlineRun run => Rows(Candles(run)),
            TradeRun run =>
                Callbacks.HasFlag(ScriptCallbacks.Trade) ? Rows(Trades(run)) : new ScriptAnswer { Consumed = run.To - run.From },
            KlineUpdateCall update => Update(update),
            OrderBookCall book => Book(book),
            TickerCall ticker => Ticker(ticker),
            FillCall fill => Callbacks.HasFlag(ScriptCallbacks.Fill)
                ? Words(Operation.Fill, call, fill.Fill.Symbol, Payloads.Fill(fill.Fill)) : ScriptAnswer.Nothing,
            OrderCall order => Callbacks.HasFlag(ScriptCallbacks.Order)
                ? Words(Operation.Order, call, order.Order.Symbol, Payloads.Order(order)) : ScriptAnswer.Nothing,
            TimerCall => Plain(Operation.Timer, ScriptCallbacks.Timer, call),
            StartCall => Plain(Operation.OnStart, ScriptCallbacks.Start, call),
            StopCall => Plain(Operation.OnStop, ScriptCallbacks.Stop, call),
            _ => throw new UnreachableException(call.ToString()),
        };
    }

    public Result<string?> ExportState()
    {
        if (Fault is not null || !Callbacks.HasFlag(ScriptCallbacks.ExportState))
        {
            return Result<string?>.Ok(null);
        }

        var (text, fault) = Cross(Operation.ExportState);
        if (fault is { Kind: ScriptFaultKind.Script })
        {
            Fault = null; // it threw: nothing of it was cut off in the middle, and its trading does not depend on this
        }
        else if (fault is null && text?.Length > ScriptLimits.StateCharactersMax)
        {
            fault = ScriptFaults.State(_file, text.Length, ScriptLimits.StateCharactersMax);
        }

        return fault is null ? Result<string?>.Ok(text) : Result<string?>.Failed(fault.Error);
    }

    public ScriptFault? ImportState(string json)
    {
        if (Fault is not null || !Callbacks.HasFlag(ScriptCallbacks.ImportState))
        {
            return null;
        }

        _host.Payload = json;
        return Cross(Operation.ImportState).Fault;
    }

    public ConsoleAnswer Evaluate(string expression, ScriptView view)
    {
        if (Fault is not null)
        {
            return new ConsoleAnswer(null, Fault.Error, []);
        }

        Show(view);
        _host.Expression = expression;
        var (text, fault) = Cross(Operation.Evaluate);
        var error = fault is null ? null : _host.Modules.SyntaxError ?? fault.Error;
        _host.Modules.SyntaxError = null;
        if (fault is { Kind: ScriptFaultKind.Script or ScriptFaultKind.Recursion })
        {
            Fault = null; // the expression threw, and nothing of the script was cut off in its middle
        }

        var logs = new List<ScriptLog>();
        if (Fault is null)
        {
            _vm.Numbers[BorderLayout.Operation] = (int)Operation.Drain;
            if (_vm.Dispatch().Fault is null)
            {
                _reader.Read(_vm.Numbers, 0, logs, out _);
            }
        }

        return new ConsoleAnswer(text, error, [.. logs.Select(l => l.Text)]);
    }

    public void Dispose() => _vm.Dispose();

    private void Show(ScriptView view)
    {
        if (ReferenceEquals(view, _view))
        {
            return;
        }

        foreach (var position in view.Positions)
        {
            _table.Symbol(position.Symbol);
        }

        ViewWriter.Write(_vm.Numbers, view, _table.Symbol);
        _view = view;
        _host.View = view;
        _vm.Numbers[BorderLayout.ViewVersion] = ++_viewVersion;
    }

    private RowRun Candles(KlineRun run)
    {
        var isQuiet = !run.Callback || !Callbacks.HasFlag(ScriptCallbacks.Kline);
        return new RowRun
        {
            Operation = Operation.KlineRun,
            Subject = _table.Series(run.Block.Symbol, run.Block.Interval),
            Klines = run.Block,
            From = run.From,
            To = run.To,
            Shift = run.From < run.Block.Count ? run.At.Ms - run.Block.Start[run.From] : 0,
            Stops = isQuiet ? null : run.Stops,
            Flags = (run.Warming ? BorderLayout.FlagWarming : 0) | (run.Late ? BorderLayout.FlagLate : 0)
                | (isQuiet ? 0 : BorderLayout.FlagCallback) | (run.InHistory ? BorderLayout.FlagInHistory : 0),
        };
    }

    private RowRun Trades(TradeRun run) => new()
    {
        Operation = Operation.TradeRun,
        Subject = _table.Symbol(run.Block.Symbol),
        Trades = run.Block,
        From = run.From,
        To = run.To,
        Shift = run.From < run.Block.Count ? run.At.Ms - run.Block.Time[run.From] : 0,
        Stops = run.Stops,
    };

    private ScriptAnswer Rows(RowRun run)
    {
        List<ScriptLog>? logs = null;
        var at = run.From;
        while (at < run.To)
        {
            var end = Math.Min(Math.Min(run.To, at + _rowsNext), ((at / BorderLayout.ChunkRows) + 1) * BorderLayout.ChunkRows);
            Prepare(run, at, end);
            var (_, fault) = Cross(run.Operation, end - at);
            var consumed = (int)_vm.Numbers[BorderLayout.Consumed];
            var value = Value(fault, at - run.From, ref logs);
            at += consumed;
            if (fault is not null || !value.IsNothing)
            {
                return new ScriptAnswer { Consumed = at - run.From, Value = value, Fault = fault, Logs = logs ?? [] };
            }
        }

        return new ScriptAnswer { Consumed = run.To - run.From, Logs = logs ?? [] };
    }

    private void Prepare(RowRun run, int from, int to)
    {
        var numbers = _vm.Numbers;
        numbers[BorderLayout.ColumnBase] = run.Klines is { } klines
            ? _columns.Klines(numbers, run.Subject, klines, from, to)
            : _columns.Trades(numbers, run.Subject, run.Trades!, from, to); // a run has one of the two blocks
        numbers[BorderLayout.Subject] = run.Subject;
        numbers[BorderLayout.At] = run.Shift;
        numbers[BorderLayout.Rows] = to - from;
        numbers[BorderLayout.Stride] = BorderLayout.ChunkRows;
        numbers[BorderLayout.Flags] = run.Flags | (run.Stops is null ? 0 : BorderLayout.FlagStops);
        numbers[BorderLayout.Consumed] = 0;
        run.Stops?.AsSpan(from - run.From, to - from).CopyTo(numbers[BorderLayout.Stops..]);
    }

    private ScriptAnswer Update(KlineUpdateCall call)
    {
        if (!Callbacks.HasFlag(ScriptCallbacks.Kline))
        {
            return ScriptAnswer.Nothing;
        }

        var arguments = Header(call, _table.Series(call.Symbol, call.Interval));
        arguments[0] = call.Kline.Start;
        arguments[1] = (double)call.Kline.Open / FixedPoint.Scale;
        arguments[2] = (double)call.Kline.High / FixedPoint.Scale;
        arguments[3] = (double)call.Kline.Low / FixedPoint.Scale;
        arguments[4] = (double)call.Kline.Close / FixedPoint.Scale;
        arguments[5] = (double)call.Kline.Volume / FixedPoint.Scale;
        arguments[6] = call.Kline.Turnover;
        return Single(Operation.KlineUpdate);
    }

    private ScriptAnswer Book(OrderBookCall call)
    {
        if (!Callbacks.HasFlag(ScriptCallbacks.OrderBook))
        {
            return ScriptAnswer.Nothing;
        }

        var arguments = Header(call, _table.Symbol(call.Symbol));
        var bids = Math.Min(call.Bids.Count, BorderLayout.BookLevelsMax);
        var asks = Math.Min(call.Asks.Count, BorderLayout.BookLevelsMax);
        arguments[0] = bids;
        arguments[1] = asks;
        Levels(_vm.Numbers[BorderLayout.Book..], call.Bids, bids);
        Levels(_vm.Numbers[(BorderLayout.Book + (2 * bids))..], call.Asks, asks);
        return Single(Operation.OrderBook);
    }

    private static void Levels(Span<double> cells, IReadOnlyList<BookLevel> levels, int count)
    {
        for (var i = 0; i < count; i++)
        {
            cells[2 * i] = (double)levels[i].Price / FixedPoint.Scale;
            cells[(2 * i) + 1] = (double)levels[i].Size / FixedPoint.Scale;
        }
    }

    private ScriptAnswer Ticker(TickerCall call)
    {
        if (!Callbacks.HasFlag(ScriptCallbacks.Ticker))
        {
            return ScriptAnswer.Nothing;
        }

        var arguments = Header(call, _table.Symbol(call.Symbol));
        arguments[0] = call.Volume24h;
        arguments[1] = call.Turnover24h;
        arguments[2] = call.OpenInterest;
        return Single(Operation.Ticker);
    }

    private ScriptAnswer Words(Operation operation, ScriptCall call, Symbol symbol, string payload)
    {
        Header(call, _table.Symbol(symbol));
        _host.Payload = payload;
        return Single(operation);
    }

    private ScriptAnswer Plain(Operation operation, ScriptCallbacks callback, ScriptCall call)
    {
        if (!Callbacks.HasFlag(callback))
        {
            return ScriptAnswer.Nothing;
        }

        Header(call, -1);
        return Single(operation);
    }

    private Span<double> Header(ScriptCall call, int subject)
    {
        var numbers = _vm.Numbers;
        numbers[BorderLayout.At] = call.At.Ms;
        numbers[BorderLayout.Subject] = subject;
        numbers[BorderLayout.Flags] = 0;
        return numbers[BorderLayout.Arguments..];
    }

    private ScriptAnswer Single(Operation operation)
    {
        List<ScriptLog>? logs = null;
        var (_, fault) = Cross(operation);
        var value = Value(fault, 0, ref logs);
        return fault is null && value.IsNothing && logs is null
            ? ScriptAnswer.Nothing : new ScriptAnswer { Value = value, Fault = fault, Logs = logs ?? [] };
    }

    /// <summary>The answer in the buffer; after an error of the script only its logs.</summary>
    private ScriptValue Value(ScriptFault? fault, int rowOffset, ref List<ScriptLog>? logs)
    {
        if (fault is not null)
        {
            if (fault.Kind != ScriptFaultKind.Script)
            {
                return ScriptValue.Undefined;
            }

            _vm.Numbers[BorderLayout.Operation] = (int)Operation.Drain;
            if (_vm.Dispatch().Fault is not null)
            {
                return ScriptValue.Undefined;
            }
        }

        var value = _reader.Read(_vm.Numbers, rowOffset, logs ??= [], out _);
        logs = logs.Count == 0 ? null : logs;
        return fault is null ? value : ScriptValue.Undefined;
    }

    private VmReturn Cross(Operation operation, int rows = 0)
    {
        _vm.Numbers[BorderLayout.Operation] = (int)operation;
        var began = Stopwatch.GetTimestamp();
        var result = _vm.Dispatch();
        var ms = (Stopwatch.GetTimestamp() - began) * 1000.0 / Stopwatch.Frequency;
        if (rows > 0)
        {
            Pace(ms, rows);
        }

        if (result.Fault is null && _memory.IsOver(ms))
        {
            result = new VmReturn(null, ScriptFaults.Memory(_limits, _file));
        }

        Fault ??= result.Fault;
        return result;
    }

    /// <summary>
    /// Doubles the rows of the next crossing while a full one takes under 2 % of the time limit, and backs off above 10 %.
    /// </summary>
    private void Pace(double ms, int rows)
    {
        if (ms > _limits.TimeLimitMs * 0.1)
        {
            _rowsNext = Math.Max(1, _rowsNext / 8);
        }
        else if (rows == _rowsNext && _rowsNext < RowsMax && ms < _limits.TimeLimitMs * 0.02)
        {
            _rowsNext *= 2;
        }
    }

    private void Define(Operation operation, string payload)
    {
        _host.Payload = payload;
        if (Cross(operation).Fault is { } fault)
        {
            throw new InvalidOperationException("the prelude refused a definition: " + fault.Error);
        }
    }

    /// <summary>The prelude counts callbacks in its own order; the port's flags have theirs.</summary>
    private static ScriptCallbacks CallbacksOf(int bits)
    {
        ReadOnlySpan<ScriptCallbacks> order =
        [
            ScriptCallbacks.Kline, ScriptCallbacks.OrderBook, ScriptCallbacks.Ticker, ScriptCallbacks.Trade, ScriptCallbacks.Fill,
            ScriptCallbacks.Order, ScriptCallbacks.Timer, ScriptCallbacks.Start, ScriptCallbacks.Stop, ScriptCallbacks.ExportState,
            ScriptCallbacks.ImportState, ScriptCallbacks.Settings,
        ];
        var callbacks = ScriptCallbacks.None;
        for (var i = 0; i < order.Length; i++)
        {
            callbacks |= (bits & (1 << i)) != 0 ? order[i] : ScriptCallbacks.None;
        }

        return callbacks;
    }

    /// <summary>A run of rows in either kind of block.</summary>
    private readonly record struct RowRun
    {
        public required Operation Operation { get; init; }
        public required int Subject { get; init; }
        public required int From { get; init; }
        public required int To { get; init; }
        public required double Shift { get; init; }
        public KlineBlock? Klines { get; init; }
        public TradeBlock? Trades { get; init; }
        public double[]? Stops { get; init; }
        public int Flags { get; init; }
    }
}
