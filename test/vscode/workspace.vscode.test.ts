import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Workspace } from '../../src/base/ports';
import { bytesOf, closeEditors, fileOf, openEditor, thimble, until, writeBytes } from './host';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const utf16 = (text: string): Buffer =>
  Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
const bom = (text: string): Buffer => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)]);
const plain = (text: string): Buffer => Buffer.from(text);

const formats: { name: string; encode: (text: string) => Buffer; text: string }[] = [
  { name: 'LF', encode: plain, text: 'one\ntwo\nthree\n' },
  { name: 'CRLF', encode: plain, text: 'one\r\ntwo\r\nthree\r\n' },
  { name: 'mixed line ends', encode: plain, text: 'one\r\ntwo\nthree\r\nfour\n' },
  { name: 'no final line end', encode: plain, text: 'one\ntwo\nthree' },
  { name: 'UTF-8 with a byte order mark', encode: bom, text: 'one\ntwo\nthree ü\n' },
  { name: 'UTF-16', encode: utf16, text: 'one\ntwo\nthree ü\n' },
  { name: 'Latin-1', encode: latin1, text: 'one\ntwo\nthr\u00ebe\n' },
];

describe('workspace through the editor', () => {
  let workspace: Workspace;
  before(async () => {
    workspace = (await thimble()).workspace;
  });
  afterEach(closeEditors);

  const change = async (name: string, from: string, to: string): Promise<void> => {
    const file = await workspace.read(name);
    await workspace.write(
      [{ path: name, text: file.text.replace(from, to), expectedHash: file.hash }],
      'a change',
    );
  };
  const rejects = (work: Promise<unknown>, code: string): Promise<void> =>
    assert.rejects(work, { name: 'UserError', code });

  for (const { name, encode, text } of formats) {
    it(`changes a file with ${name} and nothing else in it`, async () => {
      writeBytes('format.txt', encode(text));
      await change('format.txt', 'two', '2 and a half');
      assert.deepEqual(bytesOf('format.txt'), encode(text.replace('two', '2 and a half')));
    });
    it(`does so with the file open: ${name}`, async () => {
      writeBytes('open.txt', encode(text));
      const editor = await openEditor('open.txt');
      await change('open.txt', 'two', '2 and a half');
      assert.deepEqual(bytesOf('open.txt'), encode(text.replace('two', '2 and a half')));
      await until(() => editor.document.getText().includes('2 and a half'), 'the editor to show the change');
      assert.equal(editor.document.isDirty, false);
    });
  }

  it('changes an open file with mixed line ends twice in a row', async () => {
    writeBytes('twice.txt', 'one\r\ntwo\nthree\r\n');
    const editor = await openEditor('twice.txt');
    await change('twice.txt', 'two', '2');
    await change('twice.txt', 'three', '3');
    assert.equal(bytesOf('twice.txt').toString(), 'one\r\n2\n3\r\n');
    await until(
      () => !editor.document.isDirty && editor.document.getText().includes('3'),
      'the editor to follow',
    );
  });

  it('lets the editor undo a change', async () => {
    writeBytes('undo.txt', 'one\ntwo\nthree\n');
    const editor = await openEditor('undo.txt');
    await change('undo.txt', 'two', '2');
    assert.equal(editor.document.getText(), 'one\n2\nthree\n');
    await vscode.window.showTextDocument(editor.document);
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), 'one\ntwo\nthree\n');
  });

  it('reads what is typed but not saved, and changes that', async () => {
    writeBytes('dirty.txt', 'one\ntwo\n');
    const editor = await openEditor('dirty.txt');
    await editor.edit((builder) => builder.insert(new vscode.Position(0, 0), 'typed\n'));
    const file = await workspace.read('dirty.txt');
    assert.equal(file.text, 'typed\none\ntwo\n');
    assert.equal(file.dirty, true);
    await change('dirty.txt', 'two', '2');
    assert.equal(editor.document.getText(), 'typed\none\n2\n');
    assert.equal(bytesOf('dirty.txt').toString(), 'typed\none\n2\n');
  });

  it('refuses a file that was changed meanwhile, on disk or in the editor', async () => {
    writeBytes('meanwhile.txt', 'one\n');
    const file = await workspace.read('meanwhile.txt');
    const write = { path: 'meanwhile.txt', text: 'ours\n', expectedHash: file.hash };
    writeBytes('meanwhile.txt', 'theirs\n');
    await rejects(workspace.write([write], 'late'), 'changed-meanwhile');
    writeBytes('meanwhile.txt', 'one\n');
    const editor = await openEditor('meanwhile.txt');
    await editor.edit((builder) => builder.insert(new vscode.Position(0, 0), 'typed '));
    await rejects(workspace.write([write], 'late'), 'changed-meanwhile');
    assert.equal(editor.document.getText(), 'typed one\n');
  });

  it('refuses a read-only file', async () => {
    const file = writeBytes('locked.txt', 'one\n');
    chmodSync(file, 0o444);
    try {
      await rejects(change('locked.txt', 'one', '1'), 'read-only');
      assert.equal(bytesOf('locked.txt').toString(), 'one\n');
    } finally {
      chmodSync(file, 0o644);
    }
  });

  it('refuses what lies outside, also behind a symbolic link', async () => {
    const outside = mkdtempSync(path.join(os.tmpdir(), 'thimble-outside-'));
    writeFileSync(path.join(outside, 'secret.txt'), 'secret\n');
    rmSync(fileOf('link'), { force: true });
    symlinkSync(outside, fileOf('link'));
    try {
      await rejects(workspace.read('../secret.txt'), 'outside-workspace');
      await rejects(workspace.read('link/secret.txt'), 'outside-workspace');
      const write = { path: 'link/new.txt', text: 'x\n', expectedHash: null };
      await rejects(workspace.write([write], 'outside'), 'outside-workspace');
      assert.equal(existsSync(path.join(outside, 'new.txt')), false);
    } finally {
      rmSync(fileOf('link'), { force: true });
      rmSync(outside, { recursive: true });
    }
  });

  it('follows a link that stays inside', async () => {
    writeBytes('target.txt', 'one\n');
    rmSync(fileOf('alias.txt'), { force: true });
    symlinkSync(fileOf('target.txt'), fileOf('alias.txt'));
    await change('alias.txt', 'one', '1');
    assert.equal(bytesOf('target.txt').toString(), '1\n');
  });

  it('creates a file in a new folder, and deletes it', async () => {
    rmSync(fileOf('made'), { recursive: true, force: true });
    await workspace.write([{ path: 'made/new.py', text: 'x = 1\r\n', expectedHash: null }], 'create');
    assert.equal(bytesOf('made/new.py').toString(), 'x = 1\r\n');
    const { hash } = await workspace.read('made/new.py');
    await workspace.write([{ path: 'made/new.py', text: null, expectedHash: hash }], 'delete');
    assert.equal(existsSync(fileOf('made/new.py')), false);
  });

  it('writes all files or none', async () => {
    writeBytes('first.txt', 'one\n');
    writeBytes('second.txt', 'two\n');
    const first = await workspace.read('first.txt');
    const changes = [
      { path: 'first.txt', text: '1\n', expectedHash: first.hash },
      { path: 'second.txt', text: '2\n', expectedHash: 'another' },
    ];
    await rejects(workspace.write(changes, 'both'), 'changed-meanwhile');
    assert.equal(bytesOf('first.txt').toString(), 'one\n');
  });

  it('puts bytes back as they were, under an open editor with unsaved text', async () => {
    writeBytes('back.txt', 'one\r\ntwo\n');
    const before = await workspace.readBytes('back.txt');
    const editor = await openEditor('back.txt');
    await change('back.txt', 'two', '2');
    await editor.edit((builder) => builder.insert(new vscode.Position(0, 0), 'typed '));
    await workspace.restoreBytes('back.txt', before);
    assert.equal(bytesOf('back.txt').toString(), 'one\r\ntwo\n');
    await until(
      () => editor.document.getText().replaceAll('\r\n', '\n') === 'one\ntwo\n' && !editor.document.isDirty,
      'the editor to follow',
    );
  });
});
