// The part of `strategyhost test` that runs in the sandbox (ES5, both engines): what a test file calls, and one test at a time.
// A question to the host (a backtest, a callback) ends the run of the test; the host answers and runs it again from its start, with the
// answers so far, until none is left to ask. A test is the same each time, since nothing in here can tell two runs apart.
var world = (function () { return this; })();
var tests = [], answers = [], asked = 0, question = null, outcome = null, hasOnly = false;
var Pause = { toString: function () { return "the test asks the host"; } };
var DAY = 1704067200000;

function ask(what) {
  var found;
  if (asked < answers.length) {
    found = answers[asked];
    asked = asked + 1;
    if (found.error) { throw new Error(found.error); }
    return found.value;
  }
  if (question === null) { question = what; }
  throw Pause;
}

function add(name, run, mode) {
  if (typeof name !== "string" || name.length === 0) { throw new TypeError("test: give a name and a function"); }
  if (mode !== "skip" && typeof run !== "function") { throw new TypeError("test '" + name + "': give a function"); }
  tests.push({ name: name, run: run, mode: mode });
  hasOnly = hasOnly || mode === "only";
}

world.test = function (name, run) { add(name, run, ""); };
world.test.skip = function (name, run) { add(name, run, "skip"); };
world.test.only = function (name, run) { add(name, run, "only"); };

// ---- expectations

function show(value) {
  var text;
  if (value === undefined) { return "undefined"; }
  if (typeof value === "function") { return "a function"; }
  if (typeof value === "number") { return String(value); }
  try { text = JSON.stringify(value); } catch (e) { text = String(value); }
  return text === undefined ? String(value) : text.length > 400 ? text.slice(0, 400) + "…" : text;
}

function same(a, b) { return a === b ? a !== 0 || 1 / a === 1 / b : a !== a && b !== b; }

function isObject(value) { return typeof value === "object" && value !== null; }

// part: only the fields of the second count.
function alike(a, b, part) {
  var names, i;
  if (!isObject(a) || !isObject(b)) { return a === b || same(a, b); }
  if (Array.isArray(a) !== Array.isArray(b)) { return false; }
  if (Array.isArray(a) && a.length !== b.length) { return false; }
  names = Object.keys(b);
  for (i = 0; i < names.length; i++) {
    if (!alike(a[names[i]], b[names[i]], part)) { return false; }
  }
  names = part ? [] : Object.keys(a);
  for (i = 0; i < names.length; i++) {
    if (a[names[i]] !== undefined && !(names[i] in b)) { return false; }
  }
  return true;
}

function contains(actual, part) {
  var i;
  if (typeof actual === "string") { return actual.indexOf(part) >= 0; }
  for (i = 0; Array.isArray(actual) && i < actual.length; i++) {
    if (alike(actual[i], part, false)) { return true; }
  }
  return false;
}

function matches(actual, expected) {
  if (typeof actual === "string") { return typeof expected === "string" ? actual.indexOf(expected) >= 0 : expected.test(actual); }
  return isObject(actual) && alike(actual, expected, true);
}

function thrown(actual) {
  try { actual(); } catch (e) {
    if (e === Pause) { throw e; }
    return String(e && e.message || e);
  }
  return null;
}

function expectation(actual, not) {
  function must(holds, words, expected) {
    if (question !== null) { throw Pause; }
    if (holds === not) {
      throw new Error("expected " + show(actual) + (not ? " not " : " ") + words + (arguments.length > 2 ? " " + show(expected) : ""));
    }
  }
  var made = {
    toBe: function (expected) { must(same(actual, expected), "to be", expected); },
    toEqual: function (expected) { must(alike(actual, expected, false), "to equal", expected); },
    toMatch: function (expected) { must(matches(actual, expected), "to match", expected instanceof RegExp ? String(expected) : expected); },
    toBeNull: function () { must(actual === null, "to be null"); },
    toBeUndefined: function () { must(actual === undefined, "to be undefined"); },
    toBeTruthy: function () { must(!!actual, "to be truthy"); },
    toBeFalsy: function () { must(!actual, "to be falsy"); },
    toBeGreaterThan: function (limit) { must(actual > limit, "to be greater than", limit); },
    toBeLessThan: function (limit) { must(actual < limit, "to be less than", limit); },
    toBeCloseTo: function (expected, digits) {
      must(Math.abs(actual - expected) < Math.pow(10, -(digits === undefined ? 2 : digits)) / 2, "to be close to", expected);
    },
    toContain: function (part) { must(contains(actual, part), "to contain", part); },
    toHaveLength: function (length) { must(actual !== null && actual !== undefined && actual.length === length, "to have the length", length); },
    toThrow: function (message) {
      var text = thrown(actual);
      must(text !== null && (message === undefined || text.indexOf(message) >= 0), "to throw", message);
    }
  };
  if (!not) { made.not = expectation(actual, true); }
  return made;
}

world.expect = function (actual) { return expectation(actual, false); };

// ---- fixtures

function round(x) { return Number(Number(x).toFixed(8)); }

world.walk = function (start) {
  var prices = [start], i, j;
  for (i = 1; i < arguments.length; i++) {
    for (j = 0; j < arguments[i][1]; j++) { prices.push(round(prices[prices.length - 1] + arguments[i][0])); }
  }
  return prices;
};

var MINUTES = { "1m": 1, "3m": 3, "5m": 5, "15m": 15, "30m": 30, "1h": 60, "2h": 120, "4h": 240, "6h": 360, "12h": 720, "1d": 1440 };

world.candles = function (closes, options) {
  var o = options || {}, ms = (MINUTES[o.interval || "1m"] || 1) * 60000, start = o.start === undefined ? DAY : o.start;
  var range = o.range || 0, made = [], i, open;
  for (i = 0; i < closes.length; i++) {
    open = i === 0 ? closes[0] : closes[i - 1];
    made.push({ start: start + i * ms, open: open, high: round(Math.max(open, closes[i]) + range), low: round(Math.min(open, closes[i]) - range),
      close: closes[i], volume: o.volume === undefined ? 10 : o.volume });
  }
  return made;
};

world.ticks = function (prices, options) {
  var o = options || {}, made = [], i;
  for (i = 0; i < prices.length; i++) {
    made.push({ time: (o.start === undefined ? DAY : o.start) + i * (o.every === undefined ? 1000 : o.every), price: prices[i],
      size: o.size === undefined ? 1 : o.size, side: i > 0 && prices[i] < prices[i - 1] ? "sell" : "buy" });
  }
  return made;
};

// ---- questions

var callbacks = ["on_kline", "on_trade", "on_orderbook", "on_ticker", "on_fill", "on_order", "on_timer"];

world.backtest = function (file, fixture) { return ask({ kind: "backtest", file: file, fixture: fixture || {} }); };

world.strategy = function (file, setup) {
  var loaded = ask({ kind: "strategy", file: file, setup: setup || {} });
  var made = { settings: loaded.settings, logs: [] }, i;
  function call(name, event, ctx) {
    var answer = ask({ kind: "call", session: loaded.session, callback: name, event: event, ctx: ctx || {} });
    made.logs = made.logs.concat(answer.logs);
    return answer.value;
  }
  function caller(name) { return function (event, ctx) { return call(name, event, ctx); }; }
  for (i = 0; i < callbacks.length; i++) { made[callbacks[i]] = caller(callbacks[i]); }
  made.on_start = function (ctx) { return call("on_start", null, ctx); };
  made.on_stop = function (ctx) { return call("on_stop", null, ctx); };
  return made;
};

// ---- the host's side: settings lists the tests, import_state runs one, export_state tells how it went

exports.settings = function () {
  var listed = [], i;
  require("./{{file}}");
  for (i = 0; i < tests.length; i++) {
    listed.push({ name: tests[i].name, skip: tests[i].mode === "skip" || (hasOnly && tests[i].mode !== "only") });
  }
  return { tests: listed };
};

exports.import_state = function (state) {
  answers = state.answers;
  outcome = { state: "passed" };
  try { tests[state.index].run(); } catch (e) {
    outcome = { state: "failed", message: String(e && e.message || e), stack: String(e && e.stack || "") };
  }
  if (question !== null) { outcome = { state: "asks", question: question }; }
};

exports.export_state = function () { return outcome; };
