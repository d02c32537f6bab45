using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using StrategyHost.Bybit.Rest;
using StrategyHost.Bybit.Wire;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Bybit.Accounts;

/// <summary>
/// Sees to it that what was acknowledged shows, asks where it does not, and has it sent again or refused. An acknowledgement says only
/// that a request was queued.
/// </summary>
internal sealed class RequestFollower(SenderParts parts)
{
    private const int RepeatsMax = 3;
    private readonly ConcurrentDictionary<(Symbol Symbol, PositionIdx Idx), TradingStop> _wanted = [];
    private readonly ConditionalWeakTable<AccountEffect, StrongBox<int>> _repeats = [];

    /// <summary>The request has to be sent again.</summary>
    public required Action<AccountEffect> Again { get; init; }

    /// <summary>The new order was acknowledged and is not to be found.</summary>
    public required Action<DoubtfulOrder> Doubt { get; init; }
    public required Action<AccountEffect, int, string> Refuse { get; init; }

    /// <summary>The request leaves now.</summary>
    public void Note(AccountEffect effect)
    {
        if (effect is SetTradingStop { Wanted: var wanted })
        {
            _wanted[(wanted.Symbol, wanted.PositionIdx)] = wanted;
        }
    }

    public void Follow(AccountEffect effect, long stampMs, CancellationToken cancellation)
    {
        var isShown = parts.Feed.Look(b => Answers.IsShown(b, effect, stampMs));
        if (!isShown)
        {
            parts.Tasks.Add(FollowAsync(effect, stampMs, cancellation));
            return;
        }

        // What was so before the request left was told before it: it is told once more, because silence is no answer.
        parts.Feed.Change(book =>
        {
            if (Answers.Report(book, effect) is { } known && known.At.Ms < stampMs)
            {
                book.Tell(known);
            }
        });
    }

    /// <summary>
    /// A trading-stop in doubt may arrive after the newer one that followed it, and loosen the stop again: when it cannot come any more,
    /// the newest wish is compared with the position once more.
    /// </summary>
    public async Task GuardAsync(SetTradingStop stop, CancellationToken cancellation)
    {
        var fence = TimeSpan.FromMilliseconds(parts.Client.ReceiveWindowMs + parts.Options.FenceMarginMs);
        await Task.Delay(fence, parts.Time, cancellation).ConfigureAwait(false);
        while (await ReadAboutAsync(stop, cancellation).ConfigureAwait(false) is null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(parts.Options.AnswerMs), parts.Time, cancellation).ConfigureAwait(false);
        }

        if (Newest(stop.Wanted) is { } newest && !parts.Feed.Look(b => Answers.IsShown(b, new SetTradingStop(stop.Account, newest), 0)))
        {
            Again(new SetTradingStop(stop.Account, newest));
        }
    }

    /// <summary>What is already so was told before: it is told once more, because silence is no answer.</summary>
    public async Task DoneBeforeAsync(AccountEffect effect, AlreadyDone<EmptyRow> done, CancellationToken cancellation)
    {
        await ReadAboutAsync(effect, cancellation).ConfigureAwait(false);
        if (effect is CancelOrder || !parts.Feed.Look(b => Answers.IsShown(b, effect, 0)))
        {
            Refuse(effect, done.RetCode, done.RetMsg);
            return;
        }

        parts.Feed.Change(book => book.Tell(
            Answers.Report(book, effect) ?? RequestReports.Refusal(effect, done.RetCode, done.RetMsg, parts.Client.ServerNow)));
    }

    /// <summary>"No such order" on a change of one means that it ended, and what it did must be told with the refusal.</summary>
    public async Task GoneAsync(AccountEffect effect, Refused<EmptyRow> refused, CancellationToken cancellation)
    {
        await ReadAboutAsync(effect, cancellation).ConfigureAwait(false);
        Refuse(effect, refused.RetCode, refused.RetMsg);
    }

    private TradingStop? Newest(TradingStop stop) => _wanted.GetValueOrDefault((stop.Symbol, stop.PositionIdx));

    private async Task FollowAsync(AccountEffect effect, long stampMs, CancellationToken cancellation)
    {
        var wait = TimeSpan.FromMilliseconds(parts.Options.AnswerMs);
        while (!await parts.Feed.WaitAsync(b => Answers.IsShown(b, effect, stampMs), wait, parts.Time, cancellation).ConfigureAwait(false))
        {
            if (await ReadAboutAsync(effect, cancellation).ConfigureAwait(false) is not { } isThere)
            {
                continue; // the exchange cannot be asked: wait on
            }

            if (parts.Feed.Look(b => Answers.IsShown(b, effect, stampMs)))
            {
                parts.StreamIsSilent($"it kept back the answer to a {RequestReports.Kind(effect)}");
            }
            else
            {
                NotDone(effect, stampMs, isThere);
            }

            return;
        }
    }

    private void NotDone(AccountEffect effect, long stampMs, bool isThere)
    {
        if (effect is PlaceOrder place)
        {
            Doubt(new DoubtfulOrder(place.Request, stampMs, 0, "acknowledged, but not to be found"));
            return;
        }

        if (effect is SetTradingStop { Wanted: var wanted } && !ReferenceEquals(Newest(wanted), wanted))
        {
            return; // a newer wish of the same position is answered instead
        }

        if (isThere && effect is not AmendOrder && ++_repeats.GetOrCreateValue(effect).Value < RepeatsMax)
        {
            Again(effect);
        }
        else
        {
            Refuse(effect, 0, "acknowledged, but not done");
        }
    }

    // Null: the read failed. Else whether there is such an order or position.
    private async Task<bool?> ReadAboutAsync(AccountEffect effect, CancellationToken cancellation)
    {
        if (effect is not SetTradingStop { Wanted: var wanted })
        {
            var name = new OrderName(RequestWays.SymbolOf(effect), RequestWays.OrderOf(effect), default);
            return await parts.Resolver.LookAsync(name, cancellation).ConfigureAwait(false);
        }

        var result = await parts.Reads.PositionsAsync(wanted.Symbol, cancellation).ConfigureAwait(false);
        if (result is not Ok<List<PositionRow>> { Value: var rows })
        {
            return null;
        }

        parts.Feed.Change(book => rows.ForEach(r => book.TakeOfRest(r, parts.Client.ServerNow)));
        return rows.Exists(r => r.Size > 0 && r.PositionIdx == (int)wanted.PositionIdx);
    }
}
