import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Finding, doctorCommand } from '../../src/cli/doctor-command';
import { createCrashReports } from '../../src/model/crash-reports';
import { createEngineNotes } from '../../src/model/engine-notes';
import { createModelStore } from '../../src/model/store';
import { memoryStore } from '../support/memory-store';

const builtDist = path.resolve(__dirname, '../../dist');

/** What the doctor finds, by name, and its exit status. */
async function examine(dist: string): Promise<{ code: number; findings: Map<string, Finding> }> {
  const home = mkdtempSync(path.join(os.tmpdir(), 'thimble-doctor-'));
  try {
    const lines: string[] = [];
    const memory = { total: 16e9, free: 8e9, limited: false };
    const code = await doctorCommand(
      {
        store: createModelStore({ home }),
        home,
        dist,
        memory,
        crashes: createCrashReports(memoryStore()),
        notes: createEngineNotes(memoryStore(), 1),
      },
      { write: (line) => void lines.push(line), json: true, isTty: false },
    );
    const findings = lines.map((line) => JSON.parse(line) as Finding);
    return { code, findings: new Map(findings.map((finding) => [finding.name, finding])) };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

describe('thimble doctor', () => {
  it('starts the engine, loads llama.cpp, and says what is missing', async function () {
    assert.ok(existsSync(builtDist), 'the bundles are built before the tests');
    this.timeout(40_000);
    const { code, findings } = await examine(builtDist);
    const states = [...findings].map(([name, { state }]) => [name, state]);
    assert.deepEqual(Object.fromEntries(states), {
      machine: 'ok',
      memory: 'ok',
      completions: 'ok',
      crashes: 'ok',
      plan: 'warning',
      loaded: 'ok',
      engine: 'ok',
      model: 'failed',
      grammars: 'ok',
      index: 'ok',
      git: 'ok',
      ripgrep: 'ok',
    });
    assert.match(findings.get('model')?.next ?? '', /pull/);
    assert.equal(code, 1);
  });

  it('says what to do where the installation is broken', async function () {
    this.timeout(40_000);
    const { code, findings } = await examine(path.join(os.tmpdir(), 'no-such-thimble'));
    assert.equal(findings.get('engine')?.state, 'failed');
    assert.equal(findings.get('grammars')?.state, 'failed');
    assert.match(findings.get('grammars')?.next ?? '', /Install Thimble again/);
    assert.equal(code, 1);
  });
});
