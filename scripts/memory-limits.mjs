// What Thimble plans and takes under limits of memory (Linux, as root, since it makes memory groups):
// `node scripts/memory-limits.mjs [GIGABYTES…]`, 2 4 8 16 when left out. The models of the limits' defaults must be here.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from './lib/paths.mjs';

const cli = path.join(root, 'dist', 'cli.js');
const limits = process.argv.slice(2).map(Number);
const isV2 = existsSync('/sys/fs/cgroup/cgroup.controllers');
const files = isV2
  ? { limit: 'memory.max', swap: 'memory.swap.max', peak: 'memory.peak', events: 'memory.events' }
  : {
      limit: 'memory.limit_in_bytes',
      swap: undefined,
      peak: 'memory.max_usage_in_bytes',
      events: 'memory.oom_control',
    };

console.log(`memory groups of version ${isV2 ? 2 : 1}`);
console.log(
  'limit   model                  plan                                   predicted  answered  killed',
);
for (const gigabytes of limits.length > 0 ? limits : [2, 4, 8, 16]) measure(gigabytes);

/** One limit: what `doctor` says there, then a question to the default model, all inside of the group. */
function measure(gigabytes) {
  const group = path.join(isV2 ? '/sys/fs/cgroup' : '/sys/fs/cgroup/memory', `thimble-${process.pid}`);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'thimble-limit-'));
  mkdirSync(group);
  try {
    writeFileSync(path.join(group, files.limit), String(gigabytes * 1e9));
    if (files.swap) writeFileSync(path.join(group, files.swap), '0');
    const doctor = inGroup(group, [cli, 'doctor', '--json']);
    const plan = doctor.stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line))
      .find(({ name }) => name === 'plan');
    const [, model = '–', size = '–', predicted = '–'] =
      /^(\S+) with (\d+ tokens of context, KV cache \w+): (\S+ \S+) predicted/.exec(plan?.text ?? '') ?? [];
    const prompt = path.join(folder, 'prompt.txt');
    writeFileSync(prompt, `${'value = 1\n'.repeat(200)}\nHow many lines are these?`);
    const lab = inGroup(group, [cli, 'lab', 'run', prompt, '--max-tokens', '24', '--json']);
    const answered = lab.status === 0 && lab.stdout.includes('"reason"');
    const killed = Number(/^oom_kill (\d+)/m.exec(readFileSync(path.join(group, files.events), 'utf8'))?.[1]);
    console.log(
      `${`${gigabytes} GB`.padEnd(7)} ${model.padEnd(22)} ${size.padEnd(38)} ${predicted.padEnd(10)} ${(answered ? 'yes' : 'no').padEnd(9)} ${killed}`,
    );
    if (!answered) console.log(`        ${lab.stderr.trim().split('\n').at(-1)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmdirSync(group);
  }
}

/** Runs Node with its children inside of the group. */
function inGroup(group, args) {
  const line = `echo $$ > ${group}/cgroup.procs && exec "$@"`;
  return spawnSync('sh', ['-c', line, 'sh', process.execPath, ...args], { encoding: 'utf8' });
}
