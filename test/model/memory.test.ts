import assert from 'node:assert/strict';
import {
  cgroupFolders,
  combineMemory,
  fitOf,
  parseCgroupLimit,
  parseMemAvailable,
  parseReclaimable,
  readMemory,
} from '../../src/model/memory';

describe('memory', () => {
  const limits: [text: string, limit: number | undefined][] = [
    ['2147483648\n', 2 ** 31],
    ['max\n', undefined],
    ['9223372036854771712\n', undefined],
    ['', undefined],
    ['-1', undefined],
    ['0', undefined],
  ];
  for (const [text, limit] of limits)
    it(`reads the limit ${JSON.stringify(text)}`, () => assert.equal(parseCgroupLimit(text), limit));

  it('reads what is available', () => {
    assert.equal(parseMemAvailable('MemTotal: 9 kB\nMemAvailable:    1024 kB\n'), 2 ** 20);
    assert.equal(parseMemAvailable('MemTotal: 9 kB\n'), undefined);
  });

  it('does not count file cache as used', () => {
    assert.equal(parseReclaimable('anon 5\ninactive_file 4096\n'), 4096);
    assert.equal(parseReclaimable('total_inactive_file 8\n'), 8);
    assert.equal(parseReclaimable(''), 0);
  });

  it('finds the groups of version 2, innermost first', () => {
    assert.deepEqual(
      cgroupFolders('0::/user.slice/app.scope\n').map(({ folder }) => folder),
      ['/sys/fs/cgroup/user.slice/app.scope', '/sys/fs/cgroup/user.slice', '/sys/fs/cgroup'],
    );
  });

  it('finds the memory group of version 1 among the others', () => {
    assert.deepEqual(cgroupFolders('5:cpu,cpuacct:/x\n4:memory:/docker/abc\n'), [
      { folder: '/sys/fs/cgroup/memory/docker/abc', version: 1 },
      { folder: '/sys/fs/cgroup/memory/docker', version: 1 },
      { folder: '/sys/fs/cgroup/memory', version: 1 },
    ]);
    assert.deepEqual(cgroupFolders('garbage'), []);
  });

  it('takes the tightest limit', () => {
    const machine = { total: 16e9, free: 12e9 };
    assert.deepEqual(combineMemory(machine, []), { total: 16e9, free: 12e9, limited: false });
    assert.deepEqual(
      combineMemory(machine, [
        { limit: 4e9, used: 1e9 },
        { limit: 8e9, used: 6e9 },
      ]),
      {
        total: 4e9,
        free: 2e9,
        limited: true,
      },
    );
    assert.equal(combineMemory(machine, [{ limit: 1e9, used: 2e9 }]).free, 0);
  });

  it('says how a need fits', () => {
    const memory = { total: 8e9, free: 3e9, limited: false };
    assert.deepEqual(
      [2e9, 4e9, 7e9].map((need) => fitOf(need, memory)),
      ['fits', 'tight', 'too-large'],
    );
  });

  it('reads this machine', async () => {
    const { total, free } = await readMemory();
    assert.ok(total > 1e8 && free > 0 && free <= total);
  });
});
