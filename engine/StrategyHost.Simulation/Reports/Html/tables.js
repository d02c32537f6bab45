// Tables: months, groups, trades (sortable, filtered), signals.
function table(headings, rows, className) {
  return el(
    'div',
    { 'class': 'scroll' },
    el('table', { 'class': className || '' }, [
      el(
        'thead',
        {},
        el(
          'tr',
          {},
          headings.map(function (h) {
            return el('th', { 'class': h.left ? 'left' : '' }, h.text);
          }),
        ),
      ),
      el('tbody', {}, rows),
    ]),
  );
}

function monthTable(months) {
  var years = {},
    most =
      months.reduce(function (m, row) {
        return Math.max(m, Math.abs(row[2] || 0));
      }, 0) || 1;
  months.forEach(function (row) {
    (years[row[0]] = years[row[0]] || {})[row[1]] = row;
  });
  var names = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  var head = [{ text: '' }].concat(
    names.map(function (n) {
      return { text: n };
    }),
    [{ text: 'Year' }],
  );
  return table(
    head,
    Object.keys(years).map(function (year) {
      var total = 1,
        known = false;
      var cells = names.map(function (name, i) {
        var row = years[year][i + 1];
        if (!row || !isNumber(row[2])) {
          return el('td', { 'class': 'soft' }, '');
        }
        total *= 1 + row[2];
        known = true;
        var cell = el(
          'td',
          { title: name + ' ' + year + ': ' + row[4] + ' trades closed, ' + signed(row[3]) },
          signed(row[2] * 100, function (v) {
            return grouped(v, 2);
          }),
        );
        var strength = Math.round((0.1 + (0.6 * Math.abs(row[2])) / most) * 100);
        cell.style.background = 'color-mix(in srgb, var(--' + (row[2] < 0 ? 'bad' : 'good') + ') ' + strength + '%, transparent)';
        return cell;
      });
      var whole = known
        ? el(
            'b',
            {},
            signed((total - 1) * 100, function (v) {
              return grouped(v, 2);
            }),
          )
        : DASH;
      return el('tr', {}, [el('th', {}, year)].concat(cells, [el('td', { 'class': known ? tone(total - 1) : '' }, whole)]));
    }),
    'months',
  );
}

function groupTables(groups) {
  var shown = Object.keys(groups).filter(function (name) {
    return groups[name].length > 1;
  });
  return shown.map(function (name) {
    return el('div', {}, [
      el('h3', {}, 'By ' + name.toLowerCase()),
      table(
        [
          { text: name, left: true },
          { text: 'Trades' },
          { text: 'Net' },
          { text: 'Win rate' },
          { text: 'Expectancy' },
          { text: 'Profit factor' },
        ],
        groups[name].slice(0, 50).map(function (g) {
          return el('tr', {}, [
            el('td', { 'class': 'left' }, g[0] || '(none)'),
            el('td', {}, grouped(g[1], 0)),
            el('td', { 'class': tone(g[2]) }, signed(g[2])),
            el('td', {}, inUnit(g[3], 'Fraction')),
            el('td', {}, money(g[4])),
            el('td', {}, inUnit(g[5], 'Ratio')),
          ]);
        }),
      ),
    ]);
  });
}

var TRADE_COLUMNS = [
  {
    key: 'index',
    text: '#',
    show: function (t) {
      return t.index;
    },
  },
  {
    key: 'entryTime',
    text: 'Entry',
    left: true,
    show: function (t) {
      return moment(t.entryTime);
    },
  },
  {
    key: 'exitTime',
    text: 'Exit',
    left: true,
    show: function (t) {
      return moment(t.exitTime);
    },
  },
  {
    key: 'strategy',
    text: 'Strategy',
    left: true,
    show: function (t) {
      return t.strategy;
    },
  },
  {
    key: 'symbol',
    text: 'Symbol',
    left: true,
    show: function (t) {
      return t.symbol;
    },
  },
  {
    key: 'side',
    text: 'Side',
    left: true,
    show: function (t) {
      return t.side;
    },
  },
  {
    key: 'quantity',
    text: 'Quantity',
    show: function (t) {
      return amount(t.quantity);
    },
  },
  {
    key: 'entryPrice',
    text: 'Entry price',
    show: function (t) {
      return price(t.entryPrice);
    },
  },
  {
    key: 'exitPrice',
    text: 'Exit price',
    show: function (t) {
      return price(t.exitPrice);
    },
  },
  {
    key: 'net',
    text: 'Net',
    show: function (t) {
      return signed(t.net);
    },
    tone: function (t) {
      return tone(t.net);
    },
  },
  {
    key: 'netPercent',
    text: 'Net %',
    show: function (t) {
      return signed(t.netPercent, function (v) {
        return grouped(v, 2);
      });
    },
    tone: function (t) {
      return tone(t.net);
    },
  },
  {
    key: 'exit',
    text: 'Exit reason',
    left: true,
    show: function (t) {
      return t.exit.replace(/_/g, ' ');
    },
  },
  {
    key: 'r',
    text: 'R',
    show: function (t) {
      return inUnit(t.r, 'Ratio');
    },
  },
  {
    key: 'mae',
    text: 'MAE',
    show: function (t) {
      return money(t.mae);
    },
  },
  {
    key: 'mfe',
    text: 'MFE',
    show: function (t) {
      return money(t.mfe);
    },
  },
  {
    key: 'fees',
    text: 'Fees',
    show: function (t) {
      return money(t.fees);
    },
  },
  {
    key: 'tag',
    text: 'Tag',
    left: true,
    show: function (t) {
      return t.tag;
    },
  },
  {
    key: 'reason',
    text: 'Entry reason',
    words: true,
    show: function (t) {
      return t.reason;
    },
  },
];

function tradeList(trades, total, focus) {
  // A column that says the same in each row only takes room.
  var columns = TRADE_COLUMNS.filter(function (column) {
    return (
      ['strategy', 'symbol', 'tag', 'reason'].indexOf(column.key) < 0 ||
      trades.some(function (t) {
        return t[column.key] !== trades[0][column.key];
      })
    );
  });
  var FIRST = 500,
    sortKey = 'index',
    descending = false,
    filter = '',
    all = false;
  var body = el('tbody', {}),
    note = el('p', { 'class': 'soft small' }),
    more = el('button', {
      'class': 'tool',
      type: 'button',
      onclick: function () {
        all = true;
        fill();
      },
    });
  var heads = columns.map(function (column) {
    return el(
      'th',
      { 'class': column.left || column.words ? 'left' : '', 'aria-sort': 'none' },
      el(
        'button',
        {
          type: 'button',
          onclick: function () {
            descending = sortKey === column.key ? !descending : column.key === 'net';
            sortKey = column.key;
            fill();
          },
        },
        column.text,
      ),
    );
  });
  var reasons = Array.from(
    new Set(
      trades.map(function (t) {
        return t.exit;
      }),
    ),
  ).sort();
  var picker = el(
    'select',
    {
      'class': 'tool',
      'aria-label': 'Filter by exit reason',
      onchange: function () {
        filter = picker.value;
        fill();
      },
    },
    [el('option', { value: '' }, 'All exits')].concat(
      reasons.map(function (r) {
        return el('option', { value: r }, r.replace(/_/g, ' '));
      }),
    ),
  );

  function order(a, b) {
    var x = a[sortKey],
      y = b[sortKey];
    if (x === null || y === null) {
      return (x === null) - (y === null);
    }
    return (x < y ? -1 : x > y ? 1 : a.index - b.index) * (descending ? -1 : 1);
  }

  function fill() {
    var rows = trades
      .filter(function (t) {
        return !filter || t.exit === filter;
      })
      .sort(order);
    var shown = all ? rows : rows.slice(0, FIRST);
    heads.forEach(function (head, i) {
      head.setAttribute('aria-sort', columns[i].key !== sortKey ? 'none' : descending ? 'descending' : 'ascending');
      head.firstChild.textContent = columns[i].text + (columns[i].key !== sortKey ? '' : descending ? ' ↓' : ' ↑');
    });
    body.replaceChildren.apply(
      body,
      shown.map(function (t) {
        return el(
          'tr',
          {
            'class': 'pick',
            onclick: function () {
              focus(t);
            },
          },
          columns.map(function (column) {
            return el(
              'td',
              { 'class': (column.words ? 'text ' : column.left ? 'left ' : '') + (column.tone ? column.tone(t) : '') },
              column.show(t),
            );
          }),
        );
      }),
    );
    more.textContent = 'Show all ' + grouped(rows.length, 0);
    more.style.display = shown.length < rows.length ? '' : 'none';
    note.textContent =
      grouped(shown.length, 0) +
      ' of ' +
      grouped(rows.length, 0) +
      ' trades. Click one to see it in the price chart.' +
      (total > trades.length
        ? ' This page holds the first ' +
          grouped(trades.length, 0) +
          ' of ' +
          grouped(total, 0) +
          '; all are in trades.csv, and every figure above counts all.'
        : '');
  }
  fill();
  return {
    tools: [picker, more],
    node: el('div', {}, [
      note,
      el('div', { 'class': 'scroll tall' }, el('table', {}, [el('thead', {}, el('tr', {}, heads)), body])),
    ]),
  };
}

// Where the scripts spent their time: one row a callback, slowest first.
function profileTable(profile) {
  var heads = ['Strategy', 'Callback', 'Calls', 'Events', 'Total', 'Per event', 'Slowest call'];
  return el('div', { 'class': 'scroll' }, [
    el('table', {}, [
      el(
        'thead',
        {},
        el(
          'tr',
          {},
          heads.map(function (h, i) {
            return el('th', { 'class': i < 2 ? 'left' : '' }, h);
          }),
        ),
      ),
      el(
        'tbody',
        {},
        profile.map(function (r) {
          return el('tr', {}, [
            el('td', { 'class': 'left' }, r[0]),
            el('td', { 'class': 'left' }, r[1]),
            el('td', {}, grouped(r[2], 0)),
            el('td', {}, grouped(r[3], 0)),
            el('td', {}, grouped(r[4], 1) + ' ms'),
            el('td', {}, grouped(r[3] > 0 ? (r[4] * 1000) / r[3] : 0, 2) + ' µs'),
            el('td', {}, grouped(r[5], 2) + ' ms'),
          ]);
        }),
      ),
    ]),
  ]);
}

function signalLedger(signals) {
  var FIRST = 200,
    only = signals.refused.length > 0,
    all = false,
    body = el('tbody', {}),
    note = el('p', { 'class': 'soft small' });
  var heads = ['Time', 'Strategy', 'Symbol', 'Action', 'Outcome', 'What it means', 'Tag', "Script's reason", 'Consequence', 'Id'];
  var toggle = el('button', {
    'class': 'tool',
    type: 'button',
    onclick: function () {
      only = !only;
      fill();
    },
  });
  var more = el(
    'button',
    {
      'class': 'tool',
      type: 'button',
      onclick: function () {
        all = true;
        fill();
      },
    },
    'Show all',
  );
  function fill() {
    var rows = signals.rows.filter(function (r) {
      return !only || r[4] !== 'accepted';
    });
    var shown = all ? rows : rows.slice(0, FIRST);
    toggle.textContent = only ? 'Show accepted too' : 'Refused only';
    more.style.display = shown.length < rows.length ? '' : 'none';
    note.textContent =
      grouped(shown.length, 0) +
      ' of ' +
      grouped(rows.length, 0) +
      ' rows' +
      (signals.rowsTotal > signals.rows.length
        ? '; this page holds ' +
          grouped(signals.rows.length, 0) +
          ' of ' +
          grouped(signals.rowsTotal, 0) +
          ' signals, refused ones first; signals.csv beside it has all'
        : '') +
      '.';
    body.replaceChildren.apply(
      body,
      shown.map(function (r) {
        return el('tr', {}, [
          el('td', { 'class': 'left' }, moment(r[0])),
          el('td', { 'class': 'left' }, r[1]),
          el('td', { 'class': 'left' }, r[2]),
          el('td', { 'class': 'left' }, r[3]),
          el('td', { 'class': 'left' }, el('span', { 'class': 'badge ' + (r[4] === 'accepted' ? 'ok' : 'no') }, r[4])),
          el('td', { 'class': 'text' }, r[5]),
          el('td', { 'class': 'left' }, r[6]),
          el('td', { 'class': 'text' }, r[7]),
          el('td', { 'class': 'text' }, r[9]),
          el('td', { 'class': 'left' }, r[8]),
        ]);
      }),
    );
  }
  fill();
  return {
    tools: [toggle, more],
    node: el('div', {}, [
      note,
      el(
        'div',
        { 'class': 'scroll tall' },
        el('table', {}, [
          el(
            'thead',
            {},
            el(
              'tr',
              {},
              heads.map(function (h) {
                return el('th', { 'class': 'left' }, h);
              }),
            ),
          ),
          body,
        ]),
      ),
    ]),
  };
}
