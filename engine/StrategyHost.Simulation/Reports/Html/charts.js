// Canvas basics, and the charts that only show: equity with drawdown, distribution of results, excursions.
var charts = [];

// Style colours, read once per drawing: thousands of markers ask.
var palette = {};
function colour(name) {
  return (
    palette[name] ||
    (palette[name] = getComputedStyle(document.documentElement)
      .getPropertyValue('--' + name)
      .trim())
  );
}

// A canvas of fixed height and full width that redraws sharply on resize, on a change of light and dark, and on demand.
function surface(height, label, draw) {
  var canvas = el('canvas', { role: 'img', 'aria-label': label });
  var chart = { canvas: canvas, width: 0, height: height, pending: false };
  canvas.style.height = height + 'px';
  chart.draw = function () {
    chart.pending = false;
    palette = {};
    var width = canvas.clientWidth;
    if (!width) {
      return;
    }
    var ratio = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    var c = canvas.getContext('2d');
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.clearRect(0, 0, width, height);
    c.font = '11px system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif';
    chart.width = width;
    draw(c, width, height, chart);
  };
  chart.redraw = function () {
    if (!chart.pending) {
      chart.pending = true;
      requestAnimationFrame(chart.draw);
    }
  };
  charts.push(chart);
  return chart;
}

window.addEventListener('resize', function () {
  charts.forEach(function (chart) {
    chart.redraw();
  });
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', function () {
  charts.forEach(function (chart) {
    chart.redraw();
  });
});

// Round numbers between low and high, about `wanted` of them.
function ticks(low, high, wanted) {
  var span = high - low;
  if (!(span > 0)) {
    return [low];
  }
  var power = Math.pow(10, Math.floor(Math.log10(span / wanted)));
  var step =
    [1, 2, 5, 10]
      .map(function (m) {
        return m * power;
      })
      .find(function (s) {
        return span / s <= wanted;
      }) || 10 * power;
  var list = [];
  for (var i = Math.ceil(low / step); i * step <= high; i++) {
    list.push(i * step);
  }
  return list;
}

var TIME_STEPS = [
  1000, 5000, 15000, 60000, 300000, 900000, 1800000, 3600000, 10800000, 21600000, 43200000, 86400000, 172800000, 604800000,
  1209600000,
];

function timeTicks(from, to, wanted) {
  var list = [];
  var step = TIME_STEPS.find(function (s) {
    return (to - from) / s <= wanted;
  });
  if (step) {
    for (var t = Math.ceil(from / step) * step; t <= to; t += step) {
      list.push([t, step < 86400000 && t % 86400000 ? clock(t, step < 60000) : day(t).slice(5)]);
    }
    return list;
  }
  var months = Math.max(1, Math.ceil((to - from) / 2629800000 / wanted));
  var d = new Date(from);
  for (var m = Math.ceil((d.getUTCFullYear() * 12 + d.getUTCMonth() + 1) / months) * months; ; m += months) {
    var at = Date.UTC(Math.floor(m / 12), m % 12, 1);
    if (at > to) {
      return list;
    }
    list.push([at, day(at).slice(0, 7)]);
  }
}

function timeAxis(c, scale, from, to, width, bottom, top) {
  c.textAlign = 'center';
  c.textBaseline = 'top';
  timeTicks(from, to, Math.max(2, Math.floor(width / 95))).forEach(function (tick) {
    var x = Math.round(scale(tick[0])) + 0.5;
    c.strokeStyle = colour('grid');
    c.beginPath();
    c.moveTo(x, top);
    c.lineTo(x, bottom);
    c.stroke();
    if (x > 24 && x < width - 12) {
      c.fillStyle = colour('soft');
      c.fillText(tick[1], x, bottom + 5);
    }
  });
}

function valueAxis(c, scale, list, text, right) {
  c.textAlign = 'left';
  c.textBaseline = 'middle';
  list.forEach(function (value) {
    var y = Math.round(scale(value)) + 0.5;
    c.strokeStyle = colour('grid');
    c.beginPath();
    c.moveTo(0, y);
    c.lineTo(right, y);
    c.stroke();
    c.fillStyle = colour('soft');
    c.fillText(text(value), right + 6, y);
  });
}

// As many decimals as tell neighbouring labels apart.
function axisText(list) {
  var step = list.length > 1 ? list[1] - list[0] : Math.abs(list[0]) || 1;
  var decimals = Math.max(0, Math.min(12, Math.ceil(-Math.log10(step) - 1e-9)));
  return function (value) {
    return grouped(value, decimals);
  };
}

function axisWidth(c, list, text) {
  return (
    Math.ceil(
      list.reduce(function (most, value) {
        return Math.max(most, c.measureText(text(value)).width);
      }, 46),
    ) + 12
  );
}

function bounds(values) {
  var low = Infinity,
    high = -Infinity;
  values.forEach(function (v) {
    if (v < low) {
      low = v;
    }
    if (v > high) {
      high = v;
    }
  });
  return [low, high];
}

function nearest(sorted, value) {
  var low = 0,
    high = sorted.length - 1;
  while (low < high) {
    var middle = (low + high) >> 1;
    if (sorted[middle] < value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low > 0 && value - sorted[low - 1] < sorted[low] - value ? low - 1 : low;
}

function compact(value) {
  var size = Math.abs(value);
  return size >= 1e6
    ? grouped(value / 1e6, 2) + 'M'
    : size >= 100
      ? grouped(value, 0)
      : String(+value.toPrecision(4)).replace('-', MINUS);
}

function equityChart(account) {
  var times = account.equityTime,
    equity = account.equity,
    peak = -Infinity,
    hover = -1;
  var falls = equity.map(function (e) {
    peak = Math.max(peak, e);
    return peak > 0 ? ((e - peak) / peak) * 100 : 0;
  });
  var readout = el('div', { 'class': 'readout' });
  var chart = surface(360, 'Equity and drawdown over time', function (c, width, height) {
    var right = width - 62,
      split = height - 126,
      bottom = height - 22,
      from = times[0],
      to = times[times.length - 1];
    var range = bounds(equity.concat([account.startEquity])),
      pad = (range[1] - range[0]) * 0.06 || Math.abs(range[1]) * 0.01 || 1;
    var deepest = Math.min(bounds(falls)[0], -0.01);
    var x = function (t) {
      return to > from ? ((t - from) / (to - from)) * right : 0;
    };
    var y = function (v) {
      return split - 8 - ((v - range[0] + pad) / (range[1] - range[0] + 2 * pad)) * (split - 12);
    };
    var f = function (v) {
      return split + 14 + (v / deepest) * (bottom - split - 20);
    };
    timeAxis(c, x, from, to, right, bottom, 0);
    valueAxis(c, y, ticks(range[0] - pad, range[1] + pad, 5), compact, right);
    valueAxis(
      c,
      f,
      ticks(deepest, 0, 3),
      function (v) {
        return compact(v) + ' %';
      },
      right,
    );
    area(c, times, equity, x, y, split - 4, colour('accent'), colour('accent-soft'));
    area(c, times, falls, x, f, f(0), colour('bad'), colour('bad-soft'));
    c.strokeStyle = colour('soft');
    c.setLineDash([3, 4]);
    c.beginPath();
    c.moveTo(0, y(account.startEquity));
    c.lineTo(right, y(account.startEquity));
    c.stroke();
    c.setLineDash([]);
    if (hover >= 0) {
      c.strokeStyle = colour('soft');
      c.beginPath();
      c.moveTo(x(times[hover]), 0);
      c.lineTo(x(times[hover]), bottom);
      c.stroke();
      c.fillStyle = colour('accent');
      c.beginPath();
      c.arc(x(times[hover]), y(equity[hover]), 4, 0, 7);
      c.fill();
    }
  });
  function say() {
    var i = hover >= 0 ? hover : times.length - 1;
    readout.textContent =
      moment(times[i]) +
      '   equity ' +
      money(equity[i]) +
      '   ' +
      signed(equity[i] - account.startEquity) +
      '   drawdown ' +
      percent(-falls[i]);
  }
  onPoint(chart, function (share) {
    hover = share === null ? -1 : nearest(times, times[0] + share * (times[times.length - 1] - times[0]));
    say();
  });
  say();
  return el('div', {}, [readout, chart.canvas]);
}

// Calls back with the pointer's place between the left end of the plot (0) and the right one (1), or null where it has left; then redraws.
function onPoint(chart, at) {
  function move(event) {
    var box = chart.canvas.getBoundingClientRect();
    at(Math.max(0, Math.min(1, (event.clientX - box.left) / (box.width - 62))));
    chart.redraw();
  }
  chart.canvas.addEventListener('pointermove', move);
  chart.canvas.addEventListener('pointerdown', move);
  chart.canvas.addEventListener('pointerleave', function () {
    at(null);
    chart.redraw();
  });
}

function area(c, times, values, x, y, base, stroke, fill) {
  c.beginPath();
  times.forEach(function (t, i) {
    c.lineTo(x(t), y(values[i]));
  });
  c.strokeStyle = stroke;
  c.lineWidth = 1.5;
  c.lineJoin = 'round';
  c.stroke();
  c.lineWidth = 1;
  c.lineTo(x(times[times.length - 1]), base);
  c.lineTo(x(times[0]), base);
  c.fillStyle = fill;
  c.fill();
}

function histogramChart(histogram) {
  var counts = histogram.counts,
    hover = -1,
    readout = el('div', { 'class': 'readout' }, 'Net result per trade; the outermost bars hold all beyond.');
  var edge = function (i) {
    return histogram.start + i * histogram.width;
  };
  var chart = surface(210, 'Distribution of trade results', function (c, width, height) {
    var bottom = height - 20,
      most = bounds(counts)[1] || 1,
      step = width / counts.length;
    counts.forEach(function (count, i) {
      var size = count ? Math.max(2, (count / most) * (bottom - 8)) : 0;
      c.globalAlpha = hover < 0 || hover === i ? 1 : 0.45;
      c.fillStyle = colour(edge(i) < -histogram.width / 1e6 ? 'bad' : 'good');
      c.fillRect(i * step + 0.5, bottom - size, Math.max(1, step - 1.5), size);
    });
    c.globalAlpha = 1;
    c.fillStyle = colour('soft');
    c.textBaseline = 'top';
    c.textAlign = 'center';
    ticks(edge(0), edge(counts.length), Math.max(2, Math.floor(width / 80))).forEach(function (v) {
      var at = ((v - histogram.start) / histogram.width) * step;
      if (at > 14 && at < width - 14) {
        c.fillText(compact(v), at, bottom + 5);
      }
    });
  });
  function move(event) {
    var box = chart.canvas.getBoundingClientRect();
    hover = Math.max(0, Math.min(counts.length - 1, Math.floor(((event.clientX - box.left) / box.width) * counts.length)));
    readout.textContent = compact(edge(hover)) + ' to ' + compact(edge(hover + 1)) + ': ' + grouped(counts[hover], 0) + ' trades';
    chart.redraw();
  }
  chart.canvas.addEventListener('pointermove', move);
  chart.canvas.addEventListener('pointerdown', move);
  chart.canvas.addEventListener('pointerleave', function () {
    hover = -1;
    chart.redraw();
  });
  return el('div', {}, [readout, chart.canvas]);
}

// Each trade as a dot: how far it went against the entry (across) and in favour (up).
function excursionChart(trades, pick) {
  var quantile = function (values, share) {
    var s = values.slice().sort(function (a, b) {
      return a - b;
    });
    return s[Math.floor(share * (s.length - 1))] || 0;
  };
  var widest =
      quantile(
        trades.map(function (t) {
          return t.mae;
        }),
        0.99,
      ) || 1,
    highest =
      quantile(
        trades.map(function (t) {
          return t.mfe;
        }),
        0.99,
      ) || 1;
  var place = null;
  var chart = surface(210, 'Worst and best excursion of each trade', function (c, width, height) {
    var bottom = height - 20,
      right = width - 52;
    var x = function (v) {
      return 5 + Math.min(v / widest, 1.02) * (right - 12);
    };
    var y = function (v) {
      return bottom - 4 - Math.min(v / highest, 1.02) * (bottom - 14);
    };
    valueAxis(c, y, ticks(0, highest, 4), compact, right);
    c.textAlign = 'center';
    c.textBaseline = 'top';
    ticks(0, widest, Math.max(2, Math.floor(width / 90)))
      .slice(1)
      .forEach(function (v) {
        c.fillText(compact(v), x(v), bottom + 5);
      });
    c.globalAlpha = trades.length > 800 ? 0.35 : 0.6;
    trades.forEach(function (t) {
      c.fillStyle = colour(t.net < 0 ? 'bad' : 'good');
      c.fillRect(x(t.mae) - 2, y(t.mfe) - 2, 4, 4);
    });
    c.globalAlpha = 1;
    place = function (t) {
      return [x(t.mae), y(t.mfe)];
    };
  });
  chart.canvas.addEventListener('click', function (event) {
    var box = chart.canvas.getBoundingClientRect(),
      best = null,
      distance = 150;
    trades.forEach(function (t) {
      var at = place(t),
        dx = at[0] - event.clientX + box.left,
        dy = at[1] - event.clientY + box.top;
      if (dx * dx + dy * dy < distance) {
        distance = dx * dx + dy * dy;
        best = t;
      }
    });
    if (best) {
      pick(best);
    }
  });
  return el('div', {}, [
    el('div', { 'class': 'readout' }, 'Across: worst against the entry (MAE). Up: best in favour (MFE).'),
    chart.canvas,
  ]);
}
