/** Owns dice that hang on labels alone: the same seed and names always fall the same way, in any order, on any machine. */

/**
 * Uniform in [0, 1) from 53 bits of a hash of the labels (two lanes with the finaliser of MurmurHash3, Appleby 2011). It
 * spreads well and hides nothing: not for secrets.
 */
export function labelDice(...labels: readonly (string | number)[]): number {
  const text = JSON.stringify(labels);
  let one = 0x9e3779b9;
  let other = 0x85ebca6b;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    one = Math.imul(rotated(one ^ Math.imul(unit, 0xcc9e2d51), 13), 5) + 0x6b64e654;
    other = Math.imul(rotated(other ^ Math.imul(unit, 0x1b873593), 17), 9) + 0x38495ab5;
  }
  one = mixed(one ^ text.length);
  other = mixed(other ^ one);
  return ((one >>> 0) * 2 ** 21 + (other >>> 11)) / 2 ** 53;
}

/** The list in an order of the labels: every order is equally likely over the labels. Equal items keep their order. */
export function shuffledBy<T>(list: readonly T[], ...labels: readonly (string | number)[]): T[] {
  return list
    .map((item, index) => ({ item, roll: labelDice(...labels, index) }))
    .sort((a, b) => a.roll - b.roll)
    .map(({ item }) => item);
}

function rotated(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

function mixed(value: number): number {
  let bits = value;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
