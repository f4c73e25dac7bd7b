/** Owns the types of build.mjs, which is plain JavaScript so that it runs before anything is built. */
export const root: string;
export function buildParts(names: readonly ("node" | "renderer" | "preload")[]): Promise<void>;
