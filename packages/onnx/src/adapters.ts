/** What is encoded: images, or texts that were cut into tokens. */
export type Side = 'image' | 'text';

/** What an input of a model is for. */
export type InputRole =
  /** Images, [n, c, h, w] or [n, h, w, c]. */
  | 'image'
  /** Numbers of tokens, [n, t]. */
  | 'tokens'
  /** 1 for a token, 0 for padding, [n, t]. */
  | 'mask'
  /** Which of two texts a token belongs to, [n, t]. */
  | 'segments'
  /** Place of a token in its text from 0 on, [n, t]. */
  | 'positions';

/** What an output of a model is. */
export type OutputMeaning =
  /** One row an item that is meant to be compared, after the projection where there is one. */
  | 'embedding'
  /** One row an item, made of the class token or the end of the text. */
  | 'pooler'
  /** A row for every token, from the last layer. */
  | 'tokens'
  /** Tokens or a map of a layer before the last. */
  | 'hidden'
  /** Scores of classes or pairs. */
  | 'scores'
  /** Who looks at whom inside a layer. */
  | 'attention';

/**
 * The side an input belongs to, and the names that usual exporters (Hugging Face optimum, timm, torch.onnx, CLIP, sentence-transformers)
 * give it. Names are in lower case.
 */
export const inputNames: Readonly<Record<InputRole, { readonly side: Side; readonly names: readonly string[] }>> = {
  image: {
    side: 'image',
    names: ['pixel_values', 'image', 'images', 'input_image', 'input', 'inputs', 'x', 'img', 'pixels', 'data'],
  },
  tokens: { side: 'text', names: ['input_ids', 'tokens', 'token_ids', 'text', 'ids', 'input_tokens'] },
  mask: { side: 'text', names: ['attention_mask', 'input_mask', 'text_mask', 'mask'] },
  segments: { side: 'text', names: ['token_type_ids', 'segment_ids', 'token_types'] },
  positions: { side: 'text', names: ['position_ids', 'positions'] },
};

/**
 * What outputs of these names are, and of which side where it is of one. Names are in lower case; a number at the end, as in
 * "hidden_states.3", is left out.
 */
export const outputNames: Readonly<Record<string, { readonly meaning: OutputMeaning; readonly side?: Side }>> = {
  image_embeds: { meaning: 'embedding', side: 'image' },
  image_embedding: { meaning: 'embedding', side: 'image' },
  image_embeddings: { meaning: 'embedding', side: 'image' },
  image_features: { meaning: 'embedding', side: 'image' },
  text_embeds: { meaning: 'embedding', side: 'text' },
  text_embedding: { meaning: 'embedding', side: 'text' },
  text_embeddings: { meaning: 'embedding', side: 'text' },
  text_features: { meaning: 'embedding', side: 'text' },
  sentence_embedding: { meaning: 'embedding', side: 'text' },
  sentence_embeddings: { meaning: 'embedding', side: 'text' },
  embedding: { meaning: 'embedding' },
  embeddings: { meaning: 'embedding' },
  features: { meaning: 'embedding' },
  pooler_output: { meaning: 'pooler' },
  pooled_output: { meaning: 'pooler' },
  pooled: { meaning: 'pooler' },
  last_hidden_state: { meaning: 'tokens' },
  last_hidden_states: { meaning: 'tokens' },
  token_embeddings: { meaning: 'tokens' },
  hidden_states: { meaning: 'hidden' },
  hidden_state: { meaning: 'hidden' },
  feature_maps: { meaning: 'hidden' },
  attentions: { meaning: 'attention' },
  logits: { meaning: 'scores' },
  probabilities: { meaning: 'scores' },
  scores: { meaning: 'scores' },
  logits_per_image: { meaning: 'scores', side: 'image' },
  logits_per_text: { meaning: 'scores', side: 'text' },
};
