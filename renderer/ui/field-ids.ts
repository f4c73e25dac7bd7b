/** Owns the ids of fields that another place leads to. */

export const KEY_FIELD = "anthropic-key";
