'use strict';
// Named checks, one line each; the emulator's address and the clients that talk to it.

const http = require('node:http');
const { RestClientV5, WebsocketClient, WS_KEY_MAP } = require('bybit-api');
const ccxt = require('ccxt');

for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy']) delete process.env[name];

const base = process.env.EMULATOR;
if (!base || new URL(base).hostname !== '127.0.0.1') throw new Error('EMULATOR must be http://127.0.0.1:PORT');
const baseWs = base.replace('http', 'ws');
const keys = {
  main: { key: 'test-main', secret: 'test-main-secret' },
  mirror: { key: 'test-mirror', secret: 'test-mirror-secret' },
};
const counts = { passed: 0, failed: 0 };
const quiet = { trace() {}, info() {}, error() {} };
const open = [];

function fail(message) {
  throw new Error(message);
}

function same(actual, expected, what) {
  const [a, e] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== e) fail(`${what}: expected ${e}, got ${a}`);
}

/** Runs one check; gives what it returned. */
async function check(name, fn, timeoutMs = 20000) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    const value = await Promise.race([fn(), late]);
    counts.passed += 1;
    process.stdout.write(`ok ${name}\n`);
    return value;
  } catch (error) {
    counts.failed += 1;
    const text = error instanceof Error ? error.message : JSON.stringify(error);
    process.stdout.write(`FAIL ${name}: ${String(text).replace(/\s+/g, ' ').slice(0, 400)}\n`);
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** Tries until it stops throwing. */
async function soon(fn, timeoutMs = 5000) {
  const end = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await fn();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function rest(account, options = {}) {
  return new RestClientV5({ ...account, baseUrl: base, parseAPIRateLimits: true, ...options });
}

/** A reply that must be good; its result. */
async function good(promise) {
  const reply = await promise;
  if (reply.retCode !== 0) fail(`retCode ${reply.retCode} "${reply.retMsg}"`);
  return reply.result;
}

/** A stream of bybit-api whose frames are kept. */
class Stream {
  constructor(path, wsKey, account) {
    this.wsKey = wsKey;
    this.frames = [];
    this.events = [];
    this.client = new WebsocketClient({ ...(account || {}), wsUrl: baseWs + path }, quiet);
    this.client.on('open', ({ ws }) => ws.addEventListener('message', (event) => this.frames.push(JSON.parse(event.data))));
    for (const kind of ['open', 'update', 'response', 'authenticated', 'exception', 'reconnect']) {
      this.client.on(kind, (message) => this.events.push({ kind, message }));
    }
    open.push(this);
  }

  static public() {
    return new Stream('/v5/public/linear', WS_KEY_MAP.v5LinearPublic).connect('open');
  }

  static private(account) {
    return new Stream('/v5/private', WS_KEY_MAP.v5Private, account).connect('authenticated');
  }

  async connect(kind) {
    this.client.connect(this.wsKey);
    await soon(() => this.events.some((e) => e.kind === kind) || fail(`no ${kind}`));
    return this;
  }

  async subscribe(topics) {
    const before = this.frames.length;
    this.client.subscribe(topics, this.wsKey);
    return soon(() => this.frames.slice(before).find((f) => f.op === 'subscribe') || fail('no subscribe reply'));
  }

  of(topic) {
    return this.frames.filter((f) => f.topic === topic);
  }

  rows(topic) {
    return this.of(topic).flatMap((f) => f.data);
  }
}

function ccxtClient(account, options = {}) {
  const exchange = new ccxt.pro.bybit({
    apiKey: account.key,
    secret: account.secret,
    enableRateLimit: false,
    httpAgent: new http.Agent(),
    options: { defaultType: 'swap', defaultSubType: 'linear', ...options },
  });
  const { ws, ...others } = exchange.urls.api;
  const replace = (node, change) => {
    for (const [name, value] of Object.entries(node)) {
      if (typeof value === 'string') node[name] = change(value);
      else replace(value, change);
    }
  };
  replace(others, () => base);
  replace(ws, (url) => baseWs + url.replace(/^wss:\/\/[^/]+/, ''));
  exchange.urls.api = { ...others, ws };
  open.push({ client: { closeAll: () => exchange.close() } });
  return exchange;
}

async function control(method, path, body) {
  const response = await fetch(base + path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!response.ok) fail(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

function finish() {
  for (const one of open) {
    try {
      one.client.closeAll(true);
    } catch {
      // leaving anyway
    }
  }
  process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`, () => process.exit(counts.failed === 0 ? 0 : 1));
}

process.on('unhandledRejection', (error) => {
  counts.failed += 1;
  process.stdout.write(`FAIL unhandled: ${error && error.message ? error.message : error}\n`);
});

module.exports = { base, baseWs, keys, check, soon, same, fail, rest, good, Stream, ccxtClient, ccxt, control, finish };
