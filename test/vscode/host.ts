/** What the tests inside the extension host share: the extension's own parts, and files of the test workspace. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { ThimbleApi } from '../../src/extension';
import { makeTinyGguf, type TinyModelOptions } from '../support/make-tiny-gguf.mjs';

export async function thimble(): Promise<ThimbleApi> {
  const extension = vscode.extensions.getExtension<ThimbleApi>('thimble.thimble');
  if (!extension) throw new Error('the extension is not installed');
  return extension.activate();
}

export function workspaceFolder(): string {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (!folder) throw new Error('the tests need a folder');
  return folder.uri.fsPath;
}

export function fileOf(name: string): string {
  return path.join(workspaceFolder(), ...name.split('/'));
}

export function writeBytes(name: string, bytes: Uint8Array | string): string {
  const file = fileOf(name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  return file;
}

export function bytesOf(name: string): Buffer {
  return readFileSync(fileOf(name));
}

export async function openEditor(name: string): Promise<vscode.TextEditor> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(fileOf(name)));
  return vscode.window.showTextDocument(document);
}

export async function closeEditors(): Promise<void> {
  // An editor with unsaved text would ask a person whether to save it.
  for (const document of vscode.workspace.textDocuments) {
    if (!document.isDirty || document.uri.scheme === 'output') continue;
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

/** Waits for something that VS Code does in its own time. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  limitMs = 15_000,
): Promise<void> {
  for (const end = Date.now() + limitMs; ;) {
    if (await condition()) return;
    if (Date.now() > end) throw new Error(`waited ${limitMs} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Makes a scripted tiny model the one that is used; the result takes it away again. */
export async function useTinyModel(options: TinyModelOptions): Promise<() => Promise<void>> {
  const api = await thimble();
  const file = path.join(api.home, `tiny-${Date.now().toString(36)}.gguf`);
  mkdirSync(api.home, { recursive: true });
  writeFileSync(file, makeTinyGguf(options));
  const settings = vscode.workspace.getConfiguration('thimble');
  await settings.update('model', file, vscode.ConfigurationTarget.Global);
  await settings.update('threads', 1, vscode.ConfigurationTarget.Global);
  await api.models.reload();
  return async () => {
    await settings.update('model', undefined, vscode.ConfigurationTarget.Global);
    await settings.update('threads', undefined, vscode.ConfigurationTarget.Global);
    await api.models.reload();
    rmSync(file, { force: true });
  };
}
