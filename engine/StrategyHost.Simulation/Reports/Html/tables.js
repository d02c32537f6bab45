// Tables of one account: months, groups, findings.
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

// What the account was watched for and found: code, how often, first, last, the first one's text.
function findingTable(findings) {
  var node = table(
    [{ text: 'Finding', left: true }, { text: 'Times' }, { text: 'First' }, { text: 'Last' }, { text: 'The first one said', left: true }],
    findings.map(function (f) {
      return el('tr', {}, [
        el('td', { 'class': 'left mono' }, f[0]),
        el('td', {}, grouped(f[1], 0)),
        el('td', {}, moment(f[2])),
        el('td', {}, f[1] > 1 ? moment(f[3]) : DASH),
        el('td', { 'class': 'left text' }, f[4]),
      ]);
    }),
  );
  node.classList.add('findings');
  return node;
}
