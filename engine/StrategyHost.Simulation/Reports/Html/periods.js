// Results by day, week or month, and whether the expectancy may be luck.
var PERIOD_BARS = 90;

function periodCard(periods) {
  var names = ['Day', 'Week', 'Month'],
    body = el('div', {});
  var name =
    names.find(function (n) {
      return periods[n].length <= PERIOD_BARS;
    }) || 'Month';
  var buttons = names.map(function (n) {
    return el(
      'button',
      {
        'class': 'tool',
        type: 'button',
        onclick: function () {
          name = n;
          fill();
        },
      },
      n,
    );
  });
  function fill() {
    buttons.forEach(function (button, i) {
      button.setAttribute('aria-pressed', String(names[i] === name));
    });
    body.replaceChildren(periodChart(periods[name], name), periodTable(periods[name], name));
    charts.forEach(function (chart) {
      chart.redraw();
    });
  }
  fill();
  return card(
    'Results by day, week and month',
    [body],
    buttons,
    'Trades count where they ended (UTC; weeks begin on Monday). Only periods in which a trade ended are listed.',
  );
}

// One bar a period: what its trades brought after costs.
function periodChart(rows, name) {
  var hover = -1,
    readout = el('div', { 'class': 'readout' }),
    last = charts.findIndex(function (chart) {
      return chart.isPeriods;
    });
  if (last >= 0) {
    charts.splice(last, 1);
  }
  var chart = surface(190, 'Net result by ' + name.toLowerCase(), function (c, width, height) {
    var right = width - 62,
      bottom = height - 20,
      step = right / rows.length;
    var range = bounds(
      rows
        .map(function (row) {
          return row[2];
        })
        .concat([0]),
    );
    var span = range[1] - range[0] || 1;
    var y = function (v) {
      return 6 + ((range[1] - v) / span) * (bottom - 12);
    };
    valueAxis(c, y, ticks(range[0], range[1], 4), compact, right);
    rows.forEach(function (row, i) {
      c.globalAlpha = hover < 0 || hover === i ? 1 : 0.45;
      c.fillStyle = colour(row[2] < 0 ? 'bad' : 'good');
      var top = Math.min(y(row[2]), y(0)),
        size = Math.abs(y(row[2]) - y(0));
      c.fillRect(i * step + 0.5, top, Math.max(1, Math.min(step - 1.5, 60)), Math.max(1, size));
    });
    c.globalAlpha = 1;
    c.fillStyle = colour('soft');
    c.textBaseline = 'top';
    c.textAlign = 'left';
    var each = Math.max(1, Math.ceil(80 / step));
    rows.forEach(function (row, i) {
      if (i % each === 0 && i * step < right - 60) {
        c.fillText(row[0], i * step, bottom + 5);
      }
    });
  });
  chart.isPeriods = true;
  function say() {
    var row = rows[hover];
    readout.textContent = row
      ? row[0] + ': ' + grouped(row[1], 0) + ' trades, ' + signed(row[2]) + ', ' + inUnit(row[5], 'Fraction') + ' won'
      : 'Net result of the trades that ended in each ' + name.toLowerCase() + '.';
  }
  onPoint(chart, function (share) {
    hover = share === null ? -1 : Math.min(rows.length - 1, Math.floor(share * rows.length));
    say();
  });
  say();
  return el('div', {}, [readout, chart.canvas]);
}

function periodTable(rows, name) {
  var node = table(
    [
      { text: name === 'Day' ? 'Day' : name + ' from', left: true },
      { text: 'Trades' },
      { text: 'Net' },
      { text: 'Fees' },
      { text: 'Funding' },
      { text: 'Win rate' },
      { text: 'Expectancy' },
      { text: 'Return' },
    ],
    rows
      .slice()
      .reverse()
      .map(function (row) {
        return el('tr', {}, [
          el('td', { 'class': 'left' }, row[0]),
          el('td', {}, grouped(row[1], 0)),
          el('td', { 'class': tone(row[2]) }, signed(row[2])),
          el('td', {}, money(row[3])),
          el('td', {}, money(row[4])),
          el('td', {}, inUnit(row[5], 'Fraction')),
          el('td', {}, money(row[6])),
          el('td', { 'class': tone(row[7]) }, isNumber(row[7]) ? signed(row[7] * 100, percent) : DASH),
        ]);
      }),
  );
  node.classList.add('periods');
  return node;
}

// The range of the expectancy as a bar over a line on which zero is marked, and what it means.
function expectancyBlock(account) {
  var mean = account.figures.expectancy[1],
    needed = account.figures.tradesNeeded,
    low = account.interval[0],
    high = account.interval[1];
  if (!isNumber(low) || !isNumber(high)) {
    return [el('p', { 'class': 'small' }, 'One trade brought ' + signed(mean) + ' on average. No range: ' + account.interval[2] + '.')];
  }
  var from = Math.min(low, 0),
    to = Math.max(high, 0),
    pad = (to - from) * 0.08 || 1;
  var share = function (v) {
    return ((v - from + pad) / (to - from + 2 * pad)) * 100 + '%';
  };
  var bar = el('div', { 'class': 'span ' + (low > 0 ? 'won' : high < 0 ? 'lost' : '') }),
    zero = el('i', { 'class': 'zero' }),
    middle = el('i', { 'class': 'mean' });
  bar.style.left = share(low);
  bar.style.width = ((high - low) / (to - from + 2 * pad)) * 100 + '%';
  zero.style.left = share(0);
  middle.style.left = share(mean);
  var verdict =
    low > 0
      ? 'Zero is outside: so good a result is unlikely to be luck alone.'
      : high < 0
        ? 'Zero is outside: the strategy very likely loses.'
        : 'Zero is inside: this may be luck.';
  return [
    el('div', { 'class': 'range', role: 'img', 'aria-label': 'Range of the expectancy around zero' }, [bar, zero, middle]),
    el('p', {}, [
      'One trade brought ',
      el('b', { 'class': tone(mean) }, signed(mean)),
      ' on average, with 95 % confidence between ' + signed(low) + ' and ' + signed(high) + '.',
    ]),
    el('p', { 'class': 'small' }, verdict),
    el(
      'p',
      { 'class': 'small soft' },
      isNumber(needed[1])
        ? 'To tell it from zero takes about ' +
            grouped(needed[1], 0) +
            ' trades like these; there are ' +
            grouped(account.tradesTotal, 0) +
            '.'
        : 'Trades to tell it from zero: ' + needed[2] + '.',
    ),
  ];
}

function hitLine(account) {
  var target = account.figures.targetHitRate,
    stop = account.figures.stopHitRate;
  return el(
    'p',
    { 'class': 'small soft hits' },
    isNumber(target[1])
      ? 'Targets ended ' + inUnit(target[1], 'Fraction') + ' of the trades, stops of any kind ' + inUnit(stop[1], 'Fraction') + '.'
      : target[2],
  );
}

// The identity of the ledger, line by line: start + realised − fees − funding = wallet.
function walletSum(account) {
  var rows = [
    ['Start balance', money(account.startEquity)],
    ['Realised before costs', signed(account.realisedPnl)],
    ['Fees', signed(-account.fees)],
    ['Funding', signed(-account.funding)],
    ['Wallet balance at the end', money(account.walletBalance)],
    ['Equity, with open positions', money(account.endEquity)],
  ];
  return el(
    'div',
    { 'class': 'list' },
    rows.map(function (row) {
      return el('div', {}, [el('span', {}, row[0]), el('b', {}, row[1])]);
    }),
  );
}
