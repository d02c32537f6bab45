using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Kernel.Saved;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Risk;
using StrategyHost.Core.Settings;
using StrategyHost.Core.Strategies;
using StrategyHost.Reliability.Tests.Checks;
using StrategyHost.Reliability.Tests.Faults;
using StrategyHost.Simulation.Exchange;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Reliability.Tests.World;

/// <summary>
/// One simulated run (reliability.md §4): market, exchange, lines, disks and the host in one heap of virtual time. First a phase with
/// faults, checked after everything that happens; then faults stop, and within a minute all must be well. One thread, nothing shared.
/// </summary>
internal sealed class SimWorld
{
    private const decimal StartBalance = 100_000m;
    private const long AuditMs = 5000;
    private const long LivenessMs = 60_000;
    private const long PassingMs = 10_000;
    private const long PublicLagMs = 3;

    /// <summary>Bybit settles funding once an hour at the most (instruments-info fundingInterval, read 2026-07-24).</summary>
    private const long FundingMs = 3_600_000;
    private readonly WorldOptions _options;
    private readonly VirtualTime _time = new();
    private readonly FaultPlan _faults;
    private readonly Markers _markers = new();
    private readonly Story _story;
    private readonly Truth _truth;
    private readonly CoverageWatch _cover;
    private readonly OrderWatch _orders;
    private readonly ExposureWatch _exposure;
    private readonly OrderStateWatch _states = new();
    private readonly SimMarket[] _markets;
    private readonly Dictionary<Symbol, long> _fundedMs = [];
    private readonly Dice _pace;
    private long _safetyMs;
    private readonly SideOfAccount[] _sides;
    private readonly Hands _hands;
    private readonly EntryWatch _entries;
    private readonly Person[] _people;
    private SimHost _host;
    private int _event;
    private long _noMarketUntil;
    private int _crashes;
    private int _boundary;
    private bool _isDown;
    private long _lastTroubleMs = long.MaxValue;

    public SimWorld(WorldOptions options)
    {
        _options = options;
        _faults = new FaultPlan(options.Seed, options.Rates, options.LeftOut);
        var mirrorFaults = options.MirrorRates is { } rates ? new FaultPlan(options.Seed, rates, options.LeftOut) : _faults;
        _story = new Story(options.KeepsTrace)
        {
            Also = Wanted,
            AlsoStepped = input => _cover!.Stepped(input),
        };
        _pace = Dice.Of(options.Seed, "pace");
        _markets = [.. Instruments.All.Take(options.Symbols).Select((x, i) => new SimMarket(x, Instruments.StartPrices[i], options.Seed, _faults)
        {
            Path = options.Path,
        })];
        var accounts = options.Mirror is null ? [AccountId.Main] : new[] { AccountId.Main, AccountId.Mirror };
        _truth = new Truth(options, _time, Instruments.All, accounts.Select(a => new AccountOptions
        {
            Account = a,
            Balance = StartBalance,
            Leverage = options.Leverage,
            PositionMode = a == AccountId.Main ? options.Mode : PositionMode.OneWay,
        }));
        _sides = [.. accounts.Select(a => new SideOfAccount(a, options, _time, a == AccountId.Main ? _faults : mirrorFaults))];
        _cover = new CoverageWatch(options, _time, _truth, a => Side(a).Trouble, _markers);
        _orders = new OrderWatch(_truth, a => Side(a).Disk)
        {
            CountsStops = options.Switches.CountTpslInConditionalLimit,
            MayGoUnwritten = a => Side(a).IsJournalDown || Side(a).RawDisk.IsFailing,
        };
        _exposure = new ExposureWatch(_truth, options.MaxLeverage);
        _hands = new Hands(options, _truth, _time);
        _entries = new EntryWatch(_markers);
        _people = [.. accounts.Select(a => new Person(a, options, a == AccountId.Main ? options.People : options.MirrorPeople))];
        _truth.Happened = (request, reports) =>
        {
            _orders.Happened(request, reports);
            _exposure.Happened(request);
            _cover.Happened(request, reports);
        };
        _truth.Said = (account, told) => Side(account).Line!.Stream.Say(told);
        Array.ForEach(_sides, s => s.Trouble.IsStalled = () => _host!.IsStalled);
        _host = NewHost();
    }

    public EngineKernel Kernel => _host.Kernel;

    public static RunResult Run(WorldOptions options) => new SimWorld(options).Run();

    private SideOfAccount Side(AccountId account) => account == AccountId.Main ? _sides[0] : _sides[1];

    private RunResult Run()
    {
        string? broken = null;
        var text = "";
        try
        {
            Begin();
            Play();
            Calm();
        }
        catch (InvariantBroken problem)
        {
            (broken, text) = (problem.Id, problem.Message);
        }
#pragma warning disable CA1031 // Whatever the product throws is what the run was made to find.
        catch (Exception bug)
#pragma warning restore CA1031
        {
            (broken, text) = ("bug", bug.ToString());
        }

        return new RunResult
        {
            Options = _options,
            Broken = broken,
            Text = text,
            AtMs = _time.NowMs - VirtualTime.StartMs,
            Event = _event,
            Steps = _story.Steps,
            Hash = _story.Hash,
            Markers = _markers,
            Strikes = [.. Plans.SelectMany(p => p.Strikes)],
            Struck = [.. Enumerable.Range(0, _faults.Struck.Count).Select(k => Plans.Sum(p => p.Struck[k]))],
            Crashes = _crashes,
            Boundaries = _boundary,
            Story = _story.Lines,
            MainTrace = _story.Main,
            SafetyMs = _safetyMs,
        };
    }

    private IEnumerable<FaultPlan> Plans => _sides.Select(s => s.Faults).Prepend(_faults).Distinct();

    private void Begin()
    {
        _host.Post(at => new Started { At = at });
        Tap();
        _host.Post(at => new ReadinessChanged(null, null, "Public", true, "there") { At = at });
        Next();
    }

    /// <summary>Connects the lines of a new host.</summary>
    private void Tap()
    {
        foreach (var side in _sides)
        {
            side.Line!.Stream.Open();
            _host.Ways[side.Account].AskSnapshot();
        }
    }

    private void Play()
    {
        while (_event < _options.Events && _time.Next(long.MaxValue))
        {
            _cover.Tick();
        }
    }

    private void Calm()
    {
        _safetyMs = _time.NowMs;
        foreach (var plan in Plans)
        {
            plan.IsOn = false;
        }

        Array.ForEach(_markets, m => m.IsCalm = true);
        _lastTroubleMs = _time.NowMs;
        do
        {
            while (_isDown) // a sweep's death may come as late as here
            {
                _time.Next(long.MaxValue);
            }

            _host.IsQuiet = true;
            _lastTroubleMs = _time.NowMs;
            while (_time.Next(Math.Max(_lastTroubleMs, _sides.Max(s => s.Trouble.BannedUntil)) + LivenessMs))
            {
                _cover.Tick();
            }
        }
        while (_isDown);

        for (var end = _time.NowMs + PassingMs; !IsQuiescent && _time.Next(end);)
        {
            _cover.Tick(); // something is always on its way at some moment
        }

        if (_sides.FirstOrDefault(s => !s.Line!.IsIdle) is { } busy)
        {
            throw new InvariantBroken("I-24", $"{busy.Account} is not quiet a minute after the last fault");
        }

        new QuiescentChecks(_options, _truth, _cover).Check(_host.Kernel, a => Side(a).Disk.Durable);
        EntryWatch.Quiescent(_host.Kernel, _story.At);
        _markers.Hit("quiescent");
    }

    private bool IsQuiescent => _host.IsIdle && Array.TrueForAll(_sides, s => s.Line!.IsIdle && s.RawDisk.IsIdle);

    /// <summary>One market event, and when the next is.</summary>
    private void Next() => _time.After(_pace.Int(1, _options.PaceMs), Rank.Market, () =>
    {
        _event++;
        var market = _markets[_event % _markets.Length];
        Trouble(market);
        var trades = market.Next(_time.NowMs);
        var isBook = _options.Fill == FillModel.Book;
        _truth.Do(e =>
        {
            if (isBook)
            {
                e.OnBook(market.Symbol, market.Book, _time.NowMs);
            }

            e.OnTrade(market.Symbol, _time.NowMs, trades.Price[0], trades.Size[0], trades.Side[0]);
            if (MayFund(e, market.Symbol) && _faults.Hits(FaultKind.Funding, market.Symbol.Name))
            {
                _fundedMs[market.Symbol] = _time.NowMs;
                e.OnFunding(market.Symbol, 0.0001m * ((_event % 5) - 2), _time.NowMs);
            }
        });
        Feed(market, trades);
        Next();
    });

    /// <summary>While main has a position, so that the one of the hour is felt; the mirror has no say in what main meets (I-12).</summary>
    private bool MayFund(SimulatedExchange exchange, Symbol symbol) => _time.NowMs - _fundedMs.GetValueOrDefault(symbol) >= FundingMs
        && exchange.Positions(AccountId.Main).Any(p => p.Symbol == symbol);

    private void Trouble(SimMarket market)
    {
        foreach (var side in _sides)
        {
            side.Trouble.Look();
            _hands.Look(side.Account, market, side.Faults);
        }

        Array.ForEach(_people, p => p.Look(_host, market));
        if (_faults.Hits(FaultKind.ClockStep, "host"))
        {
            _time.HostOffsetMs += _pace.Int(-5000, 5000);
        }

        if (_time.NowMs >= _noMarketUntil && _faults.Hits(FaultKind.MarketGap, "public"))
        {
            _noMarketUntil = _time.NowMs + _pace.Int(500, 20_000);
            var host = _host;
            host.Post(at => new ReadinessChanged(null, null, "Public", false, "the market stream broke") { At = at });
            _time.At(_noMarketUntil, Rank.Market, () =>
                _host.Post(at => new ReadinessChanged(null, null, "Public", true, "it is back") { At = at }));
        }
    }

    private void Feed(SimMarket market, TradeBlock trades)
    {
        if (_time.NowMs < _noMarketUntil)
        {
            return;
        }

        var book = market.Book;
        var hasBook = _event % 7 == 0;
        var mark = _event % 11 == 0 ? market.Last : (Price?)null;
        _time.After(PublicLagMs, Rank.Market, () => _host.Post(at =>
        {
            var inputs = new List<EngineInput>();
            if (hasBook)
            {
                inputs.Add(new BookChanged(market.Symbol, book.Bids, book.Asks) { At = at });
            }

            inputs.Add(new TradesPrinted(trades, 0, 1) { At = at });
            if (mark is { } price)
            {
                inputs.Add(new MarkChanged(market.Symbol, price, null, null, null) { At = at });
            }

            return inputs;
        }));
    }

    private SimHost NewHost()
    {
        var host = new SimHost(_options, Setup(), _time, _faults, (_story, _crashes))
        {
            Disks = _sides.ToDictionary(s => s.Account, s => s.Disk),
            Boundary = Boundary,
        };
        foreach (var side in _sides)
        {
            side.Connect(host, new SideParts(_options, _time, _truth, Sent, _markers)
            {
                Say = _options.KeepsTrace ? text => _story.Say(_time.NowMs, "  " + text) : null,
                Boundary = Boundary,
                ClosedUnknown = a => _cover.ClosedUnknown.Add(a),
            });
        }

        return host;
    }

    private void Wanted(Effect effect)
    {
        PanicWatch.Look(effect, _cover, _time.NowMs);
        _states.Look(effect);
        _orders.Wanted(effect);
        _entries.Look(effect, _host.Kernel, _story.At);
        if (effect is SetTradingStop stop)
        {
            _cover.Wanted(stop, _host.Kernel.Accounts.First(a => a.Account == stop.Account).Plans);
        }
        else if (effect is CancelOrder or AmendOrder)
        {
            _cover.Wanted((AccountEffect)effect);
        }
        else if (effect is Alert { Code: "stray_order" })
        {
            _markers.Hit("recover.stray_order");
        }
    }

    private void Sent(AccountEffect request)
    {
        if (request is PlaceOrder { Request: { ReduceOnly: false } entry } && Side(request.Account).IsRecovering)
        {
            throw new InvariantBroken("I-18", $"{request.Account} {entry.ClientOrderId} entered before the account was recovered");
        }

        _orders.Sent(request);
        if (request is PlaceOrder place && !_cover.TouchedByOthers.Contains(request.Account))
        {
            _exposure.Sent(place, _host.Kernel.Accounts.First(a => a.Account == request.Account));
        }

        _cover.Sent(request);
    }

    /// <summary>Between two effects, the host may die here; true: it has.</summary>
    private bool Boundary(string where)
    {
        _boundary++;
        if (_isDown)
        {
            return true;
        }

        if (!_options.CrashAt.Contains(_boundary) && !_faults.Hits(FaultKind.Crash, where))
        {
            return false;
        }

        _markers.Hit($"crash.{where}" + (Array.Exists(_sides, s => s.IsRecovering) ? "_while_recovering" : ""));
        Die();
        return true;
    }

    private void Die()
    {
        _crashes++;
        _isDown = true;
        _host.Die();
        _states.Restarted();
        var wait = Dice.Of(_options.Seed, $"down/{_crashes}").LogUniform(1, 120_000);
        _story.Say(_time.NowMs, $"  THE HOST DIES, for {wait:F0} ms");
        foreach (var side in _sides)
        {
            side.Line!.Die();
            side.RawDisk.Crash();
            side.Trouble.Unknown();
        }

        _time.After((long)wait, Rank.Due, Restart);
    }

    /// <summary>The next life: journal, state, exchange, in this order (reliability.md §5.5).</summary>
    private void Restart()
    {
        _isDown = false;
        var isCalm = _lastTroubleMs != long.MaxValue;
        _lastTroubleMs = isCalm ? _time.NowMs : _lastTroubleMs; // dying begins the minute anew
        _markers.Hit("recover.began");
        var memories = _sides.ToDictionary(s => s.Account, s => _options.Seams.Memory(s.Disk.Durable));
        var host = _host = NewHost();
        var saved = new SavedEngine
        {
            Accounts = [.. memories.Values.Select(m => m.Account).OfType<SavedAccount>()],
            Plans = [.. memories.Values.SelectMany(m => m.Plans)],
        };
        foreach (var lost in _options.Seams.Restore(host.Engine, saved))
        {
            _markers.Hit($"recover.{lost.Code}");
        }

        RestoreCheck.Check(saved, host.Kernel);
        _entries.Restarted(host.Kernel, _story.At);

        Array.ForEach(_sides, s => s.Disk.Append(default, new Lives(_crashes))); // before anything of the new life
        foreach (var side in _sides)
        {
            side.IsRecovering = true;
            var account = side.Account;
            host.Post(at => new ReadinessChanged(account, null, "recovery", false, "it is not known what happened meanwhile") { At = at });
        }

        host.IsQuiet = isCalm;
        host.Shown = account => Recovered(host, account, memories[account]);
        host.Post(at => new Started { At = at });
        foreach (var side in _sides)
        {
            _options.Seams.Resume(side.Line!, memories[side.Account]);
        }

        Tap();
    }

    /// <summary>The first whole picture has come, and before it all that was missed.</summary>
    private void Recovered(SimHost host, AccountId account, Memory memory)
    {
        var side = Side(account);
        if (!side.IsRecovering || host != _host)
        {
            return;
        }

        side.IsRecovering = false;
        side.Trouble.Recovered();
        _markers.Hit("recover.done");
        host.Post(at => new ReadinessChanged(account, null, "recovery", true, "recovered") { At = at });
        var known = memory.Plans.SelectMany(p => p.Orders).Select(o => o.Order.Request.ClientOrderId.Value ?? "").ToHashSet(StringComparer.Ordinal);
        foreach (var order in side.Line!.Book.OpenOrders.ToArray())
        {
            var id = order.ClientOrderId.Value ?? "";
            if (OrderTag.TryRead(id, out var tag) && tag.Role == OrderRole.Entry && !known.Contains(id)
                && tag.Installation != Setup().Installation)
            {
                _markers.Hit("recover.unknown_entry");
                var cancel = new CancelOrder(account, order.Symbol, order.ClientOrderId);
                host.Ways[account].Send(cancel, new JournalStamp(0, 1, order.At));
            }
        }
    }

    private EngineOptions Setup() => new()
    {
        Main = new AccountSetup
        {
            Account = AccountId.Main,
            StartBalance = StartBalance,
            PositionMode = _options.Mode,
            Leverage = _options.Leverage,
        },
        Mirror = _options.Mirror is null ? null : new AccountSetup
        {
            Account = AccountId.Mirror,
            StartBalance = StartBalance,
            Leverage = _options.Leverage,
        },
        MirrorSettings = _options.Mirror ?? new MirrorSettings(),
        Strategies = [.. Enumerable.Range(0, _options.Strategies).Select(Strategy)],
        Instruments = Instruments.All,
        Risk = (_options.Risk ?? new RiskSettings()) with { MaxLeverage = _options.MaxLeverage },
        MirrorRisk = _options.MirrorRisk is { } own ? own with { MaxLeverage = _options.MaxLeverage } : null,
        AuditMs = AuditMs,
        ForeignPositions = _options.Foreign,
        SavesState = true,
        Installation = _crashes.ToString("D4", System.Globalization.CultureInfo.InvariantCulture), // each life its own (ADR 20)
    };

    private StrategySetup Strategy(int index) => new()
    {
        Strategy = new StrategyId($"s{index}"),
        Settings = new StrategySettings { Pyramiding = index % 2, Approach = (Approach)(Dice.Of(_options.Seed, "approach").Int(0, 5) % 3) },
        Symbols = _options.SharesSymbols ? [.. _markets.Select(m => m.Symbol)]
            : [.. _markets.Where((_, i) => i % _options.Strategies == index).Select(m => m.Symbol)],
        Callbacks = ScriptCallbacks.Trade | ScriptCallbacks.Fill | ScriptCallbacks.Order,
        ScriptSha256 = "",
    };
}
