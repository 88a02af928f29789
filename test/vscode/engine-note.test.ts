import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Emitter } from '../../src/base/lifecycle';
import type { EngineNote } from '../../src/model/engine-notes';
import type { EngineSupervisor } from '../../src/model/engine-supervisor';
import type { ModelView } from '../../src/protocol/panel';
import { keepEngineNote } from '../../src/vscode/engine-note';
import { createModelPlanner } from '../../src/vscode/model-planner';
import { tinyModel, withFolder } from '../model/support';

/** What a window keeps, with its models as the test sets them. */
function window() {
  const changes = new Emitter<void>();
  const kept: (string | undefined)[] = [];
  const now = {
    view: { name: 'large', label: 'Large', state: 'ready' } as ModelView,
    state: 'ready',
    loaded: undefined as object | undefined,
  };
  const keeping = keepEngineNote(
    { view: () => now.view, onChange: changes.on },
    {
      get state() {
        return now.state;
      },
      get loaded() {
        return now.loaded;
      },
    } as Pick<EngineSupervisor, 'state' | 'loaded'>,
    {
      keep: (note) => {
        kept.push(note && [note.model, note.second?.name].filter((name) => name !== undefined).join('+'));
        return Promise.resolve();
      },
    },
  );
  const change = (next: Partial<typeof now>): void => {
    Object.assign(now, next);
    changes.fire();
  };
  return { kept, change, keeping };
}

describe('what a window has loaded', () => {
  const loaded = { lanes: { chat: 8192 }, residentBytes: 2e9 };

  it('is noted once it is loaded, once for all requests, and taken away with the engine', () => {
    const { kept, change, keeping } = window();
    change({ state: 'loading' });
    change({ state: 'ready', loaded });
    change({ state: 'busy' });
    change({ state: 'ready' });
    change({ state: 'stopped', loaded: undefined });
    change({ state: 'ready', loaded });
    keeping.dispose();
    assert.deepEqual(kept, ['Large', undefined, 'Large', undefined]);
  });

  it('is noted with the second model, which alone is here while the chat is on a server', () => {
    const { kept, change } = window();
    const second = { name: 'Small', isLoaded: true, why: 'There is room.' };
    const view: ModelView = { name: 'large', label: 'Large', state: 'ready', second };
    change({ view, loaded });
    change({ view: { ...view, remoteHost: 'models.example.com' } });
    assert.deepEqual(kept, ['Large+Small', 'Small']);
  });
});

describe('a plan with less than usual', () => {
  const others: EngineNote[] = [
    { pid: 12, program: 'editor', model: 'Large', contextTokens: 8192, residentBytes: 2.4e9 },
  ];
  const noticesAt = async (share: number): Promise<string[]> => {
    const notices: string[] = [];
    await withFolder(async (folder) => {
      const file = path.join(folder, 'tiny.gguf');
      await writeFile(file, tinyModel());
      const plan = createModelPlanner({
        share: () => share,
        calibrations: { of: () => Promise.resolve(undefined) },
        notice: ({ happened }) => void notices.push(happened),
        others: () => Promise.resolve(others),
        log: () => undefined,
      });
      const wishes = { chat: { size: 2048, fixed: true }, completion: undefined, second: undefined };
      await plan(file, wishes);
    });
    return notices;
  };

  it('says what other windows have loaded', async () => {
    const notices = await noticesAt(0);
    assert.match(
      notices.at(-1) ?? '',
      /^Loaded elsewhere on this computer: Large .* \(editor, process 12\)$/,
    );
    assert.equal(notices.filter((text) => text.startsWith('Loaded elsewhere')).length, 1);
  });
});
