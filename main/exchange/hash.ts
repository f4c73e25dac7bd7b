/** Owns content hashes: SHA-256 over canonical JSON (RFC 8785). */
import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { orgContent } from "#shared/org/create.ts";
import type { Org } from "#shared/org/schema.ts";

/** Hex SHA-256 of a JSON value, whatever the order of its fields. */
export function hashJson(value: unknown): string {
  // Through JSON once: fields that are undefined are absent, as they are in a file.
  const text = canonicalize(JSON.parse(JSON.stringify(value)) as unknown);
  return createHash("sha256").update(text as string).digest("hex");
}

/** What identifies an org version: the design without position, notes, groups and labels. */
export function hashOrg(org: Org): string {
  return hashJson(orgContent(org));
}
