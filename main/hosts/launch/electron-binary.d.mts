/** Owns the types of electron-binary.mjs, which is plain JavaScript so that it runs before anything is built. */
export function electronBinary(env?: NodeJS.ProcessEnv): string | null;
export function noDisplay(env?: NodeJS.ProcessEnv, platform?: NodeJS.Platform): string | null;
export function fetchElectron(signal: AbortSignal): Promise<string | null>;
