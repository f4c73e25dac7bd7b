/** Owns seeded random numbers for pure code, where no hash of Node's is at hand. */

/**
 * mulberry32 (Tommy Ettinger, 2017, public domain): uniform in [0, 1), the same numbers for the same seed everywhere.
 * Good enough to draw a structure; nothing here is secret.
 *
 * @param seed a whole number from 0; above 2^32 its upper half is mixed in, so that large seeds differ as well
 */
export function seededNumbers(seed: number): () => number {
  let state = (seed | 0) ^ Math.imul(Math.floor(seed / 2 ** 32), 0x9e3779b1);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
