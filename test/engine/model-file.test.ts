import assert from 'node:assert/strict';
import { libraryFailure, loadFailure } from '../../src/engine/model-file';

describe('why a model did not load', () => {
  const check = (name: string, log: string[], code: string, text: RegExp): void => {
    it(name, () => {
      const error = loadFailure('/m.gguf', new Error('Failed to load model'), log);
      assert.equal(error.code, code);
      assert.match(error.message, text);
      assert.ok(error.next);
    });
  };
  check(
    'architecture',
    ["error loading model: unknown model architecture: 'foo'"],
    'model-architecture-unknown',
    /“foo”/,
  );
  check(
    'cut off',
    ["tensor 'x' data is not within the file bounds, model is corrupted or incomplete"],
    'model-file-cut',
    /m\.gguf/,
  );
  check('memory', ['failed to allocate CPU buffer'], 'model-too-large', /memory/);
  check('anything else', ['error loading vocabulary: oops'], 'model-file-broken', /oops/);

  it('names what an old system lacks', () => {
    const missing = new Error("version `GLIBC_2.34' not found");
    assert.match(libraryFailure(missing, 'linux').next ?? '', /glibc 2\.34/);
    assert.doesNotMatch(libraryFailure(missing, 'win32').next ?? '', /glibc/);
  });
});
