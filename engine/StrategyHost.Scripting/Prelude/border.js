// Part 3 of the prelude (ES5): the border. The host writes numbers into `buf` and calls dispatch(); what a strategy returns goes back through
// the same buffer as tagged numbers. The layout is StrategyHost.Scripting's BorderLayout; a strategy never sees the buffer.
var VIEW = buf[20], STOPS = buf[21], OUT = buf[22], OUT_END = buf[23], BOOK = buf[24], MARKETS = buf[25], LOG_LIMIT = buf[26];
var symbols = [], seriesTable = [], byName = create(null), main = 0, mainInterval = null, params = freeze({}), callbacks = create(null);
var symId = 0, warming = false, stopAt = -1, rowPrice = NaN, rowNumber = 0, viewVersion = -1, overlay = [];
var heldOrders = null, heldDetail = null, heldPositions = null, heldPositionsRow = -1, heldPosition = null, heldPositionRow = -1;
var logs = [], logRoom = LOG_LIMIT, logPending = 0, rowIndex = 0;

function orNull(x) { return x === x ? x : null; }

// ---- ctx

function seriesOf(symbol, interval) {
  var sym = symbol === undefined || symbol === null ? symbols[symId] : byName[Str(symbol)], s;
  if (!sym) { throw new RangeErr('unknown symbol ' + Str(symbol) + '; the strategy has: ' + keys(byName).join(' ')); }
  s = interval === undefined || interval === null ? sym.main : sym.series[Str(interval)];
  if (!s) { throw new RangeErr('no candles of interval ' + Str(interval) + '; name it in settings().intervals'); }
  return s;
}

function mainSeries() { return symbols[symId].main; }

function candle(s, i) {
  var p = i & s.mask, t = s.start[p];
  return { symbol: s.sym, interval: s.interval, start: t, end: t + s.ms, open: s.open[p], high: s.high[p], low: s.low[p], close: s.close[p],
    volume: s.volume[p], turnover: orNull(s.turnover[p]), confirm: true, late: false };
}

function history(n, options) {
  var s = options === undefined || options === null ? mainSeries() : seriesOf(options.symbol, options.interval);
  var want = n === undefined ? historyLimit : Num(n), from, i, list = [];
  if (want !== floor(want) || want < 0) { throw new RangeErr('ctx.history: n must be a whole number >= 0'); }
  from = max(max(0, s.count - historyLimit), s.count - want);
  for (i = from; i < s.count; i++) { list[i - from] = candle(s, i); }
  return list;
}

function marketBase(sym) {
  var count = buf[VIEW + 3], i, base = VIEW + MARKETS;
  for (i = 0; i < count; i++, base += 12) { if (buf[base] === sym) { return base; } }
  return -1;
}

function markOf(sym) {
  var base = marketBase(sym), mark, follows = base < 0 || buf[base + 10] === 1;
  if (follows && sym === symId && rowPrice === rowPrice) { return rowPrice; }
  if (follows && overlay[sym] === overlay[sym]) { return overlay[sym]; }
  mark = base < 0 ? NaN : buf[base + 2];
  return mark === mark || base < 0 ? mark : buf[base + 1];
}

function marketOf(sym) {
  var base = marketBase(sym), moved = sym === symId && rowPrice === rowPrice ? rowPrice : overlay[sym], follows, last, mark, index;
  if (base < 0) {
    last = orNull(moved);
    return { symbol: symbols[sym].name, last: last, mark: last, index: last, bid: null, ask: null, bid_size: null, ask_size: null,
      funding_rate: null, next_funding_time: null };
  }
  follows = buf[base + 10] === 1 && moved === moved;
  last = moved === moved ? moved : buf[base + 1];
  mark = follows ? moved : buf[base + 2];
  index = follows ? moved : buf[base + 3];
  return { symbol: symbols[sym].name, last: orNull(last), mark: orNull(mark), index: orNull(index), bid: orNull(buf[base + 4]),
    ask: orNull(buf[base + 5]), bid_size: orNull(buf[base + 6]), ask_size: orNull(buf[base + 7]), funding_rate: orNull(buf[base + 8]),
    next_funding_time: orNull(buf[base + 9]) };
}

function unrealised(base) {
  var mark = markOf(buf[base]);
  return mark === mark ? (mark - buf[base + 3]) * buf[base + 2] * buf[base + 1] : 0;
}

function detail() {
  if (heldDetail === null) { heldDetail = parseJson(host.text('view', '', '')); }
  return heldDetail;
}

function position(index) {
  var base = VIEW + 8 + index * 8, sign = buf[base + 1], entry = buf[base + 3], mark = markOf(buf[base]), stop = buf[base + 4];
  if (stopAt >= 0 && buf[base] === symId) { stop = buf[stopAt]; }
  return { symbol: symbols[buf[base]].name, side: sign > 0 ? 'long' : 'short', size: buf[base + 2], entry_price: entry,
    unrealised_pnl: mark === mark ? (mark - entry) * buf[base + 2] * sign : null,
    profit_percent: mark === mark ? (mark - entry) / entry * 100 * sign : null,
    stop_price: orNull(stop), trail_percent: orNull(buf[base + 5]), opened_at: buf[base + 6],
    tranches: buf[base + 7] > 0 ? detail().tranches[index] : [] };
}

function currentPosition() {
  if (heldPositionRow === rowNumber) { return heldPosition; }
  var count = buf[VIEW + 2], i;
  heldPosition = null;
  heldPositionRow = rowNumber;
  for (i = 0; i < count; i++) {
    if (buf[VIEW + 8 + i * 8] === symId) { heldPosition = buf[VIEW + 8 + i * 8 + 2] > 0 ? position(i) : null; break; }
  }
  return heldPosition;
}

function allPositions() {
  if (heldPositionsRow === rowNumber) { return heldPositions; }
  var count = buf[VIEW + 2], flat = {}, i, name;
  heldPositions = {};
  heldPositionsRow = rowNumber;
  for (i = 0; i < count; i++) {
    name = symbols[buf[VIEW + 8 + i * 8]].name;
    if (!(buf[VIEW + 8 + i * 8 + 2] > 0)) { flat[name] = true; }
    if (!ownProperty.call(heldPositions, name) && !ownProperty.call(flat, name)) {
      heldPositions[name] = i === 0 && name === symbols[symId].name ? currentPosition() : position(i);
    }
  }
  return heldPositions;
}

function orders() {
  if (heldOrders === null) { heldOrders = buf[VIEW + 4] > 0 ? deepFreeze(detail().orders) : freeze([]); }
  return heldOrders;
}

function deepFreeze(value) {
  if (value !== null && typeof value === 'object') {
    var names = keys(value), i;
    for (i = 0; i < names.length; i++) { deepFreeze(value[names[i]]); }
    freeze(value);
  }
  return value;
}

function account() {
  var equity = buf[VIEW], count = buf[VIEW + 2], i;
  for (i = 0; i < count; i++) { equity += unrealised(VIEW + 8 + i * 8); }
  return { equity: equity, available: buf[VIEW + 1] };
}

function known(symbol) {
  var found = byName[Str(symbol)];
  if (!found) { throw new RangeErr('unknown symbol ' + Str(symbol) + '; the strategy has: ' + keys(byName).join(' ')); }
  return found;
}

function log(value) {
  var text = Str(value);
  if (logRoom <= 0 || logs.length >= 4096) { return; }
  if (text.length > logRoom) { text = text.slice(0, logRoom) + ' [log cut: more than ' + LOG_LIMIT + ' characters in one call]'; logRoom = 0; }
  logRoom -= text.length;
  logPending += text.length + 8;
  logs[logs.length] = { row: rowIndex, text: text };
}

function buildContext() {
  var made = {};
  function getter(name, get) { defineProperty(made, name, { get: get, enumerable: true }); }
  function value(name, v) { defineProperty(made, name, { value: v, enumerable: true }); }
  getter('now', function () { return now; });
  getter('symbol', function () { return symbols.length > 0 ? symbols[symId].name : null; });
  getter('params', function () { return params; });
  getter('warming', function () { return warming; });
  getter('position', currentPosition);
  getter('positions', allPositions);
  getter('orders', orders);
  getter('account', account);
  getter('instrument', function () { return symbols[symId].instrument; });
  getter('market', function () { return marketOf(symId); });
  value('market_of', function market_of(symbol) { return marketOf(known(symbol).id); });
  value('instrument_of', function instrument_of(symbol) { return known(symbol).instrument; });
  value('history', history);
  value('ta', ta);
  value('log', log);
  return freeze(made);
}

var ctx = buildContext();

// ---- values out

// With a message, for Jint reads it of whatever is thrown.
var TOO_LARGE = { message: 'too large' }, out = 0, known32 = create(null), knownCount = 0;

function put(x) {
  if (out >= OUT_END) { throw TOO_LARGE; }
  buf[out] = x;
  out = out + 1;
}

function putChars(text) {
  var n = text.length;
  if (out + n + 1 >= OUT_END) { throw TOO_LARGE; }
  buf[out] = n;
  for (var i = 0; i < n; i++) { buf[out + 1 + i] = text.charCodeAt(i); }
  out = out + 1 + n;
}

function putText(text) {
  var id;
  if (text.length > 32) { put(7); putChars(text); return; }
  id = known32[text];
  if (id !== undefined) { put(5); put(id); return; }
  if (knownCount >= 4096) { put(7); putChars(text); return; }
  put(6);
  putChars(text);
  known32[text] = knownCount;
  knownCount = knownCount + 1;
}

function putUnsupported(what) { put(10); putText(what); }

function encode(value, depth) {
  switch (typeof value) {
    case 'undefined': put(0); return;
    case 'number': put(4); put(value); return;
    case 'boolean': put(value ? 3 : 2); return;
    case 'string': putText(value); return;
    case 'object': break;
    default: putUnsupported('a ' + typeof value); return;
  }
  if (value === null) { put(1); return; }
  if (depth >= 8) { putUnsupported('nesting beyond 8 levels (or a cycle)'); return; }
  if (isArray(value)) { encodeArray(value, depth); } else { encodeObject(value, depth); }
}

function encodeArray(value, depth) {
  var n = value.length, i;
  // A proxy may claim any length; the host reads exactly as many items as stand here.
  if (typeof n !== 'number' || n !== floor(n) || n < 0 || n > 10000) { putUnsupported('an array of more than 10000 items'); return; }
  put(8);
  put(n);
  for (i = 0; i < n; i++) { encode(value[i], depth + 1); }
}

function encodeObject(value, depth) {
  var names = keys(value), n = names.length, i;
  if (n > 1000) { putUnsupported('an object of more than 1000 fields'); return; }
  put(9);
  put(n);
  for (i = 0; i < n; i++) { putText(names[i]); encode(value[names[i]], depth + 1); }
}

function answer(value) {
  out = OUT;
  try {
    encode(value, 0);
    putLogs();
  } catch (e) {
    if (e !== TOO_LARGE) { throw e; }
    known32 = create(null);
    knownCount = 0;
    out = OUT;
    put(11);
    putUnsupported('a value of more than ' + (OUT_END - OUT) + ' parts or characters');
    putLogs();
  }
  logs.length = 0;
  logPending = 0;
}

// The value keeps its place even where the logs of one call do not fit beside it: what does not fit is dropped and said so.
function putLogs() {
  var countAt = out, n = 0, i;
  put(0);
  for (i = 0; i < logs.length; i++) {
    if (out + logs[i].text.length + 64 >= OUT_END) { break; }
    put(logs[i].row);
    putChars(logs[i].text);
    n++;
  }
  buf[countAt] = n;
}

function isNothing(value) { return value === undefined || value === null || (isArray(value) && value.length === 0); }

// ---- events in

function refreshView() {
  if (buf[7] === viewVersion) { return; }
  viewVersion = buf[7];
  heldOrders = null;
  heldDetail = null;
  for (var i = 0; i < overlay.length; i++) { overlay[i] = NaN; }
}

function beginRow(at, index) {
  now = at;
  rowIndex = index;
  rowNumber = rowNumber + 1;
  logRoom = LOG_LIMIT;
  buf[8] = index + 1;
}

// Columns at buf[3]: start open high low close volume turnover, buf[5] apart.
function klineRun() {
  var s = seriesTable[buf[2]], base = buf[3], n = buf[4], stride = buf[5], flags = buf[6], shift = buf[1], cb = callbacks.on_kline;
  var late = (flags & 2) !== 0, quiet = (flags & 4) === 0 || !cb, hasStops = (flags & 8) !== 0, overlays = !late && !quiet;
  var known = (flags & 16) !== 0, i, p, t, o, h, l, c, v, q, value;
  symId = s.symId;
  warming = (flags & 1) !== 0;
  for (i = 0; i < n; i++) {
    p = base + i;
    t = buf[p]; p += stride; o = buf[p]; p += stride; h = buf[p]; p += stride; l = buf[p]; p += stride; c = buf[p]; p += stride; v = buf[p];
    p += stride; q = buf[p];
    if (!known) { append(s, t, o, h, l, c, v, q); }
    if (quiet) { continue; }
    now = t + shift;
    rowIndex = i;
    rowNumber = rowNumber + 1;
    logRoom = LOG_LIMIT;
    buf[8] = i + 1;
    if (overlays) { rowPrice = c; }
    if (hasStops) { stopAt = STOPS + i; }
    value = cb({ symbol: s.sym, interval: s.interval, start: t, end: t + s.ms, open: o, high: h, low: l, close: c, volume: v,
      turnover: q === q ? q : null, confirm: true, late: late }, ctx);
    if (value !== undefined && !isNothing(value)) { return value; }
    if (logPending > 16000) { return undefined; }
  }
  if (quiet && n > 0) { now = t + shift; buf[8] = n; }
  return undefined;
}

// Columns at buf[3]: time price size side.
function tradeRun() {
  var sym = symbols[buf[2]], base = buf[3], n = buf[4], stride = buf[5], hasStops = (buf[6] & 8) !== 0, shift = buf[1], cb = callbacks.on_trade;
  var name = sym.name, i, p, t, x, z, w, value;
  symId = sym.id;
  warming = false;
  for (i = 0; i < n; i++) {
    p = base + i;
    t = buf[p]; p += stride; x = buf[p]; p += stride; z = buf[p]; p += stride; w = buf[p];
    now = t + shift;
    rowIndex = i;
    rowNumber = rowNumber + 1;
    logRoom = LOG_LIMIT;
    buf[8] = i + 1;
    rowPrice = x;
    if (hasStops) { stopAt = STOPS + i; }
    if (!cb) { continue; }
    value = cb({ symbol: name, price: x, size: z, side: w > 0 ? 'buy' : 'sell', time: t }, ctx);
    if (value !== undefined && !isNothing(value)) { return value; }
    if (logPending > 16000) { return undefined; }
  }
  return undefined;
}

function endRun() {
  if (rowPrice === rowPrice) { overlay[symId] = rowPrice; }
  rowPrice = NaN;
  stopAt = -1;
}

function klineUpdate() {
  var s = seriesTable[buf[2]], t = buf[40];
  symId = s.symId;
  return { symbol: s.sym, interval: s.interval, start: t, end: t + s.ms, open: buf[41], high: buf[42], low: buf[43], close: buf[44],
    volume: buf[45], turnover: orNull(buf[46]), confirm: false, late: false };
}

function levels(at, n) {
  var list = [];
  for (var i = 0; i < n; i++) { list[i] = [buf[at + 2 * i], buf[at + 2 * i + 1]]; }
  return list;
}

function book() {
  var bids = levels(BOOK, buf[40]), asks = levels(BOOK + 2 * buf[40], buf[41]), sym = symbols[buf[2]];
  symId = sym.id;
  return { symbol: sym.name, bids: bids, asks: asks, mid: bids.length > 0 && asks.length > 0 ? (bids[0][0] + asks[0][0]) / 2 : null, time: now };
}

function ticker() {
  var m;
  symId = buf[2];
  m = marketOf(symId);
  return { symbol: m.symbol, last: m.last, mark: m.mark, index: m.index, bid: m.bid, bid_size: m.bid_size, ask: m.ask, ask_size: m.ask_size,
    volume_24h: orNull(buf[40]), turnover_24h: orNull(buf[41]), open_interest: orNull(buf[42]), funding_rate: m.funding_rate,
    next_funding_time: m.next_funding_time, time: now };
}

function payload() {
  var made = parseJson(host.text('payload', '', ''));
  if (buf[2] >= 0) { symId = buf[2]; }
  return made;
}

function single(cb, make) {
  if (!cb) { return undefined; }
  var value = cb(make(), ctx);
  return isNothing(value) ? undefined : value;
}

function lifecycle(cb) {
  symId = main;
  if (cb) { cb(ctx); }
  return undefined;
}

function event(op) {
  refreshView();
  if (op === 3) { return klineRun(); }
  if (op === 4) { return tradeRun(); }
  beginRow(buf[1], 0);
  warming = (buf[6] & 1) !== 0;
  switch (op) {
    case 5: return single(callbacks.on_kline, klineUpdate);
    case 6: return single(callbacks.on_orderbook, book);
    case 7: return single(callbacks.on_ticker, ticker);
    case 8: return single(callbacks.on_fill, payload);
    case 9: return single(callbacks.on_order, payload);
    case 10: symId = main; return single(callbacks.on_timer, function () { return now; });
    case 11: return lifecycle(callbacks.on_start);
    default: return lifecycle(callbacks.on_stop);
  }
}

// ---- modules and life cycle

var modules = create(null);
var callbackNames = ['on_kline', 'on_orderbook', 'on_ticker', 'on_trade', 'on_fill', 'on_order', 'on_timer', 'on_start', 'on_stop',
  'export_state', 'import_state', 'settings'];

function load(id) {
  var module = { exports: {} }, tail;
  modules[id] = module;
  if (id.slice(-5) === '.json') {
    module.exports = parseJson(host.text('read', id, ''));
    return module;
  }
  function require(spec) {
    if (typeof spec !== 'string') { throw new TypeErr('require: give the file as a text'); }
    var found = host.text('resolve', id, spec);
    if (!modules[found]) {
      // A module that failed is not there: who catches the error and asks again gets the error again, not half a module.
      try { load(found); } catch (e) { delete modules[found]; throw e; }
    }
    return modules[found].exports;
  }
  tail = host.compile(id).call(module.exports, module.exports, require, module);
  module.tail = tail;
  return module;
}

function start() {
  var module = load('@main'), flags = 0, i, name, found;
  for (i = 0; i < callbackNames.length; i++) {
    name = callbackNames[i];
    found = module.exports !== null && module.exports !== undefined && ownProperty.call(module.exports, name) ? module.exports[name]
      : typeof module.tail === 'object' && module.tail !== null ? module.tail[name] : undefined;
    if (found === undefined || found === null) { continue; }
    if (typeof found !== 'function') { throw new TypeErr(name + ' must be a function'); }
    callbacks[name] = found;
    flags += 1 << i;
  }
  buf[9] = flags;
  answer(callbacks.settings ? callbacks.settings() : undefined);
}

function addSymbol(instrument) {
  var sym = { id: symbols.length, name: instrument.symbol, instrument: deepFreeze(instrument), series: create(null), main: null };
  symbols[sym.id] = sym;
  byName[sym.name] = sym;
  overlay[sym.id] = NaN;
}

function addSeries(given) {
  var sym = symbols[given.sym], s = newSeries(sym.name, given.interval, given.ms);
  s.symId = sym.id;
  seriesTable[seriesTable.length] = s;
  sym.series[given.interval] = s;
  if (sym.main === null) { sym.main = s; }
}

function configure() {
  var given = parseJson(host.text('payload', '', '')), i;
  historyLimit = given.historyLimit;
  ringSize = 256;
  while (ringSize < historyLimit + 16) { ringSize = ringSize * 2; }
  for (i = 0; i < given.instruments.length; i++) { addSymbol(given.instruments[i]); }
  for (i = 0; i < given.series.length; i++) { addSeries(given.series[i]); }
  params = deepFreeze(given.params);
}

function exportState() {
  var text = callbacks.export_state ? stringify(callbacks.export_state()) : undefined;
  return text === undefined ? null : text;
}

// For a console: an expression with ctx as the last event left it, and the view of now. The value comes back as text.
function evaluate() {
  refreshView();
  rowNumber = rowNumber + 1;
  logRoom = LOG_LIMIT;
  var value = host.compile('@console').call(undefined, ctx, callbacks), text;
  if (typeof value === 'object' && value !== null) { text = stringify(value, null, 1); }
  if (typeof value === 'string') { text = stringify(value); }
  return text === undefined ? Str(typeof value === 'function' ? 'a function' : value) : text;
}

function dispatch() {
  var op = buf[0];
  switch (op) {
    case 1: start(); return null;
    case 2: configure(); return null;
    case 13: refreshView(); return exportState();
    case 14: callbacks.import_state(parseJson(host.text('payload', '', ''))); return null;
    case 15: answer(undefined); return null;
    case 16: addSymbol(parseJson(host.text('payload', '', ''))); return null;
    case 18: return evaluate();
    case 17: addSeries(parseJson(host.text('payload', '', ''))); return null;
    default: break;
  }
  var value = event(op);
  endRun();
  if (value === undefined && logs.length === 0) { buf[OUT] = 0; buf[OUT + 1] = 0; return null; }
  answer(value);
  return null;
}

seedRandom();
installDate();
removeLocale();
removeForbidden();
freezePrimordials();
