// The list of trades: sortable, filtered by exit reason; a click shows one in the price chart.
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
