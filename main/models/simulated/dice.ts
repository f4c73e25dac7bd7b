/** Owns the population's dice: the same seed and label always fall the same way, whatever runs beside. */
import { createHash } from "node:crypto";

/** Uniform in [0, 1) from 52 bits of SHA-256 over the labels. */
export function dice(...labels: readonly (string | number)[]): number {
  const digest = createHash("sha256").update(JSON.stringify(labels)).digest();
  return (digest.readUInt32BE(0) * 2 ** 20 + (digest.readUInt32BE(4) >>> 12)) / 2 ** 52;
}

/** Standard normal by Box and Muller (1958). */
export function normalDice(...labels: readonly (string | number)[]): number {
  const u = 1 - dice(...labels, "u");
  return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * dice(...labels, "v"));
}

/** One of a list. */
export function pick<T>(list: readonly T[], ...labels: readonly (string | number)[]): T {
  return list[Math.floor(dice(...labels) * list.length)] as T;
}

/** The list in an order of the dice (Fisher and Yates). */
export function shuffled<T>(list: readonly T[], ...labels: readonly (string | number)[]): T[] {
  const copy = [...list];
  for (let index = copy.length - 1; index > 0; index -= 1) {
    const other = Math.floor(dice(...labels, index) * (index + 1));
    [copy[index], copy[other]] = [copy[other] as T, copy[index] as T];
  }
  return copy;
}
