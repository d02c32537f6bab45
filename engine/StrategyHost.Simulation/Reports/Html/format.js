'use strict';
// Texts of numbers and times, and the one way to make elements: text is always set as text, never parsed as HTML.
var DASH = '–';
var MINUS = '−';

function el(tag, attributes, children) {
  var node = document.createElement(tag);
  Object.keys(attributes || {}).forEach(function (key) {
    if (key === 'class') {
      node.className = attributes[key];
    } else if (key.slice(0, 2) === 'on') {
      node.addEventListener(key.slice(2), attributes[key]);
    } else {
      node.setAttribute(key, attributes[key]);
    }
  });
  (Array.isArray(children) ? children : [children]).forEach(function (child) {
    if (child !== undefined && child !== null) {
      node.appendChild(typeof child === 'object' ? child : document.createTextNode(String(child)));
    }
  });
  return node;
}

function grouped(value, decimals) {
  var text = Math.abs(value).toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  return (value < 0 && /[1-9]/.test(text) ? MINUS : '') + text;
}

function isNumber(value) {
  return typeof value === 'number' && isFinite(value);
}

function money(value) {
  if (!isNumber(value)) {
    return DASH;
  }
  var size = Math.abs(value);
  return size > 0 && size < 0.01 ? grouped(value, 6) : grouped(value, 2);
}

function signed(value, format) {
  return (value > 0 ? '+' : '') + (format || money)(value);
}

function price(value) {
  if (!isNumber(value)) {
    return DASH;
  }
  var size = Math.abs(value);
  var decimals = size >= 1000 ? 2 : size >= 1 ? 4 : size > 0 ? Math.min(10, 3 - Math.floor(Math.log10(size))) : 2;
  return grouped(value, decimals);
}

function amount(value) {
  return isNumber(value) ? value.toLocaleString('en-US', { maximumFractionDigits: 9 }) : DASH;
}

function percent(value, decimals) {
  return isNumber(value) ? grouped(value, decimals === undefined ? 2 : decimals) + ' %' : DASH;
}

function two(n) {
  return (n < 10 ? '0' : '') + n;
}

function day(ms) {
  var d = new Date(ms);
  return d.getUTCFullYear() + '-' + two(d.getUTCMonth() + 1) + '-' + two(d.getUTCDate());
}

function clock(ms, seconds) {
  var d = new Date(ms);
  return two(d.getUTCHours()) + ':' + two(d.getUTCMinutes()) + (seconds ? ':' + two(d.getUTCSeconds()) : '');
}

function moment(ms) {
  return day(ms) + ' ' + clock(ms, ms % 60000 !== 0);
}

function duration(ms) {
  if (!isNumber(ms)) {
    return DASH;
  }
  var units = [
    [86400000, 'd'],
    [3600000, 'h'],
    [60000, 'min'],
    [1000, 's'],
  ];
  for (var i = 0; i < units.length; i++) {
    if (ms >= units[i][0]) {
      var whole = Math.floor(ms / units[i][0]);
      var rest = i + 1 < units.length ? Math.floor((ms - whole * units[i][0]) / units[i + 1][0]) : 0;
      return grouped(whole, 0) + ' ' + units[i][1] + (rest ? ' ' + rest + ' ' + units[i + 1][1] : '');
    }
  }
  return Math.round(ms) + ' ms';
}

function inUnit(value, unit) {
  if (!isNumber(value)) {
    return DASH;
  }
  switch (unit) {
    case 'Money':
      return money(value);
    case 'Fraction':
      return percent(value * 100);
    case 'Percent':
      return percent(value);
    case 'Count':
      return grouped(value, 0);
    case 'Days':
      return grouped(value, value % 1 ? 1 : 0) + ' d';
    case 'Milliseconds':
      return duration(value);
    default:
      return grouped(value, 2);
  }
}

function tone(value) {
  return value > 0 ? 'good' : value < 0 ? 'bad' : '';
}

// Plain-language help behind a small question mark: hover, focus or tap.
function tip(text) {
  function show(event) {
    hide();
    var box = event.currentTarget.getBoundingClientRect();
    var bubble = el('div', { id: 'bubble', role: 'tooltip' }, text);
    document.body.appendChild(bubble);
    var left = Math.max(8, Math.min(box.left - 20, document.documentElement.clientWidth - bubble.offsetWidth - 8));
    bubble.style.left = left + window.scrollX + 'px';
    bubble.style.top = box.bottom + window.scrollY + 6 + 'px';
  }
  function hide() {
    var bubble = document.getElementById('bubble');
    if (bubble) {
      bubble.remove();
    }
  }
  return el(
    'button',
    {
      'class': 'tip',
      type: 'button',
      'aria-label': text,
      onmouseenter: show,
      onfocus: show,
      onclick: show,
      onmouseleave: hide,
      onblur: hide,
    },
    '?',
  );
}
