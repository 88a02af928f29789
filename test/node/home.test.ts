import assert from 'node:assert/strict';
import { modelsQuota } from '../../src/node/home';

describe('the limit of the models folder', () => {
  it('is a number of gigabytes, or none', () => {
    assert.equal(modelsQuota({ THIMBLE_MODELS_GB: ' 2.5 ' }), 2.5e9);
    assert.equal(modelsQuota({ THIMBLE_MODELS_GB: '' }), undefined);
    assert.equal(modelsQuota({}), undefined);
  });

  it('is refused where it is no number, rather than taken for none', () => {
    for (const given of ['much', '0', '-1', 'Infinity'])
      assert.throws(() => modelsQuota({ THIMBLE_MODELS_GB: given }), { code: 'usage' }, given);
  });
});
