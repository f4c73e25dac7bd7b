/** Owns the types of server-key.mjs, which is plain JavaScript so that it runs before anything is built. */
export function readServerKey(name: string, env?: NodeJS.ProcessEnv): { ok: true; key: string } | { ok: false; message: string };
