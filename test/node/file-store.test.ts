import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { createFileStore } from '../../src/node/file-store';
import { thimbleHome } from '../../src/node/home';
import { createFolder } from '../tools/support';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('file store', () => {
  it('reads what was written, lists by prefix, deletes', async () => {
    const store = createFileStore(path.join(createFolder({}), 'not', 'yet'));
    assert.deepEqual(await store.keys(''), []);
    assert.equal(await store.read('chats/a.json'), undefined);
    for (const key of ['chats/b.json', 'chats/a.json', 'checkpoints/1/0']) await store.write(key, bytes(key));
    await store.write('chats/a.json', bytes('again'));
    assert.deepEqual(await store.keys('chats/'), ['chats/a.json', 'chats/b.json']);
    assert.equal(new TextDecoder().decode(await store.read('chats/a.json')), 'again');
    await store.delete('chats/a.json');
    await store.delete('chats/a.json');
    assert.deepEqual(await store.keys(''), ['chats/b.json', 'checkpoints/1/0']);
  });

  it('keeps any key apart from any other, inside of its folder, in names that every platform takes', async () => {
    const part = fc.oneof(
      fc.constantFrom('..', '.', '', 'con', 'NUL', 'a.', 'A', 'a', '%', '%41', '.tmp', 'ä', 'a:b', 'x\\y'),
      fc.string({ maxLength: 8 }).filter((text) => !text.includes('/')),
    );
    const key = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(key, { maxLength: 4 }), async (keys) => {
        // A record and a folder cannot have one name.
        fc.pre(!keys.some((a) => keys.some((b) => b.startsWith(`${a}/`))));
        const folder = createFolder({});
        const store = createFileStore(path.join(folder, 'store'));
        for (const one of keys) await store.write(one, bytes(one));
        for (const one of keys) assert.equal(new TextDecoder().decode(await store.read(one)), one);
        assert.deepEqual((await store.keys('')).sort(), [...keys].sort());
        const names = fs.readdirSync(folder, { recursive: true }).map(String);
        assert.equal(new Set(names.map((name) => name.toLowerCase())).size, names.length);
        assert.ok(
          names.every((name) => name.startsWith('store') && !/[:\\"<>|?*]|[. ]$/.test(name)),
          names.join(),
        );
        fs.rmSync(folder, { recursive: true });
      }),
      { numRuns: 40 },
    );
  });

  it('does not see what a crash left, and clears it away later', async () => {
    const folder = createFolder({ '.a.json.1-0.tmp': 'half', 'b.json': 'b' });
    const store = createFileStore(folder);
    assert.deepEqual(await store.keys(''), ['b.json']);
    assert.equal(fs.existsSync(path.join(folder, '.a.json.1-0.tmp')), true);
    fs.utimesSync(path.join(folder, '.a.json.1-0.tmp'), 1, 1);
    await store.keys('');
    assert.deepEqual(fs.readdirSync(folder), ['b.json']);
  });

  it('finds its home', () => {
    assert.equal(thimbleHome({ THIMBLE_HOME: 'x' }), path.resolve('x'));
    assert.match(thimbleHome({}), /thimble/);
  });
});
