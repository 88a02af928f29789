import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type Repository, repositoryWith, writeCommitMessage } from '../../src/vscode/commit-message';
import { fakeModel } from '../support/fake-model';
import { workspaceFolder } from './host';

const diff = `diff --git a/stats.py b/stats.py
--- a/stats.py
+++ b/stats.py
@@ -1 +1 @@ def mean(values):
-    return sum(values) / len(value)
+    return sum(values) / len(values)
`;

describe('the button that writes the commit message', () => {
  const repository = (staged: string, changed: string, typed = ''): Repository => ({
    rootUri: vscode.Uri.file(workspaceFolder()),
    inputBox: { value: typed },
    diff: (cached) => Promise.resolve(cached ? staged : changed),
  });
  const write = async (replies: string[], where: Repository): Promise<string[]> => {
    const model = fakeModel(replies);
    await writeCommitMessage(() => Promise.resolve(model), where);
    return model.prompts;
  };

  it('names what is staged', async () => {
    const where = repository(diff, 'diff --git a/other.py b/other.py\n');
    const [prompt = ''] = await write(['Fixed the mean.'], where);
    assert.equal(where.inputBox.value, 'Fix the mean');
    assert.ok(!prompt.includes('other.py'));
  });

  it('names all changes while nothing is staged, above what the user has typed', async () => {
    const where = repository('', diff, 'Closes 7.');
    await write(['Fix the mean'], where);
    assert.equal(where.inputBox.value, 'Fix the mean\n\nCloses 7.');
  });

  it('always gives a line', async () => {
    const where = repository(diff, '');
    await write(['', 'The mean', ''], where);
    assert.equal(where.inputBox.value, 'Update stats.py');
  });

  it('leaves the message where there is nothing to name', async () => {
    const where = repository('', '', 'mine');
    await assert.rejects(write([], where), { code: 'no-diff' });
    assert.equal(where.inputBox.value, 'mine');
  });

  it('of several repositories means the innermost that holds the file', () => {
    const [outer, inner, other] = ['/code/app', '/code/app/lib', '/code/application'].map((folder) => ({
      ...repository(diff, ''),
      rootUri: vscode.Uri.file(folder),
    }));
    assert.ok(outer && inner && other);
    const all = [other, outer, inner];
    assert.equal(repositoryWith(vscode.Uri.file('/code/app/lib/a.py'), all), inner);
    assert.equal(repositoryWith(vscode.Uri.file('/code/app/a.py'), all), outer);
    assert.equal(repositoryWith(vscode.Uri.file('/elsewhere/a.py'), all), undefined);
    assert.equal(repositoryWith(undefined, all), undefined);
  });
});
