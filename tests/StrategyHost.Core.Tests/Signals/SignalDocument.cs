using System.Text;
using StrategyHost.Core.Settings;
using StrategyHost.Core.Signals;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Core.Tests.Signals;

/// <summary>Writes engine/docs/signals.md from the field tables.</summary>
internal static class SignalDocument
{
    private const string Opening = """
        # Signals and settings

        Generated from `SignalFields`, `SettingsFields` and `SignalRules`; do not edit. To rewrite it after a change of a table:
        `STRATEGYHOST_WRITE_GENERATED=1 dotnet test tests/StrategyHost.Core.Tests --filter Generated` (it rewrites the end of
        `strategies/strategyhost.d.ts` too).

        A callback returns nothing, one signal or an array of at most 100 signals; `null` and `undefined` in an array are skipped. A
        signal is an object of the fields below. One with any problem is refused whole, and all its problems are listed; the other
        signals of the array are not affected, unless they have the same `group`. A refused signal reaches `on_order` with a `code` from
        the list at the end.

        - A field that is `undefined` counts as not given. `null` is taken only by protective fields and says "none": the search for
          that kind of protection ends there, and neither `settings()` nor the configuration is asked. With `hold` and `modify` a stop
          of `null` is refused, since a stop only tightens.
        - Numbers may be decimal texts such as `"0.001"`, without exponent. A JavaScript number is read with 15 significant digits, so
          that `0.1 + 0.2` is 0.3; `NaN` and infinities are refused.
        - `_pct` at the end of a name is another spelling of `_percent`, everywhere.
        - Unknown fields are refused; the message names the nearest known one.

        """;

    private const string Rules = """
        ## Rules between fields

        - **Size.** A market or limit `buy` or `sell` needs exactly one of `quantity`, `quantity_usd`, `quantity_percent`,
          `risk_percent`, or, as an exit, `share`; with `reduce_only` it may have none. `stop_market`, `stop_limit` and `trailing_stop`
          may leave the size out too, since against an open position they are exits of all of it; where they would open one they are
          refused later (`missing_quantity`). `close` takes `quantity` or `share`.
        - **`stop_price`** is the trigger with `stop_market` and `stop_limit` (also of `close`) and with `modify`; it is the protective
          stop with market and limit entries and with `hold`. Of `stop_price` (as a protective stop), `stop_loss`, `stop_loss_percent`,
          `stop_loss_atr` at most one is given. A stop entry takes its protective stop from the `stop_loss` fields.
        - **Targets.** At most one of the `take_profit` fields. A ladder has 1 to 20 rungs; `take_profit` takes rungs of any kind,
          `take_profit_percent` and `take_profit_atr` only their own. Shares sum to 100 (0.01 is forgiven, and given to the largest
          rung); if no rung has a share all get equal parts; some with and some without is refused.
        - **Trail.** `trail_percent` or `trail_amount`; `trail_activation` only beside one of them. With type `trailing_stop` they
          describe the order itself and one of them is needed: see [Orders that trail](#orders-that-trail).
        - **Breakeven.** Exactly one of `after_percent` and `after_tp`; `after_tp` beyond the signal's own targets is refused.
        - **Types.** `limit` and `stop_limit` need `price`, others refuse it. `post_only` and `time_in_force: "PostOnly"` need one of
          the two.
        - **`reduce_only`** orders carry no protection, no `flip`, no `scale_in`. `flip` and `scale_in` exclude each other.
        - **`trigger_by` or `working_type`**, not both. `modify` and `cancel` need `order`.
        - `expires_in` and `expires_candles` may stand together, and so may the time exits: the earliest counts.

        ## Orders that trail

        - **Which trail is meant.** With type `trailing_stop` the trail fields are the order's. The position that the entry opens gets its own
          trail from `settings()` or `symbols.S`; `hold` can give it another one.
        - **An entry** waits for the market to turn. A buy rests as a conditional market order at the lowest price since the signal plus the
          distance; the host moves it down with the market and never up, in steps and at the rate of a stop that trails
          ([fills.md](fills.md#orders-that-trail)). An attached stop that is counted from the trigger goes along in the same request; on a
          scale-in it is never looser than the position's. A sell is the same upside down. Quantity and margin are those of the signal's moment.
        - **The turn may come before the order can be moved** (inside a candle, in a jump, while a request is on its way): what rests is taken
          back, and once that is confirmed what has not filled enters at market, with a stop counted from the last price. `on_order` tells of
          both orders. A trail narrower than a tick enters at market at once.
        - **A stop given as a price** ends the way of the trigger where the stop would be too near or on the wrong side. When the market turns
          below it, the entry is made once the price is beyond the stop again.
        - **`trail_activation`**: the order waits for that price (a buy: falls to it) before it begins to trail. Until then the host holds it:
          the exchange knows nothing of it, `ctx.orders` shows it as `pending`, it counts as the one entry of its side, can be modified and
          cancelled, expires, and is dropped when the run ends (`on_order` says `cancelled`, reason `not_activated`).
        - **`modify`** takes `trail_percent` or `trail_amount`, wider or narrower, from the same best price; `stop_price` and a trail of `null`
          are refused (`not_with_type`).
        - **The mirror** has its own order with the same trail; one that is delayed takes over the best price that main has seen, or enters at
          market where main is in already. A reversed mirror leaves the entry out (`trailing_entry_not_reversed`): the turn that main waits for
          is not a turn for the other side.
        - **An exit** of a part of the position is a reduce-only order that trails in the same way, by the best price since the entry. Of all of
          the position it is the position's own trail.

        """;

    public static string Text()
    {
        var text = new StringBuilder(Opening);
        text.Append("\n## Fields of a signal\n\n| Field | Value | With actions | With types | Meaning |\n");
        text.Append("| --- | --- | --- | --- | --- |\n");
        foreach (var field in SignalFields.All)
        {
            var actions = field.Actions == ActionSet.All ? "all" : Names<SignalAction>(field.Allows, SignalFields.Actions);
            var types = field.Types == TypeSet.All ? "all" : Names<SignalType>(field.Allows, SignalFields.Types);
            text.Append($"| `{field.Name}` | {Cell(field.Spec.Expected)} | {actions} | {types} | {Cell(field.Spec.Doc)} |\n");
        }

        Append(text, "### Rungs of `take_profit`", SignalFields.Rung);
        Append(text, "### `breakeven`", SignalFields.Breakeven);
        Append(text, "### `mirror`", SignalFields.Mirror);
        text.Append('\n').Append(Rules);
        Append(text, "## Keys of `settings()`", SettingsFields.All);
        Append(text, "### Entries of `params`", SettingsFields.Parameter);
        text.Append("\n## Codes of refused signals\n\n").Append("| Code | Meaning |\n| --- | --- |\n");
        foreach (var (code, meaning) in SignalRules.All)
        {
            text.Append($"| `{code}` | {Cell(meaning)} |\n");
        }

        text.Append("""

            Further codes come from what the market and the account say: `below_min_qty`, `below_min_notional`, `insufficient_margin`, `risk:…`
            (limits, windows, losses), `not_ready`, `stale_event`, `already_in` (no `scale_in`, no pyramiding left), `beyond_stop` (the entry would
            fill where the position's stop has closed it), `other_side_held` (another strategy holds the other side of a shared symbol),
            `conditional_limit` (the last conditional order is kept for a stop), `nothing_open`, `already_closing`, `no_such_order`,
            `mirror_disabled`, `not_managed`, `trail_too_wide`, `risk_without_stop`, `entry_missed` (it waited for a cancel when the run before ended).

            """);
        return text.ToString().ReplaceLineEndings("\n");
    }

    private static void Append(StringBuilder text, string title, IReadOnlyList<FieldSpec> rows)
    {
        text.Append($"\n{title}\n\n| Field | Value | Meaning |\n| --- | --- | --- |\n");
        foreach (var row in rows)
        {
            text.Append($"| `{row.Name}` | {Cell(row.Expected)} | {Cell(row.Doc)} |\n");
        }
    }

    private static string Names<T>(Func<T, bool> allows, IReadOnlyList<string> names)
        where T : struct, Enum => string.Join(' ', Enum.GetValues<T>().Where(allows).Select(v => names[Convert.ToInt32(v, null)]));

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
