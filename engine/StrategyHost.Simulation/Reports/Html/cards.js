// Cards and the blocks within them: figures, how trades ended, costs, facts of the run.
function card(title, content, tools, hint) {
  var heading = el('h2', {}, hint ? [title, ' ', tip(hint)] : title);
  return el(
    'section',
    { 'class': 'card' },
    [el('div', { 'class': 'head' }, [heading, tools ? el('div', { 'class': 'tools' }, tools) : null])].concat(content),
  );
}

function figure(label, value, hint, note, sign) {
  return el('div', { 'class': 'figure' }, [
    el('div', { 'class': 'name' }, [el('span', {}, label), hint ? tip(hint) : null]),
    el('div', { 'class': 'value ' + (sign === undefined ? '' : tone(sign)) }, value),
    el('div', { 'class': 'note' }, note || ''),
  ]);
}

function picked(trade) {
  function item(label, value, sign) {
    return el('div', {}, [el('b', {}, label), el('span', { 'class': sign === undefined ? '' : tone(sign) }, value)]);
  }
  return el('div', { 'class': 'picked' }, [
    item('Trade ' + trade.index, trade.side + ' ' + amount(trade.quantity) + ' ' + trade.symbol),
    item('Net', signed(trade.net) + ' (' + signed(trade.netPercent, percent) + ')', trade.net),
    item('Entry', moment(trade.entryTime)),
    item('at', price(trade.entryPrice)),
    item('Exit', moment(trade.exitTime)),
    item('at', price(trade.exitPrice)),
    item('Exit reason', trade.exit.replace(/_/g, ' ')),
    item('First stop', price(trade.stop)),
    item('R', inUnit(trade.r, 'Ratio')),
    item('Held', duration(trade.exitTime - trade.entryTime)),
    item('Worst / best', money(trade.mae) + ' / ' + money(trade.mfe)),
    item('Fees, funding', money(trade.fees) + ', ' + money(trade.funding)),
    item('Strategy', trade.strategy),
    item('Tag', trade.tag || DASH),
    trade.reason ? el('div', { 'class': 'wide' }, [el('b', {}, 'Entry reason'), trade.reason]) : null,
  ]);
}

function exitBars(account) {
  var most =
      account.exits.reduce(function (m, e) {
        return Math.max(m, e[1]);
      }, 0) || 1,
    cells = [];
  account.exits
    .slice()
    .sort(function (a, b) {
      return b[1] - a[1];
    })
    .forEach(function (e) {
      var bar = el('div', { 'class': e[2] < 0 ? 'lost' : 'won' });
      bar.style.width = (e[1] / most) * 100 + '%';
      cells.push(
        el('span', { 'class': e[1] ? '' : 'zero' }, e[0].replace(/_/g, ' ')),
        el('div', { 'class': 'bar' }, e[1] ? bar : null),
        el(
          'span',
          { 'class': e[1] ? '' : 'zero' },
          e[1]
            ? [
                grouped(e[1], 0) + ' · ',
                el('span', { 'class': tone(e[2]) }, signed(e[2])),
                ' · ' + inUnit(e[3], 'Fraction') + ' won',
              ]
            : '0',
        ),
      );
    });
  return el('div', { 'class': 'bars' }, cells);
}

function costs(account) {
  var net = account.figures.netProfit[1],
    gross =
      net +
      account.trades.reduce(function (sum, t) {
        return sum + t.fees + t.funding;
      }, 0);
  var whole = account.trades.length === account.tradesTotal;
  var rows = [
    ['Fees', account.fees],
    ['Funding', account.funding],
    ['Slippage (already in the prices)', account.slippage],
  ];
  var most =
      rows.reduce(function (m, r) {
        return Math.max(m, Math.abs(r[1]));
      }, 0) || 1,
    cells = [];
  rows.forEach(function (r) {
    var bar = el('div', { 'class': r[1] < 0 ? 'won' : 'lost' });
    bar.style.width = (Math.abs(r[1]) / most) * 100 + '%';
    cells.push(el('span', {}, r[0]), el('div', { 'class': 'bar' }, r[1] ? bar : null), el('span', {}, money(r[1])));
  });
  var o = account.orders;
  return [
    el('div', { 'class': 'bars' }, cells),
    el('h3', {}, 'What they mean'),
    el(
      'p',
      { 'class': 'small' },
      (whole && isNumber(net)
        ? 'Closed trades made ' + money(gross) + ' before and ' + money(net) + ' after fees and funding. '
        : '') +
        'Fees are ' +
        percent((account.fees / account.startEquity) * 100) +
        ' of the start equity. Negative funding was received.',
    ),
    el(
      'p',
      { 'class': 'small soft' },
      'Orders: ' +
        grouped(o[0], 0) +
        ', of which ' +
        grouped(o[1], 0) +
        ' filled, ' +
        grouped(o[2], 0) +
        ' cancelled, ' +
        grouped(o[3], 0) +
        ' rejected.',
    ),
  ];
}

function facts(pairs) {
  return el(
    'div',
    {},
    pairs.map(function (p) {
      return el('p', { 'class': 'small' }, [
        el('span', { 'class': 'soft' }, p[0] + '  '),
        el('span', { 'class': p[2] ? 'mono' : '' }, p[1]),
      ]);
    }),
  );
}
