// Part 1 of the prelude (ES5, both engines): a deterministic world. No clock, no locale, no time zone, no evaluation of text, seeded random
// numbers; then the primordials are frozen, so that a script can hurt only itself. Runs before any line of a strategy.
var O = Object, Arr = Array, Str = String, Num = Number, NativeDate = Date, RangeErr = RangeError, TypeErr = TypeError, Err = Error;
var defineProperty = O.defineProperty, freeze = O.freeze, keys = O.keys, ownNames = O.getOwnPropertyNames, create = O.create;
var describe = O.getOwnPropertyDescriptor, prototypeOf = O.getPrototypeOf, isArray = Arr.isArray;
var stringify = JSON.stringify, parseJson = JSON.parse, floor = Math.floor, sqrt = Math.sqrt, abs = Math.abs, max = Math.max;
var ownProperty = O.prototype.hasOwnProperty;
var world = host.world, buf = host.numbers, now = 0;
var Column = host.typed ? world.Float64Array : null;

function hide(target, name, value) {
  defineProperty(target, name, { value: value, writable: true, enumerable: false, configurable: true });
}

function seedRandom() {
  var a = buf[28] | 0, b = buf[29] | 0, c = buf[30] | 0, d = buf[31] | 0;
  function next() {
    var t = a ^ (a << 11);
    a = b; b = c; c = d;
    d = d ^ (d >>> 19) ^ t ^ (t >>> 8);
    return d >>> 0;
  }
  hide(Math, 'random', function random() {
    var high = next() >>> 5, low = next() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  });
}

// Date: "now" is the event's time, local time is UTC, text is ISO-8601 only (what else engines accept differs between them).
var isoText = /^([+-]\d{6}|\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*([Zz]|[+-]\d\d:?\d\d)?$/;

function parseDate(text) {
  var m = isoText.exec(Str(text)), zone = 0, z, ms;
  if (!m) { return NaN; }
  if (m[8] && m[8] !== 'Z' && m[8] !== 'z') {
    z = m[8];
    zone = (z.charAt(0) === '-' ? -1 : 1) * (Num(z.substr(1, 2)) * 60 + Num(z.substr(z.length - 2)));
  }
  ms = m[7] ? floor(Num('0.' + m[7]) * 1000 + 1e-6) : 0;
  if (Num(m[2] || 1) > 12 || Num(m[3] || 1) > 31 || Num(m[4] || 0) > 24 || Num(m[5] || 0) > 59 || Num(m[6] || 0) > 59) { return NaN; }
  var made = new NativeDate(0);
  made.setUTCFullYear(Num(m[1]), Num(m[2] || 1) - 1, Num(m[3] || 1));
  made.setUTCHours(Num(m[4] || 0), Num(m[5] || 0), Num(m[6] || 0), ms);
  return made.getTime() - zone * 60000;
}

function installDate() {
  var proto = NativeDate.prototype, utc = NativeDate.UTC, iso = proto.toISOString, valueOf = proto.valueOf;
  function made(y, m, d, h, min, s, ms, count) {
    if (count === 0) { return new NativeDate(now); }
    if (count === 1) {
      if (typeof y === 'object' && y !== null && prototypeOf(y) === proto) { return new NativeDate(valueOf.call(y)); }
      return new NativeDate(typeof y === 'string' ? parseDate(y) : Num(y));
    }
    return new NativeDate(utc(y, m, d === undefined ? 1 : d, h || 0, min || 0, s || 0, ms || 0));
  }
  function FixedDate(y, m, d, h, min, s, ms) {
    var date = made(y, m, d, h, min, s, ms, arguments.length);
    return this instanceof FixedDate ? date : text.call(new NativeDate(now));
  }
  function text() {
    var t = valueOf.call(this);
    return t === t ? iso.call(this) : 'Invalid Date';
  }
  var parts = ['Date', 'Day', 'FullYear', 'Hours', 'Milliseconds', 'Minutes', 'Month', 'Seconds'];
  for (var i = 0; i < parts.length; i++) {
    hide(proto, 'get' + parts[i], proto['getUTC' + parts[i]]);
    if (parts[i] !== 'Day') { hide(proto, 'set' + parts[i], proto['setUTC' + parts[i]]); }
  }
  hide(proto, 'getTimezoneOffset', function getTimezoneOffset() { return 0; });
  var texts = ['toString', 'toLocaleString', 'toUTCString', 'toGMTString'];
  for (i = 0; i < texts.length; i++) { hide(proto, texts[i], text); }
  var days = ['toDateString', 'toLocaleDateString'], times = ['toTimeString', 'toLocaleTimeString'];
  for (i = 0; i < 2; i++) {
    hide(proto, days[i], function () { return text.call(this).slice(0, 10); });
    hide(proto, times[i], function () { return text.call(this).slice(11); });
  }
  delete proto.getYear;
  delete proto.setYear;
  FixedDate.prototype = proto;
  hide(proto, 'constructor', FixedDate);
  hide(FixedDate, 'now', function () { return now; });
  hide(FixedDate, 'parse', parseDate);
  hide(FixedDate, 'UTC', utc);
  hide(world, 'Date', FixedDate);
}

function removeLocale() {
  function compare(that) {
    var a = Str(this), b = Str(that);
    return a < b ? -1 : a > b ? 1 : 0;
  }
  hide(Str.prototype, 'localeCompare', compare);
  hide(Str.prototype, 'toLocaleUpperCase', Str.prototype.toUpperCase);
  hide(Str.prototype, 'toLocaleLowerCase', Str.prototype.toLowerCase);
  var plain = [Num, world.BigInt, Arr, O];
  for (var i = 0; i < plain.length; i++) {
    if (plain[i]) { hide(plain[i].prototype, 'toLocaleString', plain[i].prototype.toString); }
  }
}

function removeForbidden() {
  var names = ['Promise', 'Atomics', 'SharedArrayBuffer', 'WeakRef', 'FinalizationRegistry', 'console', 'WebAssembly', 'Intl', 'eval',
    'queueMicrotask', 'performance', 'Temporal', 'Loader', 'print', 'load', 'System', 'importNamespace', 'log', 'setTimeout', 'setInterval',
    'AsyncDisposableStack', 'AsyncIterator', 'escape', 'unescape'];
  for (var i = 0; i < names.length; i++) { delete world[names[i]]; }
  if (Arr.fromAsync) { delete Arr.fromAsync; }
  var proto = Function.prototype;
  function NoFunction() { throw new TypeErr('making functions from text is not allowed in a strategy'); }
  NoFunction.prototype = proto;
  hide(proto, 'constructor', NoFunction);
  hide(world, 'Function', NoFunction);
  if (world.RegExp.$1 !== undefined) { delete world.RegExp.input; }
}

// Freezing a prototype would forbid to shadow its properties by assignment (an own "toString", an error's "name"): such properties become
// accessors whose setter defines the property on the receiver.
function allowShadowing(proto) {
  var names = ownNames(proto);
  for (var i = 0; i < names.length; i++) { shadowable(proto, names[i]); }
}

function shadowable(proto, name) {
  var found = describe(proto, name);
  if (!found || !ownProperty.call(found, 'value') || !found.configurable) { return; }
  var value = found.value;
  defineProperty(proto, name, {
    get: function () { return value; },
    set: function (next) {
      if (this === proto) { throw new TypeErr('the built-in ' + name + ' is frozen'); }
      defineProperty(this, name, { value: next, writable: true, enumerable: true, configurable: true });
    },
    enumerable: false, configurable: false
  });
}

function freezeAll(target, seen) {
  if (target === null || (typeof target !== 'object' && typeof target !== 'function') || seen.indexOf(target) >= 0) { return; }
  seen.push(target);
  var names = ownNames(target), i;
  for (i = 0; i < names.length; i++) {
    var found = describe(target, names[i]);
    if (!found) { continue; }
    if (ownProperty.call(found, 'value')) { freezeAll(found.value, seen); } else { freezeAll(found.get, seen); freezeAll(found.set, seen); }
  }
  freezeAll(prototypeOf(target), seen);
  freeze(target);
}

function freezePrimordials() {
  var names = ['Object', 'Function', 'Array', 'String', 'Number', 'Boolean', 'Date', 'RegExp', 'Math', 'JSON', 'Error', 'EvalError', 'RangeError',
    'ReferenceError', 'SyntaxError', 'TypeError', 'URIError', 'Map', 'Set', 'WeakMap', 'WeakSet', 'Symbol', 'BigInt', 'Proxy', 'Reflect',
    'ArrayBuffer', 'DataView', 'Float64Array', 'Float32Array', 'Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array',
    'Int32Array', 'Uint32Array', 'BigInt64Array', 'BigUint64Array', 'Float16Array', 'Iterator', 'AggregateError', 'parseInt', 'parseFloat',
    'isNaN', 'isFinite', 'encodeURIComponent', 'decodeURIComponent', 'encodeURI', 'decodeURI'];
  var seen = [], i;
  allowShadowing(O.prototype);
  for (i = 10; i < 17; i++) { if (world[names[i]]) { allowShadowing(world[names[i]].prototype); } }
  for (i = 0; i < names.length; i++) { freezeAll(world[names[i]], seen); }
  if (world.Symbol) { freezeAll(prototypeOf([][world.Symbol.iterator]()), seen); }
  // The names stay: a strategy that assigns its own "Math" would only confuse its reader.
  for (i = 0; i < names.length; i++) {
    if (world[names[i]]) { defineProperty(world, names[i], { value: world[names[i]], writable: false, enumerable: false, configurable: false }); }
  }
}
