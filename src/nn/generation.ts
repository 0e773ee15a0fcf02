import { ShapeError, WasmgradError, checkWhole, fail } from '../core/errors.js';
import { noGrad } from '../autograd/mode.js';
import { full } from '../tensor/creation.js';
import { cat } from '../tensor/join.js';
import { checkTensor } from '../tensor/operands.js';
import { checkOptions } from '../tensor/options.js';
import { multinomial } from '../tensor/random.js';
import type { DrawOptions } from '../tensor/random.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { where } from '../tensor/copy.js';
import { KVCache } from './kv-cache.js';

/** How a token is chosen. */
export interface SamplingOptions extends DrawOptions {
  /** Scores are divided by it; 0: the token with the highest score is taken. Default 1. */
  temperature?: number;
  /** Only so many tokens with the highest scores may be drawn. Default: all. */
  topK?: number | null;
  /** Only the most probable tokens that together reach this probability may be drawn. Default: all. */
  topP?: number | null;
}

/** Options of `generate`. */
export interface GenerateOptions extends SamplingOptions {
  /** Tokens to generate at most. Default 20. */
  maxNewTokens?: number;
  /** Ends a sequence, which is then filled with it; when all have ended, so does the generation. Default: none. */
  eosToken?: number | null;
  /** Compute each position once. Without it the whole sequence is computed at each step, with the same result. Default true. */
  useCache?: boolean;
}

const SAMPLING = ['temperature', 'topK', 'topP', 'generator'];

function checkSampling(op: string, { temperature = 1, topK = null, topP = null }: SamplingOptions): void {
  if (!(temperature >= 0)) throw new WasmgradError(`${op}: temperature must be at least 0, got ${String(temperature)}`);
  if (topK !== null && !(Number.isInteger(topK) && topK >= 1)) {
    throw new WasmgradError(`${op}: topK must be a whole number of at least 1, got ${String(topK)}`);
  }
  if (topP !== null && !(topP > 0 && topP <= 1)) {
    throw new WasmgradError(`${op}: topP must be above 0 and at most 1, got ${String(topP)}`);
  }
}

function draw(logits: Tensor, options: SamplingOptions): Tensor {
  const { temperature = 1, topK = null, topP = null } = options;
  if (temperature === 0) return logits.argmax(-1);
  let scores = logits.div(temperature);
  if (topK !== null && topK < scores.shape.at(-1)!) {
    const least = scores.topk(topK, -1)[0]!.narrow(-1, topK - 1, 1);
    scores = scores.maskedFill(scores.lt(least), -Infinity);
  }
  if (topP !== null) {
    const [sorted, order] = scores.sort(-1, true) as [Tensor, Tensor];
    const p = sorted.softmax(-1);
    // What comes before a token alone reaches topP.
    const dropped = p.cumsum(-1).sub(p).gt(topP);
    scores = scores.maskedFill(dropped.scatter(-1, order, dropped), -Infinity);
  }
  const given = options.generator ? { generator: options.generator } : {};
  return multinomial(scores.softmax(-1), 1, given).squeeze(-1);
}

/**
 * Draws a token from scores: softmax(logits / temperature), of which only the `topK` highest and those within the probability `topP` remain.
 *
 * Shapes: logits [N, V] → int32 [N]
 *
 * @throws WasmgradError for an option out of range; ShapeError where logits have not two dims
 *
 * Source: Fan et al. 2018, "Hierarchical neural story generation" (top-k); Holtzman et al. 2020, "The curious case of neural text
 * degeneration" (top-p).
 *
 * @example
 * const token = nn.sampleTokens(logits, { temperature: 0.8, topK: 40 });
 */
export function sampleTokens(logits: Tensor, options: SamplingOptions = {}): Tensor {
  checkOptions('sampleTokens', options, SAMPLING);
  checkTensor('sampleTokens', 'logits', logits);
  checkSampling('sampleTokens', options);
  if (logits.ndim !== 2) fail(ShapeError, 'sampleTokens', 'needs two dims', ['logits'], [logits]);
  return noGrad(() => scope(() => draw(logits, options)));
}

/**
 * Continues sequences of tokens, one token after the other.
 *
 * Shapes: prompt int32 [N, L] → int32 [N, L + new tokens]
 *
 * @param logitsOf the model: from tokens [N, l] (the prompt, then one token at a time) and the cache the scores [N, l, V] of the tokens that
 *   follow. `cache.length` is the position of the first of them. Without `useCache` it gets all tokens and null
 * @throws ShapeError where the prompt or the scores have other dims; WasmgradError for an option out of range
 *
 * @example
 * model.eval();
 * const tokens = nn.generate((tokens, cache) => model.forward(tokens, cache), prompt, { maxNewTokens: 100, temperature: 0.8, topK: 40 });
 */
export function generate(
  logitsOf: (tokens: Tensor, cache: KVCache | null) => Tensor,
  prompt: Tensor,
  options: GenerateOptions = {},
): Tensor {
  const op = 'generate';
  checkOptions(op, options, [...SAMPLING, 'maxNewTokens', 'eosToken', 'useCache']);
  checkTensor(op, 'prompt', prompt);
  checkSampling(op, options);
  const { maxNewTokens = 20, eosToken = null, useCache = true } = options;
  if (prompt.ndim !== 2 || prompt.numel === 0) fail(ShapeError, op, 'needs tokens [N, L]', ['prompt'], [prompt]);
  checkWhole(op, 'maxNewTokens', maxNewTokens, 0, WasmgradError);
  const cache = useCache ? new KVCache() : null;
  try {
    return noGrad(() =>
      scope(() => {
        let tokens = prompt;
        let fresh = prompt;
        let ended: Tensor | null = null;
        for (let i = 0; i < maxNewTokens; i++) {
          [tokens, fresh, ended] = scope(() => {
            const logits = logitsOf(cache ? fresh : tokens, cache);
            if (logits.ndim !== 3) fail(ShapeError, op, 'the model must answer scores [N, L, V]', ['logits'], [logits]);
            let next = draw(logits.select(1, -1), options).to(prompt.dtype);
            let over = ended;
            if (eosToken !== null) {
              const eos = full(next.shape, eosToken, { dtype: next.dtype });
              if (over) next = where(over, eos, next);
              over = next.eq(eosToken);
            }
            const column = next.unsqueeze(1);
            return [cat([tokens, column], 1), column, over] as [Tensor, Tensor, Tensor | null];
          });
          if (ended?.all().item()) break;
        }
        return tokens === prompt ? prompt.clone() : tokens;
      }),
    );
  } finally {
    cache?.clear();
  }
}
