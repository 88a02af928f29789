// Chat, completion and agent work in a network namespace without any network, with its packets counted (Linux, unshare).
// `node scripts/no-network.mjs [MODEL]`; without a model, a tiny one that always says the same.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeTinyGguf } from '../test/support/make-tiny-gguf.mjs';
import { root } from './lib/paths.mjs';

const insideMark = '--inside';
const [first] = process.argv.slice(2);

if (first === insideMark) inside(process.argv[3]);
else outside(first);

/** Starts this script again in a namespace of its own, which has no device but a loopback that is down. */
function outside(model) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'thimble-no-network-'));
  try {
    const file = model ?? path.join(folder, 'tiny.gguf');
    if (model === undefined)
      writeFileSync(
        file,
        makeTinyGguf({ script: { chat: ['All ', 'is ', 'well.'], fim: ['a', ' + ', 'b'] } }),
      );
    const script = path.join(root, 'scripts', 'no-network.mjs');
    const { status, error } = spawnSync(
      'unshare',
      ['--map-root-user', '--net', process.execPath, script, insideMark, file],
      { stdio: 'inherit' },
    );
    if (error) throw error;
    process.exitCode = status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function inside(model) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'thimble-no-network-'));
  const work = path.join(folder, 'work');
  cpSync(path.join(root, 'test', 'workspaces', 'stats-py'), work, { recursive: true });
  const cli = path.join(root, 'dist', 'cli.js');
  // A catalogue name needs the models that are there; all else is written to a folder that goes again.
  const home = model.endsWith('.gguf') ? { THIMBLE_HOME: path.join(folder, 'home') } : {};
  const run = (name, args, input) => {
    const before = packets();
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
      cwd: work,
      input,
      encoding: 'utf8',
      env: { ...process.env, ...home },
    });
    const after = packets();
    const sent = Object.keys(after).map((key) => `${key} ${after[key] - before[key]}`);
    const answer = (stdout || stderr).trim().split('\n').at(-1)?.slice(0, 70);
    console.log(`${name.padEnd(10)} exit ${status}  ${sent.join(', ')}  ${answer}`);
    return Object.keys(after).some((key) => after[key] !== before[key]);
  };
  // Shows that a packet would be seen: an attempt that has no way out.
  const control = packets();
  spawnSync(process.execPath, [
    '-e',
    "require('node:dgram').createSocket('udp4').send('x', 9, '192.0.2.1', () => process.exit())",
  ]);
  const seen = Object.entries(packets()).some(([key, count]) => count !== control[key]);
  console.log(
    `control    ${seen ? 'an attempt to send is counted' : 'NOT COUNTED: the figures below say nothing'}`,
  );
  try {
    const line = JSON.stringify({ id: 1, path: 'a.py', prefix: 'def add(a, b):\n    return ', suffix: '\n' });
    const touched = [
      run('chat', ['chat', '--model', model], 'Thanks, nice\n'),
      run('complete', ['complete', '--raw', '--single-line', '--model', model], `${line}\n`),
      run(
        'agent',
        ['run', 'Fix the failing test in test_stats.py', '--yes', '--model', model, '--max-steps', '12'],
        '',
      ),
      run('context', ['context', '--at', 'stats.py:1:1'], ''),
      run('doctor', ['doctor'], ''),
    ];
    process.exitCode = seen && !touched.includes(true) ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Packets of this namespace since it began: sent, without a way out, and over any device. */
function packets() {
  const [names, values] = readFileSync('/proc/net/snmp', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('Ip:'))
    .map((line) => line.split(' ').slice(1));
  const of = (name) => Number(values[names.indexOf(name)]);
  const devices = readFileSync('/proc/net/dev', 'utf8')
    .split('\n')
    .flatMap((line) => {
      const counts = line.split(':')[1]?.trim().split(/\s+/).map(Number);
      return counts ? [counts[1] + counts[9]] : [];
    });
  return {
    sent: of('OutRequests'),
    refused: of('OutNoRoutes'),
    devices: devices.reduce((sum, count) => sum + count, 0),
  };
}
