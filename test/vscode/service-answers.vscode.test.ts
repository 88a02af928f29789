import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import * as vscode from 'vscode';
import { createServiceAnswers } from '../../src/vscode/service-answers';
import { closeEditors, fileOf, openEditor, until, writeBytes } from './host';

const use = 'from service_one import area\n\n\ndef main(side):\n    return area(side)\n';

describe('what language services say', () => {
  let asked = 0;
  let wait: Promise<unknown> = Promise.resolve();
  let provider: vscode.Disposable;
  before(() => {
    writeBytes('service_one.py', '# One\ndef area(side):\n    return side\n');
    writeBytes('service_use.py', use);
    provider = vscode.languages.registerDefinitionProvider(
      { scheme: 'file', pattern: '**/service_use.py' },
      {
        provideDefinition: async (document, position) => {
          const name = document.getText(document.getWordRangeAtPosition(position));
          if (name !== 'area') return [];
          asked++;
          await wait;
          return new vscode.Location(vscode.Uri.file(fileOf('service_one.py')), new vscode.Position(1, 4));
        },
      },
    );
  });
  afterEach(closeEditors);
  after(() => {
    provider.dispose();
    for (const name of ['service_one.py', 'service_use.py']) rmSync(fileOf(name), { force: true });
  });
  const told = { name: 'area', line: 5, path: 'service_one.py', startLine: 2 };
  const cursor = new vscode.Position(4, 20);

  it('is used as soon as it has come, and asked for once', async () => {
    asked = 0;
    const { document } = await openEditor('service_use.py');
    const services = createServiceAnswers(() => 0);
    assert.deepEqual(services.near(document, cursor), [], 'nothing waits');
    await until(() => services.near(document, cursor).length > 0, 'the answer');
    assert.deepEqual(services.near(document, cursor), [told]);
    assert.equal(asked, 1);
  });

  it('is not asked about a name that is being typed', async () => {
    const { document } = await openEditor('service_use.py');
    asked = 0;
    const services = createServiceAnswers(() => 0);
    services.near(document, new vscode.Position(4, 15));
    const other = createServiceAnswers(() => 0);
    other.near(document, cursor);
    await until(() => other.near(document, cursor).length > 0, 'the answer to another question');
    assert.equal(asked, 1);
  });

  it('is asked for anew after a while', async () => {
    asked = 0;
    let now = 0;
    const { document } = await openEditor('service_use.py');
    const services = createServiceAnswers(() => now);
    await until(() => services.near(document, cursor).length > 0, 'the answer');
    now = 60_000;
    assert.deepEqual(services.near(document, cursor), [told], 'the old answer is better than none');
    await until(() => asked === 2, 'the second question');
  });

  it('goes on without an answer that does not come', async () => {
    await openEditor('service_use.py');
    let answer: () => void = () => undefined;
    wait = new Promise<void>((resolve) => (answer = resolve));
    const services = createServiceAnswers(() => 0);
    assert.deepEqual(await services.within('service_use.py', { startLine: 4, endLine: 5 }), []);
    answer();
    wait = Promise.resolve();
    await until(
      async () => (await services.within('service_use.py', { startLine: 4, endLine: 5 })).length > 0,
      'the answer that was late',
    );
  });
});
