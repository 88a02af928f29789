import type { ChatTemplate, ModelProfile } from '../profile';
import type { GgufHeader } from '../gguf-header';

/** What marks a template, and the dialect that models with it were usually trained on. */
const templates: { mark: string; template: ChatTemplate; dialect: ModelProfile['dialect']; stop: string }[] =
  [
    { mark: '<|im_start|>', template: 'chatml', dialect: 'auto', stop: '<|im_end|>' },
    { mark: '<start_of_turn>', template: 'gemma', dialect: 'gemma', stop: '<end_of_turn>' },
    { mark: '<|start_header_id|>', template: 'llama3', dialect: 'llama3-json', stop: '<|eot_id|>' },
    { mark: '<|start_of_role|>', template: 'granite', dialect: 'auto', stop: '<|end_of_text|>' },
    { mark: '<|user|>', template: 'zephyr', dialect: 'auto', stop: '</s>' },
    { mark: '[INST]', template: 'mistral', dialect: 'mistral', stop: '</s>' },
  ];

/** ChatML with or without the empty thought, as the file's own template has it: it knows a switch for thinking, or none. */
export function chatMlOf(chatTemplate: string): ChatTemplate {
  return chatTemplate.includes('enable_thinking') && chatTemplate.includes('</think>') ? 'qwen3' : 'chatml';
}

/** A profile for a model of no known family, from what its file says about itself. */
export function unknownProfile(header: GgufHeader): ModelProfile {
  const text = header.chatTemplate ?? '';
  const found = templates.find(({ mark }) => text.includes(mark));
  return {
    family: header.architecture,
    template: found === undefined || found.template === 'chatml' ? chatMlOf(text) : found.template,
    dialect: text.includes('<function=')
      ? 'qwen3-coder'
      : text.includes('<tool_call>')
        ? 'hermes'
        : (found?.dialect ?? 'auto'),
    bareJsonCalls: true,
    fillInTheMiddle: header.fillInTheMiddle,
    chatSampling: { temperature: 0.2, topP: 0.95 },
    contextSize: Math.min(8192, header.contextLength),
    stop: [found?.stop ?? '<|im_end|>'],
    // A base model has no template: it continues text and answers nobody.
    abilities: {
      complete: header.fillInTheMiddle !== undefined,
      chat: text !== '',
      edit: text !== '',
    },
  };
}
