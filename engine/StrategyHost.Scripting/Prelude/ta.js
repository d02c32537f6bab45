// Part 2 of the prelude (ES5): candle history and indicators. One ring of candles per (symbol, interval); every indicator is kept per
// (function, periods, source) of a series and advanced by the candles that are new, so a call costs O(1) per candle. Formulas follow
// Pine Script's definitions (reference manual v5, ta.*): RMA and EMA seeded with the SMA of the first n, population deviation.
var historyLimit = 10000, ringSize = 16384, extraBack = 0;
var SMA = 0, EMA = 1, RMA = 2, RSI = 3, ATR = 4, STDEV = 5, HIGHEST = 6, LOWEST = 7, VWAP = 8, MACD = 9, PRICE = 10;
var kindNames = ['sma', 'ema', 'rma', 'rsi', 'atr', 'stdev', 'highest', 'lowest', 'vwap', 'macd', 'price'];
var sourceNames = ['open', 'high', 'low', 'close', 'volume', 'turnover', 'hl2', 'hlc3', 'ohlc4'];
var defaultSource = [3, 3, 3, 3, 3, 3, 1, 2, 7, 3, 3];

function column(size) { return Column ? new Column(size) : host.column(size); }

function newSeries(sym, interval, ms) {
  var size = Column ? 256 : ringSize, s = {
    sym: sym, interval: interval, ms: ms, count: 0, last: -Infinity, size: size, mask: size - 1, start: null, open: null, high: null, low: null,
    close: null, volume: null, turnover: null, fast: [], slow: create(null), all: []
  };
  s.start = column(size); s.open = column(size); s.high = column(size); s.low = column(size);
  s.close = column(size); s.volume = column(size); s.turnover = column(size);
  for (var k = 0; k <= PRICE; k++) { s.fast.push([]); }
  return s;
}

function longer(old, size) {
  var made = new Column(size);
  made.set(old);
  return made;
}

function growSeries(s) {
  var size = s.size * 2, i;
  s.start = longer(s.start, size); s.open = longer(s.open, size); s.high = longer(s.high, size); s.low = longer(s.low, size);
  s.close = longer(s.close, size); s.volume = longer(s.volume, size); s.turnover = longer(s.turnover, size);
  for (i = 0; i < s.all.length; i++) {
    s.all[i].values = longer(s.all[i].values, size);
    if (s.all[i].extra) { s.all[i].extra = longer(s.all[i].extra, size); }
  }
  s.size = size;
  s.mask = size - 1;
}

// A candle that is not newer than the last one is already there.
function append(s, t, o, h, l, c, v, q) {
  if (t <= s.last) { return; }
  if (s.count === s.size && s.size < ringSize) { growSeries(s); }
  var p = s.count & s.mask;
  s.start[p] = t; s.open[p] = o; s.high[p] = h; s.low[p] = l; s.close[p] = c; s.volume[p] = v; s.turnover[p] = q;
  s.count = s.count + 1;
  s.last = t;
}

function sourceAt(s, src, i) {
  var p = i & s.mask;
  switch (src) {
    case 3: return s.close[p];
    case 0: return s.open[p];
    case 1: return s.high[p];
    case 2: return s.low[p];
    case 4: return s.volume[p];
    case 5: return s.turnover[p];
    case 6: return (s.high[p] + s.low[p]) / 2;
    case 7: return (s.high[p] + s.low[p] + s.close[p]) / 3;
    default: return (s.open[p] + s.high[p] + s.low[p] + s.close[p]) / 4;
  }
}

function newIndicator(s, kind, n, src, slow, signal) {
  if (s.all.length >= 500) { throw new RangeErr('ta: more than 500 different indicators on one symbol and interval'); }
  var ind = { s: s, kind: kind, n: n, src: src, slow: slow, signal: signal, first: 0, next: 0, a: 0, b: 0, c: 0, d: 0, v: NaN,
    values: column(s.size), extra: kind === MACD ? column(s.size) : null, queue: kind === HIGHEST || kind === LOWEST ? [] : null, head: 0 };
  restart(ind);
  s.all.push(ind);
  return ind;
}

function restart(ind) {
  ind.first = max(0, ind.s.count - historyLimit);
  ind.next = ind.first;
  ind.a = 0; ind.b = 0; ind.c = 0; ind.d = 0; ind.v = NaN; ind.head = 0;
  if (ind.queue) { ind.queue.length = 0; }
}

function advance(ind) {
  var count = ind.s.count, i;
  if (ind.next - ind.n - 1 < count - ringSize && ind.next < count - 1) { restart(ind); }
  for (i = ind.next; i < count; i++) {
    ind.v = step(ind, i);
    ind.values[i & ind.s.mask] = ind.v;
  }
  ind.next = count;
}

function step(ind, i) {
  switch (ind.kind) {
    case SMA: return smaStep(ind, i);
    case EMA: return seeded(ind, sourceAt(ind.s, ind.src, i), i - ind.first, 2 / (ind.n + 1));
    case RMA: return seeded(ind, sourceAt(ind.s, ind.src, i), i - ind.first, 1 / ind.n);
    case RSI: return rsiStep(ind, i);
    case ATR: return seeded(ind, trueRange(ind, i), i - ind.first, 1 / ind.n);
    case STDEV: return stdevStep(ind, i);
    case VWAP: return vwapStep(ind, i);
    case MACD: return macdStep(ind, i);
    case PRICE: return sourceAt(ind.s, ind.src, i);
    default: return extremeStep(ind, i);
  }
}

function smaStep(ind, i) {
  var n = ind.n, old = i - n;
  ind.a += sourceAt(ind.s, ind.src, i) - (old >= ind.first ? sourceAt(ind.s, ind.src, old) : 0);
  return i - ind.first >= n - 1 ? ind.a / n : NaN;
}

// k counts the inputs from 0; a holds the sum while seeding, then the average.
function seeded(ind, x, k, alpha) {
  if (k < ind.n - 1) { ind.a += x; return NaN; }
  ind.a = k === ind.n - 1 ? (ind.a + x) / ind.n : alpha * x + (1 - alpha) * ind.a;
  return ind.a;
}

function trueRange(ind, i) {
  var s = ind.s, p = i & s.mask, high = s.high[p], low = s.low[p], before;
  if (i === ind.first) { return high - low; }
  before = s.close[(i - 1) & s.mask];
  return max(high - low, abs(high - before), abs(low - before));
}

function rsiStep(ind, i) {
  if (i === ind.first) { return NaN; }
  var n = ind.n, k = i - ind.first - 1, change = sourceAt(ind.s, ind.src, i) - sourceAt(ind.s, ind.src, i - 1);
  var up = change > 0 ? change : 0, down = change < 0 ? -change : 0;
  if (k < n) {
    ind.a += up; ind.b += down;
    if (k < n - 1) { return NaN; }
    ind.a = ind.a / n; ind.b = ind.b / n;
  } else {
    ind.a = up / n + (1 - 1 / n) * ind.a;
    ind.b = down / n + (1 - 1 / n) * ind.b;
  }
  return ind.b === 0 ? 100 : ind.a === 0 ? 0 : 100 - 100 / (1 + ind.a / ind.b);
}

// Sums of (x - c) and (x - c)², summed afresh every n candles around a new c, so that nothing cancels or drifts.
function stdevStep(ind, i) {
  var n = ind.n, k = i - ind.first, x, old, j;
  if (k % n === n - 1) {
    ind.c = sourceAt(ind.s, ind.src, i);
    ind.a = 0; ind.b = 0;
    for (j = i - n + 1; j <= i; j++) {
      x = sourceAt(ind.s, ind.src, j) - ind.c;
      ind.a += x; ind.b += x * x;
    }
  } else if (k >= n) {
    x = sourceAt(ind.s, ind.src, i) - ind.c;
    old = sourceAt(ind.s, ind.src, i - n) - ind.c;
    ind.a += x - old; ind.b += x * x - old * old;
  }
  if (k < n - 1) { return NaN; }
  x = ind.b / n - (ind.a / n) * (ind.a / n);
  return x > 0 ? sqrt(x) : 0;
}

// Period 0: since 00:00 UTC (Pine's daily anchor); else over the last n candles.
function vwapStep(ind, i) {
  var s = ind.s, n = ind.n, p = i & s.mask, j, day, k = i - ind.first;
  if (n === 0) {
    day = floor(s.start[p] / 86400000);
    if (i === ind.first || day !== ind.c) { ind.a = 0; ind.b = 0; ind.c = day; }
  } else if (k % n === n - 1) {
    ind.a = 0; ind.b = 0;
    for (j = i - n + 1; j < i; j++) { ind.a += sourceAt(s, ind.src, j) * s.volume[j & s.mask]; ind.b += s.volume[j & s.mask]; }
  } else if (k >= n) {
    j = i - n;
    ind.a -= sourceAt(s, ind.src, j) * s.volume[j & s.mask]; ind.b -= s.volume[j & s.mask];
  }
  ind.a += sourceAt(s, ind.src, i) * s.volume[p]; ind.b += s.volume[p];
  return k >= n - 1 && ind.b > 0 ? ind.a / ind.b : NaN;
}

// a, b: the two averages; c: the signal's; d counts its inputs. The line is kept in values, the signal in extra.
function macdStep(ind, i) {
  var x = sourceAt(ind.s, ind.src, i), k = i - ind.first, line, p = i & ind.s.mask;
  ind.a = average(ind.a, x, k, ind.n);
  ind.b = average(ind.b, x, k, ind.slow);
  ind.extra[p] = NaN;
  if (k < ind.n - 1 || k < ind.slow - 1) { return NaN; }
  line = ind.a - ind.b;
  ind.c = average(ind.c, line, ind.d, ind.signal);
  if (ind.d >= ind.signal - 1) { ind.extra[p] = ind.c; }
  ind.d = ind.d + 1;
  return line;
}

function average(held, x, k, n) {
  if (k < n - 1) { return held + x; }
  return k === n - 1 ? (held + x) / n : held + (2 / (n + 1)) * (x - held);
}

// The queue holds indices whose values fall (rise, for the lowest); its head is the extreme of the window.
function extremeStep(ind, i) {
  var q = ind.queue, sign = ind.kind === HIGHEST ? 1 : -1, x = sign * sourceAt(ind.s, ind.src, i);
  while (q.length > ind.head && sign * sourceAt(ind.s, ind.src, q[q.length - 1]) <= x) { q.length = q.length - 1; }
  q[q.length] = i;
  if (q[ind.head] <= i - ind.n) { ind.head = ind.head + 1; }
  if (ind.head > 256) { ind.queue = q = q.slice(ind.head); ind.head = 0; }
  return i - ind.first >= ind.n - 1 ? sourceAt(ind.s, ind.src, q[ind.head]) : NaN;
}

function checkPeriod(name, n) {
  if (typeof n !== 'number' || n !== floor(n) || n < 1 || n > historyLimit) {
    throw new RangeErr('ta.' + name + ': the period must be a whole number from 1 to ' + historyLimit + ', not ' + Str(n));
  }
}

function sourceOf(name, kind, text) {
  if (text === undefined || text === null) { return defaultSource[kind]; }
  for (var i = 0; i < sourceNames.length; i++) { if (sourceNames[i] === text) { return i; } }
  throw new RangeErr('ta.' + name + ': unknown source ' + Str(text) + '; known: ' + sourceNames.join(' '));
}

function indicator(kind, n, options) {
  var s, ind;
  if (options === undefined) {
    s = mainSeries();
    ind = s.fast[kind][n];
    if (ind === undefined) {
      checkPeriod(kindNames[kind], n);
      ind = s.fast[kind][n] = newIndicator(s, kind, n, defaultSource[kind], 0, 0);
    }
  } else {
    ind = keyed(kind, n, 0, 0, options);
  }
  if (ind.next !== ind.s.count) { advance(ind); }
  return ind;
}

function keyed(kind, n, slow, signal, options) {
  var name = kindNames[kind], s, src, key, ind;
  if (options !== undefined && (options === null || typeof options !== 'object')) {
    throw new TypeErr('ta.' + name + ': the options must be an object such as {interval: "1h"}');
  }
  s = options === undefined ? mainSeries() : seriesOf(options.symbol, options.interval);
  src = options === undefined ? defaultSource[kind] : sourceOf(name, kind, options.source);
  key = kind + ':' + n + ':' + slow + ':' + signal + ':' + src;
  ind = s.slow[key];
  if (ind === undefined) {
    if (n !== 0 || kind !== VWAP) { checkPeriod(name, n); }
    if (kind === MACD) { checkPeriod(name, slow); checkPeriod(name, signal); }
    ind = s.slow[key] = newIndicator(s, kind, n, src, slow, signal);
  }
  return ind;
}

// Index of the candle that a call asks for, or -1 where it is not there.
function place(ind, options) {
  var back = extraBack, given;
  if (options !== undefined) {
    given = options.back;
    if (given !== undefined && given !== null) {
      if (typeof given !== 'number' || given !== floor(given) || given < 0) { throw new RangeErr('ta: back must be a whole number >= 0'); }
      back += given;
    }
  }
  var i = ind.s.count - 1 - back;
  return i >= ind.first && back < historyLimit ? i : -1;
}

function scalar(kind, n, options) {
  var ind = indicator(kind, n, options), v, i;
  if (options === undefined && extraBack === 0) {
    v = ind.v;
  } else {
    i = place(ind, options);
    v = i < 0 ? NaN : ind.values[i & ind.s.mask];
  }
  return v === v ? v : null;
}

function macd(fast, slow, signal, options) {
  var ind = keyed(MACD, fast, slow, signal, options), i, line, avg;
  if (ind.next !== ind.s.count) { advance(ind); }
  i = place(ind, options);
  if (i < 0) { return null; }
  line = ind.values[i & ind.s.mask];
  avg = ind.extra[i & ind.s.mask];
  return line === line && avg === avg ? { macd: line, signal: avg, histogram: line - avg } : null;
}

function bollinger(n, k, options) {
  var width = k === undefined ? 2 : k, middle = scalar(SMA, n, options), deviation = scalar(STDEV, n, options);
  if (typeof width !== 'number') { throw new TypeErr('ta.bollinger: the second argument is the number of deviations'); }
  return middle === null || deviation === null ? null : { upper: middle + width * deviation, middle: middle, lower: middle - width * deviation };
}

function vwap(n, options) {
  var anchored = n === undefined || n === null || typeof n === 'object', given = typeof n === 'object' && n !== null ? n : options;
  var ind = keyed(VWAP, anchored ? 0 : n, 0, 0, given), i, v;
  if (ind.next !== ind.s.count) { advance(ind); }
  i = place(ind, given);
  v = i < 0 ? NaN : ind.values[i & ind.s.mask];
  return v === v ? v : null;
}

function price(text, options) {
  var merged = { source: text }, ind;
  if (options !== undefined) { merged.symbol = options.symbol; merged.interval = options.interval; merged.back = options.back; }
  ind = keyed(PRICE, 1, 0, 0, merged);
  if (ind.next !== ind.s.count) { advance(ind); }
  var i = place(ind, merged), v = i < 0 ? NaN : ind.values[i & ind.s.mask];
  return v === v ? v : null;
}

// A line of crossover(): a number (a level), a source such as 'close', or an indicator as ['sma', 10] or ['sma', 10, {interval: '1h'}].
function lineAt(spec, options, back) {
  var kind, result;
  if (typeof spec === 'number') { return spec; }
  extraBack = back;
  try {
    if (typeof spec === 'string') { return price(spec, options); }
    if (!isArray(spec)) { throw new TypeErr("ta.crossover: give numbers, sources or indicators such as ['sma', 10]"); }
    kind = kindNames.indexOf(spec[0]);
    if (kind < 0 || kind >= MACD) { throw new RangeErr('ta.crossover: unknown indicator ' + Str(spec[0])); }
    result = kind === VWAP ? vwap(spec[1], spec.length > 2 ? spec[2] : options) : scalar(kind, spec[1], spec.length > 2 ? spec[2] : options);
    return result;
  } finally {
    extraBack = 0;
  }
}

function cross(a, b, options) {
  var a1 = lineAt(a, options, 0), b1 = lineAt(b, options, 0), a0 = lineAt(a, options, 1), b0 = lineAt(b, options, 1);
  if (a1 === null || b1 === null || a0 === null || b0 === null) { return null; }
  return a1 > b1 && a0 <= b0;
}

// The path of nearly every call: default series and source, one new candle. Written out because it decides the speed of a backtest.
function sma(n, options) {
  if (options !== undefined || extraBack !== 0) { return scalar(SMA, n, options); }
  var s = symbols[symId].main, ind = s.fast[SMA][n], i = s.count - 1, p, old, close, v;
  if (ind === undefined || ind.next < i || i - ind.first < n) { return scalar(SMA, n, options); }
  if (ind.next === i) {
    close = s.close;
    p = i & s.mask;
    old = (i - n) & s.mask;
    v = ind.a + (close[p] - close[old]);
    ind.a = v;
    v = v / n;
    ind.v = v;
    ind.values[p] = v;
    ind.next = i + 1;
    return v;
  }
  return ind.v;
}

function recursive(kind, n, options) {
  if (options !== undefined || extraBack !== 0) { return scalar(kind, n, options); }
  var s = symbols[symId].main, ind = s.fast[kind][n], i = s.count - 1, p, alpha, v;
  if (ind === undefined || ind.next < i || i - ind.first < n) { return scalar(kind, n, options); }
  if (ind.next === i) {
    p = i & s.mask;
    alpha = kind === EMA ? 2 / (n + 1) : 1 / n;
    v = alpha * s.close[p] + (1 - alpha) * ind.a;
    ind.a = v;
    ind.v = v;
    ind.values[p] = v;
    ind.next = i + 1;
    return v;
  }
  return ind.v;
}

var ta = freeze({
  sma: sma,
  ema: function ema(n, options) { return recursive(EMA, n, options); },
  rma: function rma(n, options) { return recursive(RMA, n, options); },
  rsi: function rsi(n, options) { return scalar(RSI, n, options); },
  atr: function atr(n, options) { return scalar(ATR, n, options); },
  stdev: function stdev(n, options) { return scalar(STDEV, n, options); },
  highest: function highest(n, options) { return scalar(HIGHEST, n, options); },
  lowest: function lowest(n, options) { return scalar(LOWEST, n, options); },
  vwap: vwap,
  macd: macd,
  bollinger: bollinger,
  crossover: function crossover(a, b, options) { return cross(a, b, options); },
  crossunder: function crossunder(a, b, options) { return cross(b, a, options); }
});
