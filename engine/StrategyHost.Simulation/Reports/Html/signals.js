// What the scripts did: the ledger of their signals, and where they spent their time.
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
