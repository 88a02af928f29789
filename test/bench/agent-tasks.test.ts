import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  type BenchPackage,
  type BenchTask,
  changedFiles,
  chosenTasks,
  filesOf,
} from '../../src/bench/agent-tasks';

const data = path.join(__dirname, '..', 'fixtures', 'bench');

function lines<T>(name: string): T[] {
  return readFileSync(path.join(data, name), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

describe('the tasks of the agent benchmark', () => {
  const tasks = lines<BenchTask>('agent-tasks.jsonl');
  const packages = lines<BenchPackage>('agent-packages.jsonl');

  it('are as many of each part as the documentation says', () => {
    const counts = ['a', 'b', 'c', 'd', 'e'].map((part) => tasks.filter((task) => task.part === part).length);
    assert.deepEqual(counts, [24, 12, 12, 20, 20]);
  });

  it('have ids of their own and files to begin with', () => {
    assert.equal(new Set(tasks.map(({ id }) => id)).size, tasks.length);
    for (const task of tasks) assert.ok(Object.keys(filesOf(task, packages)).length > 0, task.id);
  });

  it('are chosen by part, by name, and every n-th of these', () => {
    assert.equal(chosenTasks(tasks, { part: 'b' }).length, 12);
    assert.equal(chosenTasks(tasks, { part: 'a', every: 4 }).length, 6);
    assert.deepEqual(
      chosenTasks(tasks, { items: ['e-1'] }).map(({ id }) => id),
      ['e-1'],
    );
  });
});

describe('files that a task changed', () => {
  it('are those with another text, those removed and new ones, without caches', () => {
    const before = { 'a.py': '1', 'b.py': '2', 'c.py': '3' };
    const after = { 'a.py': '1', 'b.py': '4', 'd.py': '5', '__pycache__/a.pyc': 'x' };
    assert.deepEqual(changedFiles(before, after), ['b.py', 'c.py', 'd.py']);
  });
});
