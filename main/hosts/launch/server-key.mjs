/** Owns reading a compatible server's own key out of the environment variable that --key-env names. */

/** The key, or the sentence that says why there is none. The value itself never stands on a command line or in a message. */
export function readServerKey(name, env = process.env) {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,99}$/.test(name))
    return { ok: false, message: "--key-env takes the name of an environment variable that holds the key, not the key itself." };
  if (name.startsWith("ANTHROPIC_"))
    return {
      ok: false,
      message: `--key-env takes a compatible server's own key; ${name} belongs to Anthropic and is never sent elsewhere.`,
    };
  const key = env[name]?.trim();
  if (!key) return { ok: false, message: `--key-env names ${name}, which is not set.` };
  if (key.startsWith("sk-ant-") || key === env.ANTHROPIC_API_KEY?.trim())
    return {
      ok: false,
      message: `--key-env takes a compatible server's own key; ${name} holds one of Anthropic's, which is never sent elsewhere.`,
    };
  return { ok: true, key };
}
