// Typings of StrategyHost's strategy scripts. An editor reads them through the first two lines of a strategy:
//   // @ts-check
//   /// <reference path="strategyhost.d.ts" />
// Scripts are plain JavaScript (ES5 runs on both engines). All functions but one callback are optional. Callbacks return nothing, one
// signal or an array of signals. Times are whole milliseconds since 1970 UTC.

/** A number, or a decimal text such as "0.001". */
type Num = number | string;

/** What a callback may return. */
type Answer = Signal | (Signal | null | undefined)[] | null | undefined | void;

type IntervalName = "1m" | "3m" | "5m" | "15m" | "30m" | "1h" | "2h" | "4h" | "6h" | "12h" | "1d";

/** Values of settings().params in this run. */
type ParameterValues = { [name: string]: any };

/** The functions that the host looks for; here for reference, a strategy just defines them. */
interface StrategyFunctions {
  /** Once per load, before anything else. */
  settings?(): Settings;
  /** Before the first event, with the state imported. */
  on_start?(ctx: Context): void;
  /** When the run ends. */
  on_stop?(ctx: Context): void;
  /** Each closed candle of interval (open ones too with kline_updates). */
  on_kline?(kline: Kline, ctx: Context): Answer;
  /** Each change of the book, at most every book_interval_ms. */
  on_orderbook?(book: Book, ctx: Context): Answer;
  /** Last price, mark, best bid and ask, when one of them changes. */
  on_ticker?(ticker: Ticker, ctx: Context): Answer;
  /** Each public trade. */
  on_trade?(trade: Trade, ctx: Context): Answer;
  /** Own fill, once per execution; ctx.position already includes it. In hedge mode it shows the leg that filled, null when that is flat. */
  on_fill?(fill: Fill, ctx: Context): Answer;
  /** Each change of an own order, and each refused signal (with code and text). */
  on_order?(order: OrderEvent, ctx: Context): Answer;
  /** Every timer_ms of event time, in backtests too. */
  on_timer?(time: number, ctx: Context): Answer;
  /** A JSON value, kept over a hot reload and a restart. */
  export_state?(): any;
  /** What export_state gave, before on_start. */
  import_state?(state: any): void;
}

/** A candle. */
interface Kline {
  symbol: string;
  interval: IntervalName;
  /** Open time. */
  start: number;
  /** First moment after the candle. */
  end: number;
  open: number;
  high: number;
  low: number;
  close: number;
  /** In base units. */
  volume: number;
  /** In quote units, where known. */
  turnover: number | null;
  /** false: still open (kline_updates). */
  confirm: boolean;
  /** Delivered late, after a reconnect. */
  late: boolean;
}

/** What is known of a symbol now; null where the data have no such value. */
interface Ticker {
  symbol: string;
  last: number | null;
  mark: number | null;
  index: number | null;
  bid: number | null;
  bid_size: number | null;
  ask: number | null;
  ask_size: number | null;
  volume_24h: number | null;
  turnover_24h: number | null;
  funding_rate: number | null;
  next_funding_time: number | null;
  open_interest: number | null;
  time: number;
}

/** An order book; bids and asks are [price, size], best first. */
interface Book {
  symbol: string;
  bids: [number, number][];
  asks: [number, number][];
  /** null where a side is empty. */
  mid: number | null;
  time: number;
}

/** A public trade; side is the taker's. */
interface Trade {
  symbol: string;
  price: number;
  size: number;
  side: "buy" | "sell";
  time: number;
}

type Role = "entry" | "stop" | "trail" | "target" | "signal" | "time" | "emergency" | "liquidation" | "manual";

/** One own execution. */
interface Fill {
  symbol: string;
  side: "buy" | "sell";
  price: number;
  quantity: number;
  /** In quote currency; negative is a rebate. */
  fee: number;
  fee_rate: number;
  liquidity: "maker" | "taker";
  order_id: string;
  tag: string;
  tranche: string;
  role: Role;
  exec_id: string;
  time: number;
  realised_pnl: number;
}

/** An own order that is not final. It is there from the next callback on, before the exchange has answered. */
interface Order {
  id: string;
  tag: string;
  symbol: string;
  role: Role;
  side: "buy" | "sell";
  type: "market" | "limit" | "stop_market" | "stop_limit" | "trailing_stop";
  price: number | null;
  stop_price: number | null;
  quantity: number;
  filled: number;
  status: "pending" | "open" | "partial" | "cancelling" | "unknown" | "filled" | "cancelled" | "rejected" | "refused" | "expired";
  created_at: number;
  expires_at: number | null;
}

/** What on_order gets: an order, or a refused signal. */
interface OrderEvent extends Order {
  /** Why it was refused, a stable code such as "below_min_qty"; the list is in engine/docs/signals.md. */
  code?: string | null;
  /** The same in words. */
  text?: string | null;
}

/** A part of the position with protection of its own. */
interface Tranche {
  name: string;
  size: number;
  entry_price: number;
  stop_price: number | null;
}

/** An open position. */
interface Position {
  symbol: string;
  side: "long" | "short";
  size: number;
  entry_price: number;
  unrealised_pnl: number | null;
  /** Profit in percent of the entry price at mark, before fees. */
  profit_percent: number | null;
  stop_price: number | null;
  trail_percent: number | null;
  opened_at: number;
  tranches: Tranche[];
}

/** What is known of a symbol's market; null where the data have no such price. */
interface Market {
  symbol: string;
  last: number | null;
  mark: number | null;
  index: number | null;
  bid: number | null;
  ask: number | null;
  bid_size: number | null;
  ask_size: number | null;
  funding_rate: number | null;
  next_funding_time: number | null;
}

/** The exchange's rules for a symbol. */
interface Instrument {
  symbol: string;
  /** Prices are whole multiples of it. */
  tick_size: number;
  /** Quantities are whole multiples of it. */
  qty_step: number;
  min_qty: number;
  /** Least price × quantity, in quote currency. */
  min_notional: number;
}

/** The world as the strategy's leading account sees it. During a callback it does not change. */
interface Context {
  /** Time of the event. */
  now: number;
  /** Symbol of the event. */
  symbol: string;
  /** The parameters of settings().params with their values of this run. */
  params: ParameterValues;
  /** true while history is played in; signals are dropped then. */
  warming: boolean;
  /** Position on the event's symbol, or null. */
  position: Position | null;
  /** All positions by symbol; a symbol that is flat is not there. */
  positions: { [symbol: string]: Position | null | undefined };
  /** Own orders that are not final. */
  orders: Order[];
  /** In quote currency; equity is the wallet with the profit of the open positions at mark. */
  account: { equity: number; available: number };
  /** Of the event's symbol. */
  instrument: Instrument;
  /** Of the event's symbol. */
  market: Market;
  market_of(symbol: string): Market;
  instrument_of(symbol: string): Instrument;
  /** The last n closed candles, oldest first. All that are kept where n is left out. */
  history(n?: number, options?: { symbol?: string; interval?: IntervalName }): Kline[];
  ta: Indicators;
  /** One line into the log and the report. */
  log(text: any): void;
}

type Source = "open" | "high" | "low" | "close" | "volume" | "turnover" | "hl2" | "hlc3" | "ohlc4";

interface IndicatorOptions {
  symbol?: string;
  interval?: IntervalName;
  /** Price of the candles: "close" where left out, but "high" for highest, "low" for lowest, "hlc3" for vwap. */
  source?: Source;
  /** Candles back: 1 is the value one candle ago. */
  back?: number;
}

/** An indicator such as ["sma", 10] or ["sma", 10, {interval: "1h"}], a source such as "close", or a fixed number. */
type IndicatorSpec = number | string | (string | number | IndicatorOptions)[];

/** Indicators over closed candles, by Pine's definitions. null until there are enough candles. */
interface Indicators {
  /** Simple moving average of the last period candles. */
  sma(period: number, options?: IndicatorOptions): number | null;
  /** Exponential moving average, weight 2 / (period + 1), seeded with the SMA of the first period candles. */
  ema(period: number, options?: IndicatorOptions): number | null;
  /** Wilder's average, weight 1 / period, seeded with the SMA of the first period candles. */
  rma(period: number, options?: IndicatorOptions): number | null;
  /** Relative strength index, 0 to 100, of Wilder's averages of the gains and the losses. */
  rsi(period: number, options?: IndicatorOptions): number | null;
  /** Average true range: Wilder's average of the true range; that of the first candle is high - low. */
  atr(period: number, options?: IndicatorOptions): number | null;
  /** Difference of two EMAs, the EMA of that difference, and the distance of the two. */
  macd(fast: number, slow: number, signal: number, options?: IndicatorOptions): { macd: number; signal: number; histogram: number } | null;
  /** SMA, and width standard deviations above and below it (2 where left out). */
  bollinger(period: number, width?: number, options?: IndicatorOptions): { upper: number; middle: number; lower: number } | null;
  /** Standard deviation of the last period candles, of the population (divided by period). */
  stdev(period: number, options?: IndicatorOptions): number | null;
  /** Largest value of the last period candles; of the highs where no source is given. */
  highest(period: number, options?: IndicatorOptions): number | null;
  /** Smallest value of the last period candles; of the lows where no source is given. */
  lowest(period: number, options?: IndicatorOptions): number | null;
  /** Price weighted by volume over the last period candles; hlc3 where no source is given. */
  vwap(period: number, options?: IndicatorOptions): number | null;
  /** Price weighted by volume since 00:00 UTC of the candle's day. */
  vwap(options?: IndicatorOptions): number | null;
  /** Whether a has just come above b: ctx.ta.crossover(["sma", 10], ["sma", 30]). */
  crossover(a: IndicatorSpec, b: IndicatorSpec, options?: IndicatorOptions): boolean | null;
  /** Whether a has just come below b. */
  crossunder(a: IndicatorSpec, b: IndicatorSpec, options?: IndicatorOptions): boolean | null;
}

/** Another file of the strategy's folder, or a CommonJS package in its node_modules. Only while the script loads. */
declare function require(path: string): any;

// From here on generated from the parsers' field tables (engine/docs/signals.md says how).

/** What a callback returns. Fields and rules: engine/docs/signals.md. */
interface Signal {
  /** What to do. The only field that every signal needs. */
  action: "buy" | "sell" | "close" | "modify" | "cancel" | "hold";
  /** The instrument; the event's symbol where left out. One of the strategy's symbols. */
  symbol?: string;
  /** Which leg is meant, in hedge mode. Left out, close means both legs, other signals the larger one. */
  position_side?: "long" | "short";
  /** Size in base units. With close, and with exits against an open position: how much to close. Number above 0. */
  quantity?: Num;
  /** Size as a value in quote currency. Number above 0. */
  quantity_usd?: Num;
  /** Size as notional in percent of the equity; 200 is twice the equity. Number above 0, at most 10000. */
  quantity_percent?: Num;
  /** The same as quantity_percent. */
  quantity_pct?: Num;
  /** Size so that the initial stop loses this percent of the equity, taker fees both ways included. Number above 0, at most 100. */
  risk_percent?: Num;
  /** The same as risk_percent. */
  risk_pct?: Num;
  /** Exits: percent of the position to close (default 100). Number above 0, at most 100. */
  share?: Num;
  /** Clip the size to margin and caps instead of refusing the signal. */
  allow_clip?: boolean;
  /** Order type (default "market"). */
  type?: "market" | "limit" | "stop_market" | "stop_limit" | "trailing_stop";
  /** Limit price; required with limit and stop_limit. Number above 0. */
  price?: Num;
  /** With stop_market and stop_limit: the trigger, required. With market and limit entries, and with hold: the protective stop.
   * With modify: the trigger of the order. Number above 0. */
  stop_price?: Num | null;
  /** The protective stop as a price. Number above 0. */
  stop_loss?: Num | null;
  /** The protective stop in percent from the average entry price: 2 is 2 %. Number above 0, below 100. */
  stop_loss_percent?: Num | null;
  /** The same as stop_loss_percent. */
  stop_loss_pct?: Num | null;
  /** The protective stop as a multiple of ATR(14) from the average entry price. Number above 0, at most 1000. */
  stop_loss_atr?: Num | null;
  /** The target as a price, or an array of {price | percent | atr, share}. Number above 0. */
  take_profit?: Num | TargetRung[] | null;
  /** The target in percent from the entry price, or an array of {percent, share}. Number above 0, at most 10000. */
  take_profit_percent?: Num | TargetRung[] | null;
  /** The same as take_profit_percent. */
  take_profit_pct?: Num | TargetRung[] | null;
  /** The target as a multiple of ATR(14) from the entry price, or an array of {atr, share}. Number above 0, at most 1000. */
  take_profit_atr?: Num | TargetRung[] | null;
  /** Trailing stop: distance in percent from the best price since entry or activation. Number above 0, below 100. */
  trail_percent?: Num | null;
  /** The same as trail_percent. */
  trail_pct?: Num | null;
  /** Trailing stop: distance in quote units from the best price since entry or activation. Number above 0. */
  trail_amount?: Num | null;
  /** Trailing stop: the price from which it trails; from the entry where left out. Number above 0. */
  trail_activation?: Num | null;
  /** Moves the stop to the entry price: {after_percent} or {after_tp}, and offset_fees: true to cover the fees as well. */
  breakeven?: Breakeven | null;
  /** Price that stops and triggers watch (default "last"). */
  trigger_by?: "last" | "mark" | "index";
  /** Another spelling of trigger_by: last and mark. */
  working_type?: "CONTRACT_PRICE" | "MARK_PRICE";
  /** As on the exchange (default "GTC"). */
  time_in_force?: "GTC" | "IOC" | "FOK" | "PostOnly";
  /** Only as maker: refused where it would take. Needs a limit price. */
  post_only?: boolean;
  /** The order may only reduce the position; it carries no protection of its own. */
  reduce_only?: boolean;
  /** Seconds after which an unfilled order is cancelled. Number above 0, at most 31536000. */
  expires_in?: Num;
  /** Candles of the main interval after which an unfilled order is cancelled. Number at least 1, at most 100000. */
  expires_candles?: Num;
  /** Time exit: seconds after the first fill. Number above 0, at most 31536000. */
  close_after?: Num;
  /** Time exit: candles of the main interval after the first fill. Number at least 1, at most 100000. */
  close_after_candles?: Num;
  /** Time exit: a moment in ms since 1970 UTC. Number above 0, at most 253402300799999. */
  close_at?: Num;
  /** A name: when one order of the group first fills the others are cancelled. At most 24 of A-Z a-z 0-9 _ -. */
  oco?: string;
  /** A name: all signals of the array with it are accepted on every account or none, and closing one leg closes the others. At
   * most 24 of A-Z a-z 0-9 _ -. */
  group?: string;
  /** false: closing this leg leaves the others of the group open. */
  group_exit?: boolean;
  /** A name for a part of the position with protection of its own. At most 24 of A-Z a-z 0-9 _ -. */
  tranche?: string;
  /** An intended further entry into the same side. */
  scale_in?: boolean;
  /** Close the position and open the sized quantity the other way. */
  flip?: boolean;
  /** An exit that leaves the position flat does not cancel the resting entries. */
  keep_entries?: boolean;
  /** Accounts that act on the signal. */
  accounts?: "both" | "main" | "mirror";
  /** For this trade only: {proportion, delay_ms, reverse} of the mirror. */
  mirror?: MirrorOverride;
  /** For cancel and modify, required: an order id, a tag (all own orders with it; for modify those on the signal's symbol),
   * "entries" or "all" (never protection). */
  order?: string;
  /** Kept in journal, CSV files and fills. Not "entries" or "all", which order understands. At most 24 of A-Z a-z 0-9 _ -. */
  tag?: string;
  /** Free text for people; the first 200 characters are kept. */
  reason?: string;
}

/** One target of a ladder: exactly one of price, percent, atr. */
interface TargetRung {
  /** The target as a price. Number above 0. */
  price?: Num;
  /** The target in percent from the average entry price. Number above 0, at most 10000. */
  percent?: Num;
  /** The target as a multiple of ATR(14). Number above 0, at most 1000. */
  atr?: Num;
  /** Percent of the position; all shares sum to 100. Left out by all rungs: equal parts. Number above 0, at most 100. */
  share?: Num;
}

/** When the stop moves to the entry price: after_percent or after_tp. */
interface Breakeven {
  /** Profit in percent that moves the stop. Number above 0, at most 10000. */
  after_percent?: Num;
  /** The same as after_percent. */
  after_pct?: Num;
  /** The number of targets filled that moves the stop; 1 is the first. Number at least 1, at most 20. */
  after_tp?: Num;
  /** Beyond the entry by the fees of both ways. */
  offset_fees?: boolean;
}

/** The mirror account's part in one trade. */
interface MirrorOverride {
  /** Mirror quantity as a multiple of main's. Number above 0, at most 100. */
  proportion?: Num;
  /** Delay of the mirror's entry in ms. Number at least 0, at most 3600000. */
  delay_ms?: Num;
  /** The mirror trades the other side. */
  reverse?: boolean;
}

/** What settings() returns. */
interface Settings {
  /** Instruments to trade, an array of names or one name; the configuration's where left out. */
  symbols?: string | string[];
  /** Candle length of on_kline (default "1m"). */
  interval?: IntervalName;
  /** Further candle lengths, in history only unless on_all_intervals is true. */
  intervals?: IntervalName[];
  /** on_kline is called for the candles of intervals too. */
  on_all_intervals?: boolean;
  /** Candles of history before trading starts: a number, or {interval: candles}. Number at least 0, at most 100000. */
  warmup?: Num | { [interval: string]: number };
  /** on_kline is called for open candles too (confirm is false). */
  kline_updates?: boolean;
  /** on_timer is called every so many ms of event time. Number at least 100, at most 86400000. */
  timer_ms?: Num;
  /** Levels of the order book: 1, 50 (default) or 200. Number at least 1, at most 200. */
  book_depth?: 1 | 50 | 200;
  /** Least time between two calls of on_orderbook, in ms. Number at least 0, at most 86400000. */
  book_interval_ms?: Num;
  /** Extra entries into one side (default 0). Number at least 0, at most 100. */
  pyramiding?: Num;
  /** Entries from events older than this are refused (default 5000). Number at least 1, at most 86400000. */
  max_event_age_ms?: Num;
  /** Parameters by name: a default, or {default, min, max, step}. */
  params?: { [name: string]: number | string | boolean | ParameterSpec };
  /** Accounts that trade (default "both"). */
  accounts?: "both" | "main" | "mirror";
  /** Entry and target approach where a signal leaves them open. */
  approach?: "fast" | "conservative";
  /** false: tranches past breakeven are not merged. */
  mergeTranches?: boolean;
  /** false: trail_percent of the settings is off; a signal's own trail is not. */
  use_trailing_stops?: boolean;
  /** Trailing stop where the signal says nothing, in percent. Number above 0, below 100. */
  trail_percent?: Num | null;
  /** The same as trail_percent. */
  trail_pct?: Num | null;
  /** Protective stop where the signal says nothing, in percent. Number above 0, below 100. */
  stop_loss_percent?: Num | null;
  /** The same as stop_loss_percent. */
  stop_loss_pct?: Num | null;
  /** Target where the signal says nothing, in percent, or [{percent, share}]. Number above 0, at most 10000. */
  take_profit_percent?: Num | TargetRung[] | null;
  /** The same as take_profit_percent. */
  take_profit_pct?: Num | TargetRung[] | null;
  /** Breakeven where the signal says nothing: {after_percent} or {after_tp}, offset_fees. */
  breakeven?: Breakeven | null;
}

/** A parameter with bounds. */
interface ParameterSpec {
  /** The value unless it is overridden. */
  default: number | boolean | string;
  /** Smallest value. */
  min?: Num;
  /** Largest value. */
  max?: Num;
  /** Step of a sweep. Number above 0. */
  step?: Num;
}
