using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Exchange.Saved;

/// <summary>
/// What must hold in a saved state before an exchange is built of it, so that a damaged one is refused and not run. Each broken rule is
/// one error; <see cref="Error.Field"/> says where.
/// </summary>
internal static class StateCheck
{
    private const int PositionsOfDesk = 3;
    private const string WhatToDo = "put back a copy of the file, or start anew with --fresh, which keeps the old data under another name";

    public static Error Damaged(string field, string value, string problem) => new()
    {
        Field = field,
        Value = value,
        Rule = "state_damaged",
        Message = $"the saved exchange is damaged: {problem}; {WhatToDo}",
    };

    public static Error Newer(string field, int version) => new()
    {
        Field = field,
        Value = $"{version}",
        Rule = "state_newer",
        Message = $"the saved exchange has version {version} and this program reads {ExchangeState.Version}: start the newer program that "
            + "wrote it, or start anew with --fresh, which keeps the old data under another name",
    };

    public static IReadOnlyList<Error> Of(Venue venue, ExchangeState state)
    {
        var errors = new List<Error>();
        Versions(state, errors);
        if (!state.Accounts.Select(a => a.Account).SequenceEqual(state.Markets.Accounts, StringComparer.Ordinal)
            || state.Markets.Accounts.Distinct(StringComparer.Ordinal).Count() != state.Markets.Accounts.Count)
        {
            var names = string.Join(",", state.Markets.Accounts);
            errors.Add(Damaged("markets.accounts", names, "its accounts are not those that it names"));
        }

        foreach (var account in state.Accounts)
        {
            Account(venue, account, errors);
        }

        return errors;
    }

    private static void Versions(ExchangeState state, List<Error> errors)
    {
        foreach (var version in state.Accounts.Select(a => a.Version).Prepend(state.Markets.Version).Distinct())
        {
            if (version != ExchangeState.Version)
            {
                errors.Add(version > ExchangeState.Version
                    ? Newer("version", version)
                    : Damaged("version", $"{version}", "there is no such version"));
            }
        }
    }

    private static void Account(Venue venue, SavedAccount account, List<Error> errors)
    {
        var field = $"accounts[{account.Account}]";
        Check(errors, account.Leverage >= 1, ($"{field}.leverage", account.Leverage), "leverage is below 1");
        Check(errors, account.LinkIdsFirst >= 0, ($"{field}.linkIdsFirst", account.LinkIdsFirst), "a number is below 0");
        var isWhole = account.LinkIds.Count == account.LinkIdsCount;
        Check(errors, isWhole, ($"{field}.linkIdsCount", account.LinkIdsCount), "used ids are missing");
        var symbols = account.Desks.Select(d => d.Symbol).Distinct(StringComparer.Ordinal).Count();
        Check(errors, symbols == account.Desks.Count, ($"{field}.desks", account.Desks.Count), "a symbol is there twice");
        foreach (var desk in account.Desks)
        {
            var at = $"{field}.desks[{desk.Symbol}]";
            var isIdle = desk.Orders.Count == 0 && desk.Positions.All(p => p.Size == 0);
            if (venue.FindMarket(new Symbol(desk.Symbol)) is null && !isIdle)
            {
                errors.Add(NoInstrument(account.Account, desk, at));
            }

            Check(errors, desk.Leverage >= 1, ($"{at}.leverage", desk.Leverage), "leverage is below 1");
            Positions(desk, at, errors);
            Orders(desk, (at, account.OrdersMade), errors);
        }
    }

    private static void Positions(SavedDesk desk, string field, List<Error> errors)
    {
        var isWhole = desk.Positions.Select(p => (int)p.Idx).SequenceEqual(Enumerable.Range(0, PositionsOfDesk));
        Check(errors, isWhole, ($"{field}.positions", desk.Positions.Count), "positions are missing or too many");
        foreach (var position in desk.Positions)
        {
            var at = $"{field}.positions[{position.Idx}]";
            Check(errors, position.Size >= 0, ($"{at}.size", position.Size), "a position's size is below 0");
            Check(errors, position.Trailing.Distance >= 0, ($"{at}.trailing", position.Trailing.Distance), "a distance is below 0");
        }
    }

    private static void Orders(SavedDesk desk, (string Field, long OrderNumber) saved, List<Error> errors)
    {
        var numbers = new HashSet<long>();
        foreach (var order in desk.Orders)
        {
            var at = $"{saved.Field}.orders[{order.Number}]";
            Check(errors, numbers.Add(order.Number), ($"{at}.number", order.Number), "two orders have one number");
            var isCounted = order.Number > 0 && order.Number <= saved.OrderNumber;
            Check(errors, isCounted, ($"{at}.number", order.Number), "an order's number was never given");
            var isFilled = order.Filled >= 0 && order.Filled <= order.Quantity;
            Check(errors, isFilled, ($"{at}.filled", order.Filled), "an order is filled beyond its quantity");
            var waits = order.Stage != SavedStage.Untriggered || order.Trigger is not null;
            Check(errors, waits, ($"{at}.trigger", order.Number), "an order waits for a trigger that it has not");
        }

        foreach (var order in desk.Orders)
        {
            foreach (var link in new[] { order.Sibling, order.AttachedStop, order.AttachedTarget })
            {
                var isThere = link is not { } number || numbers.Contains(number);
                Check(errors, isThere, ($"{saved.Field}.orders[{order.Number}]", link ?? 0), "an order is linked with one that is missing");
            }
        }
    }

    private static void Check(List<Error> errors, bool holds, (string Field, decimal Value) what, string problem)
    {
        if (!holds)
        {
            errors.Add(Damaged(what.Field, FormattableString.Invariant($"{what.Value}"), problem));
        }
    }

    private static Error NoInstrument(string account, SavedDesk desk, string field) => new()
    {
        Field = field,
        Value = desk.Symbol,
        Rule = "state_symbol_missing",
        Message = $"account {account} has a position or orders in {desk.Symbol}, which is not among the symbols of this run: add it to the "
            + "symbols, or start anew with --fresh, which keeps the old data under another name",
    };
}
