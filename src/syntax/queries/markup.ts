import type { GrammarSpec } from './query';

export const html: GrammarSpec = {
  structure: `
(element (start_tag (attribute (attribute_name) @id
  [(quoted_attribute_value (attribute_value) @name) (attribute_value) @name]))
  . (_) @body (#eq? @id "id")) @definition.element
(script_element (start_tag (tag_name) @name) (raw_text)? @body) @definition.element
(style_element (start_tag (tag_name) @name) (raw_text)? @body) @definition.element

(attribute (attribute_name) @source (quoted_attribute_value (attribute_value) @import)
  (#any-of? @source "src" "href"))
`,
  references: ['attribute_value'],
  wrappers: [],
  leading: ['comment'],
};

export const css: GrammarSpec = {
  structure: `
(rule_set (selectors) @name (block) @body) @definition.rule
(keyframes_statement (keyframes_name) @name (keyframe_block_list) @body) @definition.rule
(media_statement . (_) @name (block)) @container.rule

(import_statement (string_value) @import)
(import_statement (call_expression (arguments (string_value) @import)))
`,
  references: ['class_name', 'id_name', 'tag_name', 'property_name'],
  wrappers: [],
  leading: ['comment'],
};

/** Keys of the first two levels: enough to find one's way, without an entry for every value. */
export const json: GrammarSpec = {
  structure: `
(document (object (pair key: (string (string_content) @name)) @definition.key))
(document (object (pair value: (object (pair key: (string (string_content) @name)) @definition.key))))
`,
  references: ['string_content'],
  wrappers: [],
  leading: ['comment'],
};

export const yaml: GrammarSpec = {
  structure: `
(document (block_node (block_mapping (block_mapping_pair key: (flow_node) @name) @definition.key)))
(document (block_node (block_mapping (block_mapping_pair
  value: (block_node (block_mapping (block_mapping_pair key: (flow_node) @name) @definition.key))))))
`,
  references: ['string_scalar'],
  wrappers: [],
  leading: ['comment'],
};
