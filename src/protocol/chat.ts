/** A message of the conversation as the model gets it; control tokens are added by `prompt/`. */
export interface ChatMessage {
  role: 'system' | 'user' | 'assistant' | 'tool';
  /** For `assistant`, tool calls as the model wrote them; for `tool`, what the tool answered. */
  content: string;
  /** Name of the tool, for `tool`. */
  tool?: string;
}
