using static StrategyHost.Bybit.Rest.ErrorClass;
using static StrategyHost.Bybit.Rest.RequestOutcome;

namespace StrategyHost.Bybit.Rest;

/// <summary>
/// The rows of <see cref="ErrorTable"/> whose meaning does not depend on the request. Where the exchange's page and operating experience
/// disagree the more careful reading stands: 10014 and 110072 say that an earlier attempt was taken.
/// </summary>
internal static class ErrorCodes
{
    public static IEnumerable<ErrorAdvice> All() => [.. Retry, .. Resolve, .. AlreadyThere, .. Stop, .. Refused];

    private static ErrorAdvice[] Retry =>
    [
        new(-1, Retryable, Unknown, "Expired in the queue: sign anew and send with the same orderLinkId."),
        new(10002, Retryable, NotAccepted, "Timestamp outside the window: measure the clock offset, then send once more."),
        new(10006, Retryable, NotAccepted, "Rate limit of this account: wait for the reset header, or a second with jitter."),
        new(10403, Retryable, NotAccepted, "Rate limit of this address on the trade stream: throttle."),
        new(20003, Retryable, NotAccepted, "Too frequent in this session: throttle."),
        new(40004, Retryable, Unknown, "The order changed meanwhile: read it, then decide."),
        new(110005, Retryable, NotAccepted, "Position is being liquidated or reduced: wait and read it again."),
        new(110035, Retryable, NotAccepted, "A cancel is not finished before liquidation: wait."),
        new(110063, Retryable, NotAccepted, "Settlement in progress: wait and try again slowly."),
        new(110066, Retryable, NotAccepted, "Trading is not allowed now: wait; stop the symbol when it lasts."),
        new(110079, Retryable, Unknown, "The order is in processing: read it again after 100 to 500 ms."),
        new(110118, Retryable, NotAccepted, "No market price, the book is too thin: quote again later."),
    ];

    private static ErrorAdvice[] Resolve =>
    [
        new(429, Ambiguous, Unknown, "Trading service overloaded: resolve, then retry."),
        new(10000, Ambiguous, Unknown, "Server timeout: resolve by orderLinkId."),
        new(10016, Ambiguous, Unknown, "Server error or restart, also seen for timeouts: resolve by orderLinkId."),
        new(10019, Ambiguous, Unknown, "The trade stream restarts: open a new one and resolve what is in flight."),
        new(10429, Ambiguous, Unknown, "System protection: back off and resolve."),
        new(20006, Ambiguous, Unknown, "Duplicate request id on the trade stream: resolve; ids must be unique."),
        new(110030, Ambiguous, Unknown, "Duplicate order id: resolve by orderLinkId."),
        new(340099, Ambiguous, Unknown, "Server error: resolve by orderLinkId."),
        new(500000, Ambiguous, Unknown, "Undocumented server error: resolve by orderLinkId."),
    ];

    private static ErrorAdvice[] AlreadyThere =>
    [
        new(10014, SuccessLike, AlreadyDone, "Duplicate request: the first attempt was taken, fetch it by orderLinkId."),
        new(20001, SuccessLike, AlreadyDone, "Already authenticated: go on."),
        new(34026, SuccessLike, AlreadyDone, "Limit unchanged: verify by a read."),
        new(34036, SuccessLike, AlreadyDone, "Leverage unchanged: verify by a read."),
        new(34040, SuccessLike, AlreadyDone, "Protection unchanged: verify by a read of the position."),
        new(110025, SuccessLike, AlreadyDone, "Position mode unchanged: verify by a read."),
        new(110026, SuccessLike, AlreadyDone, "Margin mode unchanged: verify by a read."),
        new(110027, SuccessLike, AlreadyDone, "Margin unchanged: verify by a read."),
        new(110034, SuccessLike, AlreadyDone, "No position left to close: read the position again."),
        new(110043, SuccessLike, AlreadyDone, "Leverage unchanged: verify by a read."),
        new(110072, SuccessLike, AlreadyDone, "Duplicate orderLinkId: the first attempt landed, fetch it by that id."),
    ];

    private static ErrorAdvice[] Stop =>
    [
        new(10003, Fatal, NotAccepted, "Invalid key or a key of another environment: check key and host."),
        new(10004, Fatal, NotAccepted, "Bad signature: check the secret; otherwise a bug."),
        new(10005, Fatal, NotAccepted, "Permission denied: give the key the scopes that trading needs."),
        new(10007, Fatal, NotAccepted, "User authentication failed: stop the account."),
        new(10008, Fatal, NotAccepted, "Account banned or in a wrong mode: stop the account."),
        new(10009, Fatal, NotAccepted, "Region restricted: stop the account."),
        new(10010, Fatal, NotAccepted, "This address is not bound to the key: correct the key's address list."),
        new(10024, Fatal, NotAccepted, "Compliance rule: stop the account."),
        new(10027, Fatal, NotAccepted, "Trading is banned for this account: stop the account."),
        new(10028, Fatal, NotAccepted, "Only for unified accounts: upgrade the account."),
        new(33004, Fatal, NotAccepted, "The key has expired: make a new one."),
        new(110123, Fatal, NotAccepted, "Product terms are not agreed to: a person must do that on the site."),
        new(110124, Fatal, NotAccepted, "Product terms are not agreed to: a person must do that on the site."),
        new(110125, Fatal, NotAccepted, "The account is in a cooling-off period: a person must look."),
        new(110132, Fatal, NotAccepted, "Not available in this region: a person must look."),
    ];

    private static ErrorAdvice[] Refused =>
    [
        new(10017, Definitive, NotAccepted, "Route not found: a bug, report it."),
        new(10029, Definitive, NotAccepted, "Symbol invalid or not allowed for this key: disable the symbol."),
        new(10032, Definitive, NotAccepted, "Not offered in demo trading: switch the feature off there."),
        new(10404, Definitive, NotAccepted, "Unknown operation or category on the trade stream: a bug, report it."),
        new(30208, Definitive, NotAccepted, "Price above the highest buy price: price inside the limit."),
        new(30209, Definitive, NotAccepted, "Price below the lowest sell price: price inside the limit."),
        new(30228, Definitive, NotAccepted, "The contract is being delisted: close only."),
        new(110003, Definitive, NotAccepted, "Price outside the allowed range: price inside it."),
        new(110004, Definitive, NotAccepted, "Wallet balance insufficient: reject the signal."),
        new(110006, Definitive, NotAccepted, "Assets do not cover the position margin: reject the signal."),
        new(110007, Definitive, NotAccepted, "Available balance insufficient: reject or shrink."),
        new(110009, Definitive, NotAccepted, "Too many conditional orders on the symbol: free one."),
        new(110011, Definitive, NotAccepted, "Would be liquidated at once: reject."),
        new(110012, Definitive, NotAccepted, "Available balance insufficient: reject or shrink."),
        new(110013, Definitive, NotAccepted, "Leverage too high for the risk limit: lower it."),
        new(110014, Definitive, NotAccepted, "Balance insufficient to add margin: do not add."),
        new(110015, Definitive, NotAccepted, "The position is in cross margin: correct the configuration."),
        new(110016, Definitive, NotAccepted, "Quantity exceeds the risk limit: shrink."),
        new(110017, Definitive, NotAccepted, "Reduce-only rule: the position is flat or opposite, read it again."),
        new(110018, Definitive, NotAccepted, "Illegal user id: a bug, report it."),
        new(110019, Definitive, NotAccepted, "Illegal order id: a bug, report it."),
        new(110020, Definitive, NotAccepted, "More than 500 active orders: cancel some."),
        new(110021, Definitive, NotAccepted, "Open-interest limit of the position: reject."),
        new(110022, Definitive, NotAccepted, "Quantity may not be increased: keep it."),
        new(110023, Definitive, NotAccepted, "The contract is in reduce-only state: close only."),
        new(110024, Definitive, NotAccepted, "Position mode cannot change with a position open: flatten first."),
        new(110028, Definitive, NotAccepted, "Position mode cannot change with orders open: cancel them first."),
        new(110029, Definitive, NotAccepted, "Hedge mode is not offered for this symbol: use one-way."),
        new(110031, Definitive, NotAccepted, "Risk limit information missing: report the symbol."),
        new(110032, Definitive, NotAccepted, "Illegal order: a bug, report it."),
        new(110033, Definitive, NotAccepted, "No position to set margin for: read the position again."),
        new(110036, Definitive, NotAccepted, "Leverage cannot change in this margin mode: correct the configuration."),
        new(110037, Definitive, NotAccepted, "The account's settings lack this symbol: a person must look."),
        new(110038, Definitive, NotAccepted, "Leverage cannot change in this margin mode: correct the configuration."),
        new(110039, Definitive, NotAccepted, "Maintenance margin too high: shrink."),
        new(110040, Definitive, NotAccepted, "The order would trigger liquidation: reject."),
        new(110041, Definitive, NotAccepted, "Skipping liquidation is not allowed: reject."),
        new(110042, Definitive, NotAccepted, "The contract is in reduce-only state: close only."),
        new(110044, Definitive, NotAccepted, "Available margin insufficient: reject or shrink."),
        new(110045, Definitive, NotAccepted, "Wallet balance insufficient: reject the signal."),
        new(110046, Definitive, NotAccepted, "Would be liquidated at once: reject."),
        new(110047, Definitive, NotAccepted, "Margin insufficient for the change: keep it."),
        new(110048, Definitive, NotAccepted, "Risk limit below what is held: keep it."),
        new(110049, Definitive, NotAccepted, "A number is invalid: a bug, report it."),
        new(110050, Definitive, NotAccepted, "The coin is invalid: a bug, report it."),
        new(110051, Definitive, NotAccepted, "Balance does not cover the lowest price: reject."),
        new(110052, Definitive, NotAccepted, "Available balance insufficient for the price: reject."),
        new(110053, Definitive, NotAccepted, "Balance does not cover the highest price: reject."),
        new(110054, Definitive, NotAccepted, "A take-profit exists: cancel it before the mode changes."),
        new(110055, Definitive, NotAccepted, "A stop-loss exists: cancel it before the mode changes."),
        new(110056, Definitive, NotAccepted, "A trailing stop exists: cancel it before the mode changes."),
        new(110057, Definitive, NotAccepted, "Protection parameters are not allowed here: a bug, report it."),
        new(110058, Definitive, NotAccepted, "Protection is larger than what is left of the position: shrink it."),
        new(110059, Definitive, NotAccepted, "Protection of a partly filled order cannot change: use trading-stop."),
        new(110060, Definitive, NotAccepted, "Not modifiable in Full mode: use trading-stop."),
        new(110061, Definitive, NotAccepted, "More than 20 partial protections: consolidate."),
        new(110062, Definitive, NotAccepted, "Market-maker protection profile: a person must look."),
        new(110064, Definitive, NotAccepted, "The new quantity is not above the filled one: cancel instead."),
        new(110065, Definitive, NotAccepted, "Not for this account type: a person must look."),
        new(110067, Definitive, NotAccepted, "Restricted product: a person must look."),
        new(110068, Definitive, NotAccepted, "Restricted product: a person must look."),
        new(110069, Definitive, NotAccepted, "Restricted product: a person must look."),
        new(110070, Definitive, NotAccepted, "Restricted product: a person must look."),
        new(110071, Definitive, NotAccepted, "The account is being upgraded: a person must look."),
        new(110073, Definitive, NotAccepted, "Margin mode was not set: read the listed reasons."),
        new(110074, Definitive, NotAccepted, "The contract is not live: disable the symbol."),
        new(110076, Definitive, NotAccepted, "Only isolated margin allows this: correct the configuration."),
        new(110077, Definitive, NotAccepted, "Portfolio margin does not allow this: correct the configuration."),
        new(110085, Definitive, NotAccepted, "Leverage or size exceeds the risk tier: lower it."),
        new(110086, Definitive, NotAccepted, "Leverage or size exceeds the risk tier: lower it."),
        new(110089, Definitive, NotAccepted, "Leverage or size exceeds the risk tier: lower it."),
        new(110090, Definitive, NotAccepted, "Leverage or size exceeds the risk tier: lower it."),
        new(110092, Definitive, NotAccepted, "A rising trigger is already reached: close at market or price anew."),
        new(110093, Definitive, NotAccepted, "A falling trigger is already reached: close at market or price anew."),
        new(110094, Definitive, NotAccepted, "Value below the minimum: raise the quantity."),
        new(110095, Definitive, NotAccepted, "Pre-market, auction or demo restriction: skip the symbol."),
        new(110096, Definitive, NotAccepted, "Pre-market, auction or demo restriction: skip the symbol."),
        new(110097, Definitive, NotAccepted, "Pre-market, auction or demo restriction: skip the symbol."),
        new(110098, Definitive, NotAccepted, "Pre-market, auction or demo restriction: skip the symbol."),
        new(110099, Definitive, NotAccepted, "Pre-market, auction or demo restriction: skip the symbol."),
        new(110100, Definitive, NotAccepted, "Pre-market, auction or demo restriction: skip the symbol."),
        new(110103, Definitive, NotAccepted, "Pre-market, auction or demo restriction: skip the symbol."),
        new(110108, Definitive, NotAccepted, "Slippage tolerance out of range: a bug, report it."),
        new(110109, Definitive, NotAccepted, "Slippage tolerance out of range: a bug, report it."),
        new(110120, Definitive, NotAccepted, "Price below the limit: price anew."),
        new(110121, Definitive, NotAccepted, "Price above the limit: price anew."),
        new(181017, Definitive, NotAccepted, "A history query needs a final status: a bug, report it."),
        new(3400045, Definitive, NotAccepted, "Margin mode was not set: read the listed reasons."),
        new(3400139, Definitive, NotAccepted, "Risk limit of positions and orders exceeded: shrink."),
    ];
}
