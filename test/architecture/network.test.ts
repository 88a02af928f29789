import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';

const src = path.resolve(__dirname, '../../src');
const networkModules = /^(node:)?(http|https|http2|net|tls|dgram|dns)(\/|$)|^(undici|ws|axios|openai)(\/|$)/;
const networkGlobals = new Set(['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest', 'sendBeacon']);

/** What of the network a source file names: modules that it imports, globals that it uses as values. */
function networkUses(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) && networkModules.test(node.text) && isModuleName(node))
      found.push(node.text);
    if (ts.isIdentifier(node) && networkGlobals.has(node.text) && isValue(node)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isModuleName({ parent }: ts.Node): boolean {
  return ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent) || ts.isCallExpression(parent);
}

/** Used as a value; a member or a type of that name is something else, except behind `globalThis`. */
function isValue(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) {
    return /^(globalThis|window|self|navigator)$/.test(parent.expression.getText());
  }
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  return !(
    (ts.isPropertyAssignment(parent) ||
      ts.isPropertySignature(parent) ||
      ts.isMethodDeclaration(parent) ||
      ts.isMethodSignature(parent) ||
      ts.isTypeQueryNode(parent)) &&
    parent.getChildren().includes(node) &&
    !(ts.isPropertyAssignment(parent) && parent.initializer === node)
  );
}

describe('the network', () => {
  it('is recognised in a source text', () => {
    for (const text of [
      "import http from 'node:http';",
      "import { connect } from 'net';",
      "export * from 'undici';",
      "const a = await import('node:https');",
      "const a = require('tls');",
      'await fetch(url);',
      'const call = given ?? fetch;',
      'const { fetch: call = fetch } = options;',
      'globalThis.fetch(url);',
      'new WebSocket(url);',
    ]) {
      assert.equal(networkUses('a.ts', text).length, 1, text);
    }
    for (const text of [
      "const words = ['net', 'http'];",
      'await source.fetch(request);',
      'interface A { fetch(a: string): void }',
      'const a = { fetch: () => 1 };',
      'type A = typeof fetch;',
    ]) {
      assert.deepEqual(networkUses('a.ts', text), [], text);
    }
  });

  it('is reached by the named files only, and by each of them', async () => {
    const { networkFiles } = await import('../../scripts/floors.mjs');
    const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => file.split(path.sep).join('/'));
    const users = files.filter(
      (file) => networkUses(file, readFileSync(path.join(src, file), 'utf8')).length > 0,
    );
    assert.deepEqual(users.sort(), [...networkFiles].sort());
  });

  it('is not touched by a session at the command line', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'thimble-network-'));
    try {
      const hook = path.join(folder, 'hook.cjs');
      // Every way out of Node goes through one of these; a pipe to a child process does not.
      writeFileSync(
        hook,
        `const net = require('node:net'), dns = require('node:dns'), dgram = require('node:dgram');
         const tell = (what) => { require('node:fs').appendFileSync(${JSON.stringify(path.join(folder, 'connections'))}, what + '\\n'); throw new Error('no network in this test'); };
         const connect = net.Socket.prototype.connect;
         net.Socket.prototype.connect = function (...args) {
           const options = Array.isArray(args[0]) ? args[0][0] : args[0];
           if (options && options.path) return connect.apply(this, args);
           tell('connect');
         };
         dns.lookup = () => tell('lookup');
         dgram.Socket.prototype.send = () => tell('send');`,
      );
      const cli = path.resolve(__dirname, '../../dist/cli.js');
      const env = { ...process.env, NODE_OPTIONS: `--require=${hook}`, THIMBLE_HOME: folder };
      const run = promisify(execFile);
      for (const args of [
        ['models', 'list'],
        ['models', 'fit'],
        ['doctor'],
        ['context', '--at', 'a.ts:1:1'],
      ]) {
        writeFileSync(path.join(folder, 'a.ts'), 'export const a = 1;\n');
        await run(process.execPath, [cli, ...args], { env, cwd: folder }).catch(() => undefined);
      }
      assert.deepEqual(
        readdirSync(folder).filter((file) => file === 'connections'),
        [],
      );
      const remote = ['complete', '--model', 'remote:http://127.0.0.1:49151'];
      await run(process.execPath, [cli, ...remote], { env, cwd: folder }).catch(() => undefined);
      assert.match(
        readFileSync(path.join(folder, 'connections'), 'utf8'),
        /connect/,
        'the hook sees connections',
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
