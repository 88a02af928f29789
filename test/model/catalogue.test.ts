import assert from 'node:assert/strict';
import { catalogue, defaultModelName, findModel, profileFor } from '../../src/model/catalogue';
import type { GgufHeader } from '../../src/model/gguf-header';
import { fitOf } from '../../src/model/memory';
import { memoryNeed, shapeOfEntry } from '../../src/model/memory-need';

const header: GgufHeader = {
  architecture: 'qwen2',
  name: 'Qwen2.5 Coder 1.5B',
  contextLength: 32_768,
  vocabularySize: 1000,
  chatTemplate: '<|im_start|>',
  fillInTheMiddle: { prefix: '<p>', suffix: '<s>', middle: '<m>', order: 'prefix-first' },
  parameters: 1e9,
  kvBytesPerToken: 1000,
  keyLength: 64,
  embeddingLength: 64,
  feedForwardLength: 64,
  repackedBytes: 0,
  fileBytes: 12_345,
};

describe('catalogue', () => {
  it('has the models that the documentation names', () => {
    assert.deepEqual(
      catalogue.map((entry) => entry.name),
      [
        'qwen2.5-coder-0.5b',
        'qwen2.5-coder-1.5b',
        'qwen2.5-coder-3b',
        'qwen2.5-coder-7b',
        'qwen3-4b',
        'qwen3-coder-30b-a3b',
        'gemma3-270m',
      ],
    );
  });

  for (const entry of catalogue) {
    it(`says enough of ${entry.name}`, () => {
      assert.match(entry.sha256 ?? '', /^[0-9a-f]{64}$/);
      assert.ok(entry.hub ?? entry.packages, 'has a source');
      if (entry.hub) assert.match(entry.hub.revision, /^[0-9a-f]{40}$/, 'is pinned');
      assert.match(entry.file, /^[\w.-]+\.gguf$/);
      assert.ok(entry.licence.name && entry.goodAt);
      const profile = profileFor(entry.name);
      assert.ok(profile.contextSize <= entry.trainedContext);
      if (profile.abilities.complete) assert.ok(profile.fillInTheMiddle);
      const weights = memoryNeed(shapeOfEntry(entry), { contextTokens: profile.contextSize });
      assert.equal(weights.total, weights.weights + weights.repacked + weights.kvCache + weights.overhead);
    });
  }

  it('has no two entries of one name, file, size or hash', () => {
    for (const key of ['name', 'file', 'bytes', 'sha256'] as const)
      assert.equal(new Set(catalogue.map((entry) => entry[key])).size, catalogue.length, key);
  });

  it('says that the 3B model is for research', () =>
    assert.match(findModel('qwen2.5-coder-3b')?.licence.note ?? '', /research/));

  const defaults: [gigabytes: number, name: string][] = [
    [1, 'qwen2.5-coder-0.5b'],
    [4, 'qwen2.5-coder-0.5b'],
    [7.6, 'qwen2.5-coder-1.5b'],
    [8, 'qwen2.5-coder-1.5b'],
    [64, 'qwen2.5-coder-1.5b'],
  ];
  for (const [gigabytes, name] of defaults)
    it(`takes ${name} with ${gigabytes} GB`, () => assert.equal(defaultModelName(gigabytes * 1e9), name));

  it('has a default that fits its memory', () => {
    for (const gigabytes of [4, 8]) {
      const entry = findModel(defaultModelName(gigabytes * 1e9))!;
      const memory = { total: gigabytes * 1e9, free: gigabytes * 0.7e9, limited: false };
      assert.equal(
        fitOf(memoryNeed(shapeOfEntry(entry), { contextTokens: 8192 + 3072, lanes: 2 }).total, memory),
        'fits',
      );
    }
  });

  it('does not offer edits with the smallest model', () => {
    assert.equal(profileFor('QWEN2.5-coder-0.5b').abilities.edit, false);
    assert.equal(profileFor('qwen2.5-coder-1.5b').abilities.edit, true);
    assert.equal(profileFor({ ...header, fileBytes: 491_400_064 }).abilities.edit, false, 'by its size');
  });

  it('says that a name is unknown', () =>
    assert.throws(() => profileFor('gpt-5'), { code: 'model-unknown', next: /qwen2\.5-coder-0\.5b/ }));

  const families: Record<
    string,
    {
      header: Partial<GgufHeader>;
      family: string;
      template: string;
      dialect: string;
      complete: boolean;
      chat: boolean;
    }
  > = {
    'Qwen2.5-Coder': {
      header: {},
      family: 'qwen2.5-coder',
      template: 'chatml',
      dialect: 'qwen3-coder',
      complete: true,
      chat: true,
    },
    'Qwen2.5-Coder without tokens for it': {
      header: { fillInTheMiddle: undefined },
      family: 'qwen2.5-coder',
      template: 'chatml',
      dialect: 'qwen3-coder',
      complete: false,
      chat: true,
    },
    'Qwen2.5 that is no coder': {
      header: { name: 'Qwen2.5 7B' },
      family: 'qwen2',
      template: 'chatml',
      dialect: 'auto',
      complete: true,
      chat: true,
    },
    'Qwen3-Coder': {
      header: { architecture: 'qwen3moe', name: 'Qwen3 Coder 30B' },
      family: 'qwen3-coder',
      template: 'chatml',
      dialect: 'qwen3-coder',
      complete: true,
      chat: true,
    },
    Qwen3: {
      header: { architecture: 'qwen3', name: 'Qwen3 4B' },
      family: 'qwen3',
      template: 'chatml',
      dialect: 'hermes',
      complete: false,
      chat: true,
    },
    'Qwen3 with a switch for thinking': {
      header: {
        architecture: 'qwen3',
        name: 'Qwen3 4B',
        chatTemplate: '<|im_start|>{% if not enable_thinking %}<think></think>',
      },
      family: 'qwen3',
      template: 'qwen3',
      dialect: 'hermes',
      complete: false,
      chat: true,
    },
    'Qwen3.5': {
      header: {
        architecture: 'qwen35',
        name: 'Qwen3.5 4B',
        chatTemplate: '<|im_start|>{% if enable_thinking is false %}</think>',
      },
      family: 'qwen3.5',
      template: 'qwen3',
      dialect: 'qwen3.5',
      complete: false,
      chat: true,
    },
    Devstral: {
      header: { architecture: 'llama', name: 'Devstral Small 2507', chatTemplate: '[INST]' },
      family: 'devstral',
      template: 'mistral',
      dialect: 'mistral',
      complete: false,
      chat: true,
    },
    'Llama 3': {
      header: { architecture: 'llama', name: 'L', chatTemplate: '<|start_header_id|>' },
      family: 'llama',
      template: 'llama3',
      dialect: 'llama3-json',
      complete: true,
      chat: true,
    },
    'Granite 3': {
      header: { architecture: 'granite', name: 'Granite 3.1 2b Instruct' },
      family: 'granite',
      template: 'granite',
      dialect: 'hermes',
      complete: false,
      chat: true,
    },
    'Llama 3.2': {
      header: { architecture: 'llama', name: 'Llama 3.2 3B Instruct' },
      family: 'llama3',
      template: 'llama3',
      dialect: 'llama3-json',
      complete: false,
      chat: true,
    },
    TinyLlama: {
      header: { architecture: 'llama', name: 'TinyLlama 1.1B Chat' },
      family: 'tinyllama',
      template: 'zephyr',
      dialect: 'auto',
      complete: false,
      chat: true,
    },
    SmolLM2: {
      header: { architecture: 'llama', name: 'SmolLM2 1.7B Instruct' },
      family: 'smollm',
      template: 'chatml',
      dialect: 'hermes',
      complete: false,
      chat: true,
    },
    SmolLM3: {
      header: { architecture: 'smollm3', name: 'SmolLM3 3B' },
      family: 'smollm',
      template: 'chatml',
      dialect: 'hermes',
      complete: false,
      chat: true,
    },
    'Phi-4-mini': {
      header: { architecture: 'phi3', name: 'Phi 4 Mini Instruct' },
      family: 'phi4-mini',
      template: 'phi4',
      dialect: 'auto',
      complete: false,
      chat: true,
    },
    StarCoder2: {
      header: { architecture: 'starcoder2', name: 'starcoder2 3b' },
      family: 'starcoder2',
      template: 'chatml',
      dialect: 'auto',
      complete: true,
      chat: false,
    },
    CodeGemma: {
      header: { architecture: 'gemma', name: 'codegemma 7b it' },
      family: 'codegemma',
      template: 'gemma',
      dialect: 'gemma',
      complete: true,
      chat: true,
    },
    'a model with roles in control tokens': {
      header: { architecture: 'llama', name: 'L', chatTemplate: '<|start_of_role|>' },
      family: 'llama',
      template: 'granite',
      dialect: 'auto',
      complete: true,
      chat: true,
    },
    'a model with Hermes calls': {
      header: { architecture: 'llama', name: 'L', chatTemplate: '<|im_start|><tool_call>' },
      family: 'llama',
      template: 'chatml',
      dialect: 'hermes',
      complete: true,
      chat: true,
    },
    'Granite Code, whose file spells its tokens otherwise': {
      header: { architecture: 'llama', name: 'Granite 3b Code Base' },
      family: 'granite-code',
      template: 'granite',
      dialect: 'hermes',
      complete: true,
      chat: false,
    },
    'Granite 3.3': {
      header: { architecture: 'granite', name: 'Granite 3.3 2b Instruct' },
      family: 'granite3.3',
      template: 'granite',
      dialect: 'hermes',
      complete: true,
      chat: true,
    },
    'DeepSeek-Coder': {
      header: { architecture: 'llama', name: 'deepseek-coder-1.3b-instruct' },
      family: 'deepseek-coder',
      template: 'chatml',
      dialect: 'auto',
      complete: true,
      chat: false,
    },
    Codestral: {
      header: { architecture: 'llama', name: 'Codestral-22B-v0.1' },
      family: 'codestral',
      template: 'mistral',
      dialect: 'mistral',
      complete: true,
      chat: true,
    },
    'a base model': {
      header: { architecture: 'gemma3', name: 'Gemma', chatTemplate: undefined, fillInTheMiddle: undefined },
      family: 'gemma3',
      template: 'gemma',
      dialect: 'gemma',
      complete: false,
      chat: false,
    },
  };
  for (const [name, { header: more, family, template, dialect, complete, chat }] of Object.entries(
    families,
  )) {
    it(`knows ${name}`, () => {
      const profile = profileFor({ ...header, ...more });
      assert.deepEqual(
        [
          profile.family,
          profile.template,
          profile.dialect,
          profile.abilities.complete,
          profile.abilities.chat,
        ],
        [family, template, dialect, complete, chat],
      );
    });
  }

  it('never asks for more context than the file was trained with', () => {
    for (const architecture of ['qwen2', 'llama'])
      assert.equal(profileFor({ ...header, architecture, contextLength: 2048 }).contextSize, 2048);
  });
});
