/** Tables of the GGUF format as llama.cpp has them. */

/** Elements and bytes of a block by `ggml_type` (`ggml.h`); a type that is missing here has an unknown size. */
export const tensorBlocks: ReadonlyMap<number, readonly [elements: number, bytes: number]> = new Map([
  [0, [1, 4]], // F32
  [1, [1, 2]], // F16
  [2, [32, 18]], // Q4_0
  [3, [32, 20]], // Q4_1
  [6, [32, 22]], // Q5_0
  [7, [32, 24]], // Q5_1
  [8, [32, 34]], // Q8_0
  [9, [32, 36]], // Q8_1
  [10, [256, 84]], // Q2_K
  [11, [256, 110]], // Q3_K
  [12, [256, 144]], // Q4_K
  [13, [256, 176]], // Q5_K
  [14, [256, 210]], // Q6_K
  [15, [256, 292]], // Q8_K
  [16, [256, 66]], // IQ2_XXS
  [17, [256, 74]], // IQ2_XS
  [18, [256, 98]], // IQ3_XXS
  [19, [256, 50]], // IQ1_S
  [20, [32, 18]], // IQ4_NL
  [21, [256, 110]], // IQ3_S
  [22, [256, 82]], // IQ2_S
  [23, [256, 136]], // IQ4_XS
  [24, [1, 1]], // I8
  [25, [1, 2]], // I16
  [26, [1, 4]], // I32
  [27, [1, 8]], // I64
  [28, [1, 8]], // F64
  [29, [256, 56]], // IQ1_M
  [30, [1, 2]], // BF16
  [34, [256, 54]], // TQ1_0
  [35, [256, 66]], // TQ2_0
  [39, [32, 17]], // MXFP4
] as const);

/**
 * Types whose matrices llama.cpp keeps a second time in a layout for AVX2 (`ggml-cpu/repack.cpp`): Q4_0, Q4_K and
 * IQ4_NL. The file's own pages stay mapped beside the copy.
 */
export const repackedTypes: ReadonlySet<number> = new Set([2, 12, 20]);

/**
 * Architectures of models that write text, by the name in `general.architecture` (`llama-arch.cpp`). Left out are
 * encoders, projectors, drafts and speech models, which can be loaded and not chatted with.
 */
export const knownArchitectures: ReadonlySet<string> = new Set(
  (
    'llama llama4 deci falcon grok gpt2 gptj gptneox mpt baichuan starcoder refact bloom stablelm ' +
    'qwen qwen2 qwen2moe qwen2vl qwen3 qwen3moe qwen3next qwen3vl qwen3vlmoe qwen35 qwen35moe ' +
    'phi2 phi3 phimoe plamo plamo2 plamo3 codeshell orion internlm2 minicpm minicpm3 ' +
    'gemma gemma2 gemma3 gemma3n gemma4 starcoder2 mamba mamba2 jamba falcon-h1 xverse command-r cohere2 ' +
    'cohere2moe dbrx olmo olmo2 olmoe openelm arctic deepseek deepseek2 deepseek32 deepseek4 chatglm glm4 ' +
    'glm4moe glm-dsa bitnet t5 jais jais2 nemotron nemotron_h nemotron_h_moe exaone exaone4 exaone-moe ' +
    'rwkv6 rwkv6qwen2 rwkv7 arwkv7 granite granitemoe granitehybrid graniteswitch chameleon plm ' +
    'bailingmoe bailingmoe2 dots1 arcee afmoe laguna ernie4_5 ernie4_5-moe hunyuan-moe hunyuan-dense ' +
    'hunyuan_vl hy_v3 smollm3 gpt-oss lfm2 lfm2moe dream smallthinker llada llada-moe seed_oss grovemoe ' +
    'apertus minimax-m2 minimax-m3 cogvlm rnd1 pangu-embedded mistral3 mistral4 mimo2 step35 maincoder ' +
    'kimi-linear mellum nanbeige'
  ).split(' '),
);

/** Types of metadata values (`gguf_type`). */
export const valueType = { bool: 7, string: 8, array: 9 } as const;

/** Bytes of a scalar by its `gguf_type`. */
export const scalarBytes: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [1, 1],
  [2, 2],
  [3, 2],
  [4, 4],
  [5, 4],
  [6, 4],
  [7, 1],
  [10, 8],
  [11, 8],
  [12, 8],
]);
