// The price chart: candles with the entries, exits and first stops of one account's trades. Drag pans, wheel and pinch zoom,
// a double click resets, a click on a marker shows its trade. Only what is visible is drawn, merged to about three pixels a candle.
function priceChart(prices, trades, picked) {
  var series = prices[0],
    own = [],
    view = null,
    hover = null,
    selected = null,
    pointers = {},
    moved = 0,
    frame = null,
    hits = [];
  var axis = 68,
    FOOT = 22,
    CANDLE_PX = 3,
    MARKER_PX = 14;
  var readout = el('div', { 'class': 'readout' });
  var detail = el('div', {});
  var chart = surface(460, 'Price with entries and exits', draw);
  chart.canvas.className = 'price';
  chart.canvas.tabIndex = 0;

  function candleMs() {
    return series.t.length > 1 ? (series.t[series.t.length - 1] - series.t[0]) / (series.t.length - 1) : 60000;
  }
  function whole() {
    return [series.t[0], series.t[series.t.length - 1] + candleMs()];
  }

  function show(next) {
    series = next;
    own = trades
      .filter(function (t) {
        return t.symbol === series.symbol;
      })
      .sort(function (a, b) {
        return a.entryTime - b.entryTime;
      });
    own.longest = own.reduce(function (most, t) {
      return Math.max(most, t.exitTime - t.entryTime);
    }, 0);
    own.times = own.map(function (t) {
      return t.entryTime;
    });
    view = whole();
    chart.redraw();
  }

  function setView(from, to) {
    var all = whole(),
      span = Math.max(Math.min(to - from, all[1] - all[0]), candleMs() * 8);
    var middle = (from + to) / 2;
    from = Math.max(all[0], Math.min(middle - span / 2, all[1] - span));
    view = [from, from + span];
    chart.redraw();
  }

  function zoom(factor, at) {
    var anchor = at === undefined ? (view[0] + view[1]) / 2 : at;
    setView(anchor - (anchor - view[0]) * factor, anchor + (view[1] - anchor) * factor);
  }

  function lower(list, value) {
    var low = 0,
      high = list.length;
    while (low < high) {
      var m = (low + high) >> 1;
      if (list[m] < value) {
        low = m + 1;
      } else {
        high = m;
      }
    }
    return low;
  }

  // Candles of the view, merged so that each has room to be seen.
  function visible(right) {
    var from = Math.max(0, lower(series.t, view[0]) - 1),
      to = Math.min(series.t.length, lower(series.t, view[1]) + 1);
    var size = Math.max(1, Math.ceil(((to - from) * CANDLE_PX) / right)),
      list = [];
    from -= from % size;
    for (var i = from; i < to; i += size) {
      var end = Math.min(i + size, to),
        high = -Infinity,
        low = Infinity;
      for (var j = i; j < end; j++) {
        high = Math.max(high, series.h[j]);
        low = Math.min(low, series.l[j]);
      }
      list.push({ t: series.t[i], o: series.o[i], h: high, l: low, c: series.c[end - 1] });
    }
    list.size = size;
    return list;
  }

  function visibleTrades() {
    var start = lower(own.times, view[0] - own.longest),
      list = [];
    for (var i = start; i < own.length && own[i].entryTime <= view[1]; i++) {
      if (own[i].exitTime >= view[0]) {
        list.push(own[i]);
      }
    }
    return list;
  }

  function draw(c, width, height) {
    if (!series || !series.t.length) {
      return;
    }
    var right = width - axis,
      bottom = height - FOOT,
      list = visible(right),
      shown = visibleTrades();
    var low = Infinity,
      high = -Infinity;
    list.forEach(function (k) {
      low = Math.min(low, k.l);
      high = Math.max(high, k.h);
    });
    if (
      selected &&
      shown.indexOf(selected) >= 0 &&
      isNumber(selected.stop) &&
      Math.abs(selected.stop - selected.entryPrice) < (high - low) * 2
    ) {
      low = Math.min(low, selected.stop);
      high = Math.max(high, selected.stop);
    }
    var pad = (high - low) * 0.07 || high * 0.001 || 1;
    var levels = ticks(low - pad, high + pad, 7),
      text = axisText(levels),
      needed = axisWidth(c, levels, text);
    if (Math.abs(needed - axis) > 2) {
      // The labels of this view need another width: once more with that.
      axis = needed;
      return draw(c, width, height);
    }
    frame = {
      right: right,
      bottom: bottom,
      list: list,
      x: function (t) {
        return ((t - view[0]) / (view[1] - view[0])) * right;
      },
      y: function (v) {
        return bottom - ((v - low + pad) / (high - low + 2 * pad)) * bottom;
      },
      price: function (y) {
        return low - pad + ((bottom - y) / bottom) * (high - low + 2 * pad);
      },
    };
    timeAxis(c, frame.x, view[0], view[1], right, bottom, 0);
    valueAxis(c, frame.y, levels, text, right);
    c.save();
    c.beginPath();
    c.rect(0, 0, right, bottom);
    c.clip();
    candles(c, list, (right / (view[1] - view[0])) * candleMs() * list.size);
    markers(c, shown);
    c.restore();
    crosshair(c, width);
  }

  function candles(c, list, step) {
    var body = Math.max(1, Math.floor(step * 0.68));
    [
      ['good', true],
      ['bad', false],
    ].forEach(function (kind) {
      c.fillStyle = colour(kind[0]);
      c.globalAlpha = 0.85;
      list.forEach(function (k) {
        if (k.c >= k.o !== kind[1]) {
          return;
        }
        var x = frame.x(k.t) + step / 2,
          top = frame.y(Math.max(k.o, k.c)),
          foot = frame.y(Math.min(k.o, k.c));
        c.fillRect(Math.round(x) - 0.5, frame.y(k.h), 1, Math.max(1, frame.y(k.l) - frame.y(k.h)));
        if (body > 1) {
          c.fillRect(x - body / 2, top, body, Math.max(1, foot - top));
        }
      });
    });
    c.globalAlpha = 1;
  }

  function markers(c, shown) {
    var room = frame.right / Math.max(1, shown.length),
      linked = room > 8,
      size = room > 16 ? 6 : room > 8 ? 4.5 : room > 2 ? 2.6 : room > 0.7 ? 2 : 1.3;
    hits = [];
    c.globalAlpha = linked ? 1 : room > 0.7 ? 0.75 : 0.4;
    shown.forEach(function (t) {
      var x1 = frame.x(t.entryTime),
        x2 = frame.x(t.exitTime),
        y1 = frame.y(t.entryPrice),
        y2 = frame.y(t.exitPrice),
        strong = t === selected;
      hits.push([x1, y1, t], [x2, y2, t]);
      if (linked || strong) {
        links(c, t, x1, y1, x2, y2, strong);
      }
      c.fillStyle = colour('accent');
      triangle(c, x1, y1, t.side === 'long' ? size : -size);
      c.fillStyle = colour(t.net < 0 ? 'bad' : 'good');
      c.strokeStyle = colour('card');
      c.beginPath();
      c.arc(x2, y2, strong ? size + 1 : size * 0.75, 0, 7);
      c.fill();
      if (linked) {
        c.stroke();
      }
    });
    c.globalAlpha = 1;
  }

  function links(c, t, x1, y1, x2, y2, strong) {
    c.strokeStyle = colour(t.net < 0 ? 'bad' : 'good');
    c.lineWidth = strong ? 2.5 : 1;
    c.beginPath();
    c.moveTo(x1, y1);
    c.lineTo(x2, y2);
    c.stroke();
    if (isNumber(t.stop)) {
      c.setLineDash([4, 3]);
      c.strokeStyle = colour('bad');
      c.beginPath();
      c.moveTo(x1, frame.y(t.stop));
      c.lineTo(Math.max(x2, x1 + 5), frame.y(t.stop));
      c.stroke();
      c.setLineDash([]);
    }
    c.lineWidth = 1;
  }

  function triangle(c, x, y, size) {
    c.beginPath();
    c.moveTo(x, y);
    c.lineTo(x - Math.abs(size), y + size * 1.7);
    c.lineTo(x + Math.abs(size), y + size * 1.7);
    c.closePath();
    c.fill();
    if (Math.abs(size) > 4) {
      c.strokeStyle = colour('card');
      c.stroke();
    }
  }

  function crosshair(c, width) {
    var last = frame.list[frame.list.length - 1];
    var k = last;
    if (hover && hover.x < frame.right && hover.y < frame.bottom) {
      var t = view[0] + (hover.x / frame.right) * (view[1] - view[0]);
      k =
        frame.list[
          Math.max(
            0,
            lower(
              frame.list.map(function (q) {
                return q.t;
              }),
              t + 1,
            ) - 1,
          )
        ];
      c.strokeStyle = colour('soft');
      c.setLineDash([2, 3]);
      c.beginPath();
      c.moveTo(hover.x, 0);
      c.lineTo(hover.x, frame.bottom);
      c.moveTo(0, hover.y);
      c.lineTo(frame.right, hover.y);
      c.stroke();
      c.setLineDash([]);
      c.fillStyle = colour('ink');
      c.fillRect(frame.right, hover.y - 9, width - frame.right, 18);
      c.fillStyle = colour('card');
      c.textAlign = 'left';
      c.textBaseline = 'middle';
      c.fillText(price(frame.price(hover.y)), frame.right + 6, hover.y);
    }
    readout.textContent =
      series.symbol + '   ' + moment(k.t) + '   O ' + price(k.o) + '  H ' + price(k.h) + '  L ' + price(k.l) + '  C ' + price(k.c);
  }

  function position(event) {
    var box = chart.canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }
  function timeAt(x) {
    return view[0] + (x / frame.right) * (view[1] - view[0]);
  }

  chart.canvas.addEventListener(
    'wheel',
    function (event) {
      event.preventDefault();
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        var shift = (event.deltaX / frame.right) * (view[1] - view[0]);
        setView(view[0] + shift, view[1] + shift);
      } else {
        zoom(Math.exp(Math.max(-60, Math.min(60, event.deltaY)) / 250), timeAt(position(event).x));
      }
    },
    { passive: false },
  );
  chart.canvas.addEventListener('pointerdown', function (event) {
    pointers[event.pointerId] = position(event);
    moved = 0;
    chart.canvas.setPointerCapture(event.pointerId);
  });
  chart.canvas.addEventListener('pointermove', function (event) {
    var at = position(event),
      ids = Object.keys(pointers),
      before = pointers[event.pointerId];
    hover = at;
    if (before && ids.length === 1) {
      moved += Math.abs(at.x - before.x) + Math.abs(at.y - before.y);
      var shift = ((before.x - at.x) / frame.right) * (view[1] - view[0]);
      chart.canvas.classList.add('dragging');
      setView(view[0] + shift, view[1] + shift);
    } else if (before && ids.length === 2) {
      var other =
        pointers[
          ids.filter(function (id) {
            return id !== String(event.pointerId);
          })[0]
        ];
      moved += 99;
      zoom(Math.max(8, Math.abs(before.x - other.x)) / Math.max(8, Math.abs(at.x - other.x)), timeAt((at.x + other.x) / 2));
    }
    if (before) {
      pointers[event.pointerId] = at;
    }
    chart.redraw();
  });
  function release(event) {
    var was = pointers[event.pointerId];
    delete pointers[event.pointerId];
    chart.canvas.classList.remove('dragging');
    if (event.type === 'pointerup' && was && moved < 6) {
      click(position(event));
    }
  }
  chart.canvas.addEventListener('pointerup', release);
  chart.canvas.addEventListener('pointercancel', release);
  chart.canvas.addEventListener('pointerleave', function () {
    hover = null;
    chart.redraw();
  });
  chart.canvas.addEventListener('dblclick', function () {
    setView.apply(null, whole());
  });
  chart.canvas.addEventListener('keydown', function (event) {
    var step = (view[1] - view[0]) * 0.2,
      act = {
        ArrowLeft: function () {
          setView(view[0] - step, view[1] - step);
        },
        ArrowRight: function () {
          setView(view[0] + step, view[1] + step);
        },
        '+': function () {
          zoom(0.6);
        },
        '-': function () {
          zoom(1.6);
        },
        '0': function () {
          setView.apply(null, whole());
        },
      }[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  });

  function click(at) {
    var best = null,
      distance = MARKER_PX * MARKER_PX;
    hits.forEach(function (hit) {
      var d = (hit[0] - at.x) * (hit[0] - at.x) + (hit[1] - at.y) * (hit[1] - at.y);
      if (d < distance) {
        distance = d;
        best = hit[2];
      }
    });
    select(best);
  }

  function select(trade) {
    selected = trade;
    detail.replaceChildren(trade ? picked(trade) : '');
    chart.redraw();
  }

  // Brings one trade into view, with room around it.
  function focus(trade) {
    var target = prices.find(function (p) {
      return p.symbol === trade.symbol;
    });
    if (target && target !== series) {
      picker.value = target.symbol;
      show(target);
    }
    if (target) {
      var room = Math.max((trade.exitTime - trade.entryTime) * 1.5, candleMs() * 30);
      setView(trade.entryTime - room, trade.exitTime + room);
    }
    select(trade);
  }

  var picker = el(
    'select',
    {
      'class': 'tool',
      'aria-label': 'Symbol',
      onchange: function () {
        select(null);
        show(
          prices.find(function (p) {
            return p.symbol === picker.value;
          }),
        );
      },
    },
    prices.map(function (p) {
      return el('option', { value: p.symbol }, p.symbol);
    }),
  );
  function button(text, label, act) {
    return el('button', { 'class': 'tool', type: 'button', title: label, 'aria-label': label, onclick: act }, text);
  }
  if (series) {
    show(series);
  }
  return {
    focus: focus,
    tools: [
      prices.length > 1 ? picker : null,
      button('+', 'Zoom in', function () {
        zoom(0.6);
      }),
      button(MINUS, 'Zoom out', function () {
        zoom(1.6);
      }),
      button('All', 'Show everything', function () {
        setView.apply(null, whole());
      }),
    ],
    node: el('div', {}, [
      readout,
      chart.canvas,
      el('div', { 'class': 'legend' }, [
        el('span', {}, [el('i', { 'class': '' }, '▲'), 'long entry']),
        el('span', {}, [el('i', {}, '▼'), 'short entry']),
        el('span', {}, [el('i', { 'class': 'good' }, '●'), 'exit with profit']),
        el('span', {}, [el('i', { 'class': 'bad' }, '●'), 'exit with loss']),
        el('span', {}, [el('i', { 'class': 'bad' }, '┄'), 'first stop']),
        el('span', {}, 'drag to pan, wheel or pinch to zoom, click a marker for its trade'),
      ]),
      detail,
    ]),
  };
}
