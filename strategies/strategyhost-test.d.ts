/// <reference path="strategyhost.d.ts" />
// Typings of strategy tests (*.test.js, run by `strategyhost test`). An editor reads them through the first two lines of a test file:
//   // @ts-check
//   /// <reference path="strategyhost-test.d.ts" />
// Each test runs in a sandbox of its own; nothing of one is left for the next.

/** One test. Its function may run several times until all its backtests are known: keep what it counts inside it. */
declare const test: {
  (name: string, run: () => void): void;
  /** Listed as skipped. */
  skip(name: string, run?: () => void): void;
  /** With one of these in a file, only such tests of it run. */
  only(name: string, run: () => void): void;
};

/** A statement about a value; wrong, it ends the test. */
declare function expect(actual: any): Expectation;

interface Expectation {
  not: Expectation;
  /** The same value (Object.is). */
  toBe(expected: any): void;
  /** The same fields and items, at all levels. */
  toEqual(expected: any): void;
  /** An object that has these fields with these values, at all levels; of a text: contains the text or matches the pattern. */
  toMatch(expected: object | string | RegExp): void;
  toBeNull(): void;
  toBeUndefined(): void;
  toBeTruthy(): void;
  toBeFalsy(): void;
  toBeGreaterThan(limit: number): void;
  toBeLessThan(limit: number): void;
  /** Differs by less than half a unit of that decimal place; 2 where left out. */
  toBeCloseTo(expected: number, digits?: number): void;
  /** A text that contains it, an array of which an item equals it. */
  toContain(part: any): void;
  toHaveLength(length: number): void;
  /** A function that throws, with this in its message. */
  toThrow(message?: string): void;
}

/** Closing prices: begins at the first number, then each leg [step, count] adds count prices. */
declare function walk(start: number, ...legs: [number, number][]): number[];

/** Candles of closing prices: each opens at the close before; high and low reach `range` beyond both. */
declare function candles(
  closes: number[], options?: { start?: number; interval?: IntervalName; range?: number; volume?: number }): FixtureCandle[];

/** Trades of prices, one each `every` ms. */
declare function ticks(prices: number[], options?: { start?: number; every?: number; size?: number }): FixtureTrade[];

interface FixtureCandle { start: number; open: number; high: number; low: number; close: number; volume?: number }
interface FixtureTrade { time: number; price: number; size?: number; side?: "buy" | "sell" }

/** Runs a whole backtest, on the main and the mirror account. Files count from the test's folder. */
declare function backtest(file: string, fixture?: BacktestFixture): BacktestRun;

interface BacktestFixture {
  /** Exactly one of candles, trades and data; none: the synthetic sample tape. */
  candles?: FixtureCandle[];
  trades?: FixtureTrade[];
  /** Recorded data: files or folders. */
  data?: string | string[];
  /** "BTCUSDT" where left out. */
  symbol?: string;
  /** Of candles; "1m" where left out. */
  interval?: IntervalName;
  /** ISO dates or times, UTC. */
  from?: string;
  to?: string;
  params?: { [name: string]: any };
  fill?: "bar" | "touch" | "cross" | "book";
  seed?: number;
}

interface BacktestRun {
  /** What became of each signal, in their order. */
  signals: { id: string; time: string; symbol: string; action: string; outcome: string; text: string; tag: string; reason: string }[];
  /** The signals as the script returned them. */
  returned: (Signal & { time: string })[];
  /** Closed trades by account; columns as in trades.csv. */
  trades: { main: TestTrade[]; mirror: TestTrade[] };
  /** Orders by account; columns as in orders.csv. */
  orders: { main: TestOrder[]; mirror: TestOrder[] };
  accounts: { main: TestAccount; mirror: TestAccount };
  logs: string[];
  warnings: string[];
}

interface TestTrade {
  symbol: string; side: "long" | "short"; tag: string; entryTime: string; entryPrice: number; exitTime: string; exitPrice: number;
  quantity: number; netPnl: number; exitReason: string; signalId: string;
}

interface TestOrder {
  time: string; symbol: string; side: "buy" | "sell"; type: string; role: string; status: string; quantity: number; price: number | null;
  triggerPrice: number | null; filledQuantity: number; averagePrice: number | null; reduceOnly: boolean;
}

interface TestAccount { startEquity: number; endEquity: number; maxDrawdownPercent: number; openPositions: number; fees: number }

/** Loads a strategy whose callbacks are then called one by one, each with the ctx that the test describes. */
declare function strategy(file: string, setup?: StrategySetup): TestedStrategy;

interface StrategySetup {
  symbol?: string;
  params?: { [name: string]: any };
  /** Closed candles that ctx.history and ctx.ta know; on_kline is not called for them. */
  history?: FixtureCandle[];
}

/** What ctx shows; what is left out is flat, without orders, with 100,000 of equity. */
interface TestContext {
  now?: number;
  position?: { side: "long" | "short"; size: number; entry_price: number; stop_price?: number; trail_percent?: number; opened_at?: number } | null;
  orders?: { id?: string; tag?: string; role?: string; side?: "buy" | "sell"; type?: string; price?: number; stop_price?: number;
    quantity?: number; filled?: number; status?: string }[];
  account?: { equity?: number; available?: number };
  market?: { last?: number; mark?: number; index?: number; bid?: number; ask?: number; bid_size?: number; ask_size?: number;
    funding_rate?: number };
}

interface TestedStrategy {
  /** What settings() returned. */
  settings: any;
  /** Lines of ctx.log so far. */
  logs: string[];
  /** Each returns what the callback returned. Fields that are left out get plain values; a candle follows the last one and enters history. */
  on_kline(kline: { close: number; open?: number; high?: number; low?: number; volume?: number; start?: number }, ctx?: TestContext): any;
  on_trade(trade: { price: number; size?: number; side?: "buy" | "sell"; time?: number }, ctx?: TestContext): any;
  on_orderbook(book: { bids: [number, number][]; asks: [number, number][] }, ctx?: TestContext): any;
  on_ticker(ticker: { volume_24h?: number; turnover_24h?: number; open_interest?: number }, ctx?: TestContext): any;
  on_fill(fill: { side: "buy" | "sell"; price: number; quantity: number; role?: string; tag?: string; fee?: number; realised_pnl?: number },
    ctx?: TestContext): any;
  on_order(order: { status: string; code?: string; text?: string; role?: string; side?: "buy" | "sell"; type?: string; tag?: string;
    price?: number; stop_price?: number; quantity?: number; filled?: number; id?: string }, ctx?: TestContext): any;
  on_timer(time: number, ctx?: TestContext): any;
  on_start(ctx?: TestContext): any;
  on_stop(ctx?: TestContext): any;
}
