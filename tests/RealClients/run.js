'use strict';
// EMULATOR=http://127.0.0.1:PORT node run.js

const { control, finish } = require('./harness');
const { publicStreams, privateStreams } = require('./streams');
const { ccxtFetching, ccxtWatching } = require('./ccxtChecks');
const { paging } = require('./paging');

(async () => {
  await control('GET', '/health');
  await publicStreams();
  await privateStreams();
  await paging();
  await ccxtFetching();
  await ccxtWatching();
  finish();
})().catch((error) => {
  process.stdout.write(`FAIL run: ${error.message}\n0 passed, 1 failed\n`);
  process.exit(1);
});
