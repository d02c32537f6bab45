// Puts the report together: run facts and warnings on top, one account at a time (never summed), the run's circumstances below.
(function () {
  var data = JSON.parse(document.getElementById('data').textContent);
  var TRADE_FIELDS = [
    'entryTime',
    'exitTime',
    'strategy',
    'symbol',
    'side',
    'quantity',
    'entryPrice',
    'exitPrice',
    'net',
    'netPercent',
    'r',
    'mae',
    'mfe',
    'fees',
    'funding',
    'slippage',
    'exit',
    'stop',
    'tag',
    'reason',
  ];
  var help = {};
  data.metrics.forEach(function (m) {
    help[m.name] = m;
  });
  data.accounts.forEach(function (account) {
    account.trades = account.trades.map(function (row, i) {
      var trade = { index: i + 1 };
      TRADE_FIELDS.forEach(function (name, j) {
        trade[name] = row[j];
      });
      return trade;
    });
  });

  function header() {
    var names = data.strategies
      .map(function (s) {
        return s.name;
      })
      .join(' + ');
    document.title = names + ' – backtest';
    var children = [
      el('h1', {}, names),
      el(
        'p',
        { 'class': 'soft' },
        moment(data.data.from) +
          ' to ' +
          moment(data.data.to) +
          ' UTC · ' +
          grouped(data.data.events, 0) +
          ' events · fills: ' +
          data.fillModel +
          ' · ' +
          grouped(data.signals.accepted, 0) +
          ' signals accepted, ' +
          grouped(
            data.signals.refused.reduce(function (n, r) {
              return n + r[1];
            }, 0),
            0,
          ) +
          ' refused',
      ),
    ];
    if (data.data.synthetic) {
      children.push(
        el('div', { 'class': 'banner synthetic' }, [
          'SYNTHETIC DATA. ',
          el(
            'span',
            {},
            'Prices come from a seeded model, not from a market. They show how the machine works and say nothing about profit.',
          ),
        ]),
      );
    }
    var warnings = data.warnings.slice();
    data.accounts.forEach(function (a) {
      if (a.nakedMs > 0) {
        warnings.push('Account ' + a.account + ': a position stood without a full stop for ' + duration(a.nakedMs) + ' in total.');
      }
      if (a.tradesTotal > 0 && a.tradesTotal < 10) {
        warnings.push(
          'Account ' +
            a.account +
            ': only ' +
            a.tradesTotal +
            ' trades. The figures describe what happened; they say nothing about what to expect.',
        );
      }
    });
    if (warnings.length) {
      children.push(
        el(
          'ul',
          { 'class': 'warnings' },
          warnings.map(function (w) {
            return el('li', {}, w);
          }),
        ),
      );
    }
    if (data.accounts.length > 1) {
      children.push(
        el(
          'div',
          { 'class': 'tabs', role: 'tablist', 'aria-label': 'Account' },
          data.accounts.map(function (a) {
            return el(
              'button',
              {
                type: 'button',
                role: 'tab',
                'aria-selected': 'false',
                id: 'tab-' + data.accounts.indexOf(a),
                onclick: function () {
                  show(a);
                },
              },
              a.account,
            );
          }),
        ),
      );
    }
    document.getElementById('top').replaceChildren.apply(document.getElementById('top'), children);
  }

  function named(account, name, goodAbove) {
    var f = account.figures[name],
      m = help[name];
    return figure(
      m.label,
      inUnit(f[1], f[0]),
      m.help,
      f[2] || '',
      goodAbove === undefined || !isNumber(f[1]) ? undefined : f[1] - goodAbove,
    );
  }

  function headline(account) {
    var total = account.figures.totalReturn,
      exposure = account.figures.exposure;
    return el('div', { 'class': 'key' }, [
      figure(
        'End equity',
        money(account.endEquity),
        'Wallet and open positions at the last price.',
        'from ' + money(account.startEquity),
      ),
      figure(
        'Total return',
        isNumber(total[1]) ? signed(total[1] * 100, percent) : DASH,
        help.totalReturn.help,
        total[2] || signed(account.endEquity - account.startEquity),
        total[1],
      ),
      named(account, 'netProfit', 0),
      figure(
        'Max drawdown',
        percent(account.maxDrawdownPercent),
        'Deepest fall of equity below its peak, looked at with every market event, open positions included.',
        money(account.maxDrawdown),
      ),
      named(account, 'sharpe', 0),
      named(account, 'sortino', 0),
      named(account, 'profitFactor', 1),
      named(account, 'expectancy', 0),
      figure('Trades', grouped(account.tradesTotal, 0), 'Closed parts of positions.', account.openPositions + ' open at the end'),
      named(account, 'winRate'),
      figure('Time in the market', inUnit(exposure[1], 'Fraction'), help.exposure.help, exposure[2] || ''),
      figure(
        'Uncovered time',
        account.nakedMs ? duration(account.nakedMs) : 'none',
        'Time during which a position had no stop for its whole size.',
        'least cover ' + percent(account.minCoverage, 0),
        account.nakedMs ? -1 : 1,
      ),
    ]);
  }

  function allFigures(account) {
    var groups = [];
    data.metrics.forEach(function (m) {
      var f = account.figures[m.name],
        group = groups.find(function (g) {
          return g.name === m.group;
        });
      if (!group) {
        group = { name: m.group, rows: [] };
        groups.push(group);
      }
      group.rows.push(
        el('div', {}, [
          el('span', {}, [m.label + '\u00a0', tip(m.help)]),
          isNumber(f[1]) ? el('b', {}, inUnit(f[1], f[0])) : el('span', { 'class': 'why' }, f[2]),
        ]),
      );
    });
    return groups.map(function (g) {
      return el('div', {}, [el('h3', {}, g.name), el('div', { 'class': 'list' }, g.rows)]);
    });
  }

  // What holding each symbol would have given: the yardstick beside the strategy's return.
  function marketLine() {
    var parts = data.marketChange
      .filter(function (m) {
        return isNumber(m[1]);
      })
      .map(function (m) {
        return m[0] + ' ' + signed(m[1] * 100, percent);
      });
    return parts.length
      ? el('p', { 'class': 'small soft' }, 'The market itself over this run, first to last price: ' + parts.join(', ') + '.')
      : null;
  }

  function show(account) {
    charts.length = 0;
    data.accounts.forEach(function (a, i) {
      var tab = document.getElementById('tab-' + i);
      if (tab) {
        tab.setAttribute('aria-selected', String(a === account));
      }
    });
    var chart = data.prices.length ? priceChart(data.prices, account.trades, picked) : null,
      priceCard = null;
    function focus(trade) {
      if (chart) {
        chart.focus(trade);
        priceCard.scrollIntoView({ behavior: 'smooth', block: 'start' });
      }
    }
    if (chart) {
      priceCard = card('Price, entries and exits', [chart.node, marketLine()], chart.tools);
    }
    var list = tradeList(account.trades, account.tradesTotal, focus),
      groups = groupTables(account.groups),
      has = account.trades.length > 0;
    document
      .getElementById('account')
      .replaceChildren.apply(
        document.getElementById('account'),
        [
          headline(account),
          account.equity.length > 1
            ? card(
                'Equity and drawdown',
                [equityChart(account)],
                null,
                'Above: money in the account, open positions at market price. Below: how far it stands under its highest point so far.',
              )
            : null,
          priceCard,
          account.months.length ? card('Return by month, in percent', [monthTable(account.months)]) : null,
          has ? periodCard(account.periods) : null,
          el('div', { 'class': 'columns' }, [
            card('How trades ended', [exitBars(account), hitLine(account)]),
            has
              ? card(
                  'Expectancy: skill or luck',
                  expectancyBlock(account),
                  null,
                  'The range comes from 1,000 samples drawn from these very trades (bootstrap): the mean of 950 of them lies in it.',
                )
              : null,
          ]),
          el('div', { 'class': 'columns' }, [card('Costs', costs(account)), card('Wallet', [walletSum(account)])]),
          account.findings.length
            ? card(
                'Findings about orders and results',
                [findingTable(account.findings)],
                null,
                'What a running host would have raised alerts for: capital tied up in entries, entries that wait too long, '
                  + 'rests too small to trade, losing trades, drawdown. They change nothing.',
              )
            : null,
          has
            ? el('div', { 'class': 'columns' }, [
                card('Distribution of results', [histogramChart(account.histogram)]),
                card(
                  'Excursions',
                  [excursionChart(account.trades, focus)],
                  null,
                  'Dots far right went deep into loss before they ended: a tighter stop might have helped. '
                    + 'Red dots high up were once well in profit: a trail might have helped.',
                ),
              ])
            : null,
          groups.length ? card('Groups', groups) : null,
          has ? card('Trades', [list.node], list.tools) : null,
          card('All figures', allFigures(account)),
        ].filter(Boolean),
      );
    charts.forEach(function (c) {
      c.redraw();
    });
  }

  function run() {
    var ledger = signalLedger(data.signals);
    var codes = data.signals.refused
      .map(function (r) {
        return r[0] + ' ' + grouped(r[1], 0);
      })
      .join(' · ');
    var about = [
      ['Engine', data.engine],
      ['Fill model', data.fillModel],
      ['Seed', String(data.seed)],
      ['Replayed in', duration(data.wallMs) + ', ' + grouped(data.eventsPerSecond, 0) + ' events/s'],
      ['Order list', data.orderListHash, true],
    ];
    data.strategies.forEach(function (s) {
      about.push(['Script', s.file], ['SHA-256', s.sha256, true]);
    });
    about.push(['Data', data.data.files.join(', ') || DASH], ['SHA-256', data.data.sha256, true]);
    document.getElementById('run').replaceChildren.apply(
      document.getElementById('run'),
      [
        card(
          'Signals',
          [
            codes ? el('p', { 'class': 'small' }, 'Refused: ' + codes + '.') : null,
            el(
              'p',
              { 'class': 'small soft' },
              grouped(data.signals.accepted, 0) +
                ' accepted, ' +
                grouped(data.signals.expired, 0) +
                ' expired, ' +
                grouped(data.signals.droppedWarming, 0) +
                ' dropped while warming up.',
            ),
            ledger.node,
          ],
          ledger.tools,
        ),
        data.profile.length ? card('Time of the callbacks', [profileTable(data.profile)]) : null,
        el('div', { 'class': 'columns' }, [
          card('What the simulation assumes', [
            el(
              'ul',
              {},
              data.assumptions.map(function (a) {
                return el('li', { 'class': 'small' }, a);
              }),
            ),
          ]),
          card('How to get this again', [facts(about)]),
        ]),
        data.logs.length
          ? el('details', { 'class': 'card' }, [
              el('summary', {}, 'Log of the scripts (' + grouped(data.logsTotal, 0) + ' lines)'),
              el('pre', { 'class': 'mono' }, data.logs.join('\n')),
            ])
          : null,
      ].filter(Boolean),
    );
  }

  header();
  if (data.accounts.length) {
    show(data.accounts[0]);
  }
  run();
})();
