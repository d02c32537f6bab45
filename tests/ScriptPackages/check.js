'use strict';
// node check.js FILE... : each strategy by itself through the TypeScript compiler (checkJs, strict). Prints what it says, one line an error.

const path = require('node:path');
const ts = require('typescript');

const options = {
  allowJs: true,
  checkJs: true,
  strict: true,
  noEmit: true,
  noUnusedLocals: false,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts'],
  types: [],
  moduleDetection: ts.ModuleDetectionKind.Legacy,
};

let errors = 0;
for (const file of process.argv.slice(2)) {
  const program = ts.createProgram([file], options);
  for (const found of ts.getPreEmitDiagnostics(program)) {
    const { line } = found.file ? found.file.getLineAndCharacterOfPosition(found.start) : { line: -1 };
    const text = ts.flattenDiagnosticMessageText(found.messageText, ' ');
    process.stdout.write(`${path.basename(found.file ? found.file.fileName : file)}:${line + 1} ${text}\n`);
    errors++;
  }
}

process.exit(errors > 0 ? 1 : 0);
