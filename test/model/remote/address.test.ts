import assert from 'node:assert/strict';
import { isRemoteSpec, parseRemoteSpec } from '../../../src/model/remote/address';
import { choicesOf } from '../../../src/model/remote/request-bodies';

describe('remote address', () => {
  it('splits server and model', () => {
    const cases: [string, string, string | undefined][] = [
      ['http://127.0.0.1:8080', 'http://127.0.0.1:8080', undefined],
      ['http://127.0.0.1:8080/coder', 'http://127.0.0.1:8080', 'coder'],
      ['https://h.example/v1', 'https://h.example', undefined],
      ['https://h.example/v1/', 'https://h.example', undefined],
      ['https://h.example/v1/Qwen/Qwen2.5-Coder-7B', 'https://h.example', 'Qwen/Qwen2.5-Coder-7B'],
      ['https://h.example/gateway/v1/big', 'https://h.example/gateway', 'big'],
      ['https://h.example/Qwen%20A', 'https://h.example', 'Qwen A'],
    ];
    for (const [url, root, model] of cases) {
      const address = parseRemoteSpec(`remote:${url}`);
      assert.deepEqual([address.root, address.model], [root, model], url);
    }
  });

  it('takes the defaults for a bare “remote:”, and only for it', () => {
    const defaults = { url: 'https://h.example/v1', model: 'big' };
    assert.deepEqual(parseRemoteSpec('remote:', defaults), {
      root: 'https://h.example',
      model: 'big',
      host: 'h.example',
      isPrivate: true,
    });
    assert.equal(parseRemoteSpec('remote:https://other.example', defaults).host, 'other.example');
    assert.throws(() => parseRemoteSpec('remote:'), { code: 'remote-not-set' });
  });

  it('knows what nobody on the way can read', () => {
    const isPrivate = (url: string): boolean => parseRemoteSpec(`remote:${url}`).isPrivate;
    assert.ok(isPrivate('https://h.example'));
    assert.ok(isPrivate('http://localhost:1'));
    assert.ok(isPrivate('http://[::1]:1'));
    assert.ok(!isPrivate('http://192.168.0.2:8080'));
    assert.ok(!isPrivate('http://127.0.0.1.evil.example'));
  });

  it('refuses what is no address of a server, and a key in it', () => {
    for (const spec of ['remote:nonsense', 'remote:ftp://h/x', 'remote:https://user:key@h.example']) {
      assert.throws(() => parseRemoteSpec(spec), { code: 'remote-address' }, spec);
    }
    assert.ok(!isRemoteSpec('qwen2.5-coder-0.5b'));
  });
});

describe('choices of a grammar', () => {
  it('are read where it is nothing else', () => {
    assert.deepEqual(choicesOf('root ::= "yes" | "no"'), ['yes', 'no']);
    assert.deepEqual(choicesOf('root ::= "1" | "2" | "3"\n'), ['1', '2', '3']);
    assert.equal(choicesOf('root ::= "a" [0-9]'), undefined);
    assert.equal(choicesOf(undefined), undefined);
  });
});
