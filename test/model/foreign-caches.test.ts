import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { findForeignModels, isForeignName } from '../../src/model/foreign-caches';
import { resolveModel } from '../../src/model/resolve-model';
import { tinyModel } from '../support/tiny-model';
import { createFolder } from '../tools/support';

const digest = 'a'.repeat(64);
const manifest = (hash = digest): string =>
  JSON.stringify({
    layers: [
      { mediaType: 'application/vnd.ollama.image.template', digest: `sha256:${'b'.repeat(64)}` },
      { mediaType: 'application/vnd.ollama.image.model', digest: `sha256:${hash}` },
    ],
  });
const registry = '.ollama/models/manifests/registry.ollama.ai';

describe('models of other programs', () => {
  const find = async (files: Record<string, string>, env: Record<string, string> = {}) => {
    const home = createFolder(files);
    const placed = Object.fromEntries(
      Object.entries(env).map(([key, place]) => [key, path.join(home, place)]),
    );
    const found = await findForeignModels({ env: placed, home, platform: 'darwin' });
    return found.map(({ name, program, path: file, bytes }) => ({
      name,
      program,
      file: path.relative(home, file).split(path.sep).join('/'),
      bytes,
    }));
  };

  it('Ollama’s are blobs that its manifests name', async () => {
    assert.deepEqual(
      await find({
        [`${registry}/library/coder/1.5b`]: manifest(),
        [`${registry}/somebody/tool/latest`]: manifest(),
        [`.ollama/models/blobs/sha256-${digest}`]: 'GGUF',
      }),
      [
        {
          name: 'ollama:coder:1.5b',
          program: 'Ollama',
          file: `.ollama/models/blobs/sha256-${digest}`,
          bytes: 4,
        },
        {
          name: 'ollama:somebody/tool:latest',
          program: 'Ollama',
          file: `.ollama/models/blobs/sha256-${digest}`,
          bytes: 4,
        },
      ],
    );
  });

  it('manifests that are damaged, lead elsewhere, or name what is not there are passed over', async () => {
    assert.deepEqual(
      await find({
        [`${registry}/library/a/1`]: '{',
        [`${registry}/library/b/1`]: manifest('../../../etc/passwd'),
        [`${registry}/library/c/1`]: manifest('c'.repeat(64)),
        [`${registry}/library/d/1`]: '{"layers":[]}',
      }),
      [],
    );
  });

  it('LM Studio’s, llama.cpp’s and the hub’s are files, wherever their folder is', async () => {
    const found = await find(
      {
        '.lmstudio/models/owner/model/file.gguf': 'GGUF',
        '.lmstudio/models/owner/model/mmproj-file.gguf': 'GGUF',
        '.lmstudio/models/owner/model/readme.md': '',
        'llama/own.GGUF': 'GGUF',
        'hub/models--a--b/snapshots/1/c.gguf': 'GGUF',
      },
      { LLAMA_CACHE: 'llama', HF_HUB_CACHE: 'hub' },
    );
    assert.deepEqual(
      found.map(({ name }) => name),
      ['hf-cache:models--a--b/snapshots/1/c', 'llama.cpp:own', 'lmstudio:owner/model/file'],
    );
  });

  it('are named as a model and used where they lie', async () => {
    const folder = createFolder({});
    const file = path.join(folder, `sha256-${digest}`);
    writeFileSync(file, await tinyModel());
    const foreign = () =>
      Promise.resolve([{ name: 'ollama:tiny:1', program: 'Ollama' as const, path: file, bytes: 1 }]);
    const store = { ensureVerified: () => assert.fail() };
    const resolved = await resolveModel('ollama:tiny:1', store, undefined, foreign);
    assert.deepEqual([resolved.name, resolved.modelPath], ['ollama:tiny:1', file]);
    await assert.rejects(resolveModel('ollama:other:1', store, undefined, foreign), {
      code: 'model-unknown',
    });
  });

  it('no path is taken for one', () => {
    assert.deepEqual(['C:\\models\\a.gguf', './ollama.gguf', 'hf:a/b/c.gguf'].map(isForeignName), [
      false,
      false,
      false,
    ]);
  });
});
