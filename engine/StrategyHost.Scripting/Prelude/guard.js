// Only for an engine whose native loops no limit stops (Jint): built-ins that could run or grow without end are bounded, and those whose
// recursion could exhaust the stack are written here, where every function checks it. Runs before the other parts.
(function () {
  var ITEMS = 1000000, CHARACTERS = 10000000, world = host.world;
  var proto = Array.prototype, NativeArray = Array, define = Object.defineProperty, create = Object.create, up = Object.getPrototypeOf;
  var stringify = JSON.stringify, parse = JSON.parse, slice = proto.slice, isArray = Array.isArray;

  function set(target, name, value) { define(target, name, { value: value, writable: true, enumerable: false, configurable: true }); }

  function bound(n) {
    if (n > ITEMS) { throw new RangeError('more than ' + ITEMS + ' items in one array operation'); }
  }

  function wrap(target, name) {
    var native = target[name];
    if (typeof native !== 'function') { return; }
    set(target, name, function () {
      if (this !== undefined && this !== null) { bound(this.length); }
      return native.apply(this, arguments);
    });
  }

  var names = ['concat', 'every', 'filter', 'forEach', 'indexOf', 'lastIndexOf', 'map', 'reduce', 'reduceRight', 'reverse', 'shift', 'slice',
    'some', 'splice', 'unshift', 'toLocaleString'];
  for (var i = 0; i < names.length; i++) { wrap(proto, names[i]); }

  // Written out: the native one copies the whole text for each item, which no time limit stops.
  set(proto, 'join', function (separator) {
    bound(this.length);
    var glue = separator === undefined ? ',' : String(separator), n = this.length >>> 0, text = '', i, item;
    if (glue.length * n > CHARACTERS) { throw new RangeError('the joined text would be too long'); }
    for (i = 0; i < n; i++) {
      item = this[i];
      if (i > 0) { text += glue; }
      if (item !== undefined && item !== null) { text += String(item); }
    }
    return text;
  });
  set(proto, 'toString', function () { return this.join(','); });

  // Stable, as the language demands since 2019, and stopped by the time limit.
  set(proto, 'sort', function (compare) {
    bound(this.length);
    var n = this.length >>> 0, from = slice.call(this), to = [], width, lo, mid, hi, a, b, k, swap;
    for (width = 1; width < n; width *= 2) {
      for (lo = 0; lo < n; lo += 2 * width) {
        mid = Math.min(lo + width, n); hi = Math.min(lo + 2 * width, n); a = lo; b = mid;
        for (k = lo; k < hi; k++) {
          if (a < mid && (b >= hi || order(from[a], from[b], compare) <= 0)) { to[k] = from[a]; a++; } else { to[k] = from[b]; b++; }
        }
      }
      swap = from; from = to; to = swap;
    }
    for (k = 0; k < n; k++) { this[k] = from[k]; }
    return this;
  });

  function order(x, y, compare) {
    if (x === undefined || y === undefined) { return x === y ? 0 : x === undefined ? 1 : -1; }
    if (compare !== undefined) { return Number(compare(x, y)) || 0; }
    var p = String(x), q = String(y);
    return p < q ? -1 : p > q ? 1 : 0;
  }

  function BoundedArray(n) {
    if (arguments.length === 1 && typeof n === 'number') { bound(n); return new NativeArray(n); }
    return slice.call(arguments);
  }
  BoundedArray.prototype = proto;
  set(BoundedArray, 'isArray', isArray);
  set(proto, 'constructor', BoundedArray);
  set(world, 'Array', BoundedArray);

  var apply = Function.prototype.apply;
  set(Function.prototype, 'apply', function (self, list) {
    if (list !== undefined && list !== null) { bound(list.length); }
    return host.apply(this, self, list === undefined || list === null ? [] : list);
  });

  set(Function.prototype, 'bind', function (self) {
    var target = this, given = slice.call(arguments, 1);
    if (typeof target !== 'function') { throw new TypeError('bind: not a function'); }
    return function () { return host.apply(target, self, given.concat(slice.call(arguments))); };
  });

  set(Object, 'create', function (parent, properties) {
    for (var at = parent, depth = 0; at !== null && typeof at === 'object'; at = up(at)) {
      if (++depth > 100) { throw new RangeError('a chain of more than 100 prototypes'); }
    }
    return properties === undefined ? create(parent) : create(parent, properties);
  });

  function deep(value, depth) {
    if (value === null || typeof value !== 'object') { return; }
    if (depth > 100) { throw new TypeError('JSON.stringify: nesting beyond 100 levels or a cycle'); }
    var names = Object.keys(value);
    for (var i = 0; i < names.length; i++) { deep(value[names[i]], depth + 1); }
  }

  set(JSON, 'stringify', function (value, replacer, space) {
    deep(value, 0);
    return stringify(value, replacer, space);
  });
  set(JSON, 'parse', function (text, reviver) {
    host.text('nesting', String(text), '');
    return reviver === undefined ? parse(text) : parse(text, reviver);
  });

  // Texts of numbers: the native ones round twice, and lose digits of some numbers in exponent form.
  var numberProto = Number.prototype, numberToString = numberProto.toString, NativeString = String;

  function digitsOf(name, given, least) {
    var digits = given === undefined ? 0 : Number(given);
    digits = digits !== digits ? 0 : digits < 0 ? Math.ceil(digits) : Math.floor(digits);
    if (!(digits >= least && digits <= 100)) { throw new RangeError(name + ': digits must be from ' + least + ' to 100'); }
    return digits;
  }

  set(numberProto, 'toString', function (radix) {
    return radix === undefined || radix === 10 ? host.numberText('toString', Number(this), 0) : numberToString.call(this, radix);
  });
  set(numberProto, 'toFixed', function (digits) { return host.numberText('toFixed', Number(this), digitsOf('toFixed', digits, 0)); });
  set(numberProto, 'toExponential', function (digits) {
    return host.numberText('toExponential', Number(this), digits === undefined ? NaN : digitsOf('toExponential', digits, 0));
  });
  set(numberProto, 'toPrecision', function (digits) {
    return host.numberText(digits === undefined ? 'toString' : 'toPrecision', Number(this),
      digits === undefined ? 0 : digitsOf('toPrecision', digits, 1));
  });

  function ExactString(value) {
    var text = arguments.length === 0 ? '' : typeof value === 'number' ? host.numberText('toString', value, 0) : NativeString(value);
    return this instanceof ExactString ? new NativeString(text) : text;
  }
  ExactString.prototype = NativeString.prototype;
  set(ExactString, 'fromCharCode', NativeString.fromCharCode);
  set(NativeString.prototype, 'constructor', ExactString);
  set(world, 'String', ExactString);
}());
