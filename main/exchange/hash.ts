/** Owns content hashes: SHA-256 over canonical JSON (RFC 8785). */
import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { orgContent } from "#shared/org/create.ts";
import type { Org } from "#shared/org/schema.ts";

/** Hex SHA-256 of a JSON value, whatever the order of its fields. */
export function hashJson(value: unknown): string {
  // Through JSON once: fields that are undefined are absent, as they are in a file.
  const text = canonicalize(wellFormed(JSON.parse(JSON.stringify(value)) as unknown));
  return createHash("sha256")
    .update(text as string)
    .digest("hex");
}

/** RFC 8785 knows no half surrogate pairs, but a file's texts may hold them: they are read as U+FFFD, as the store writes them. */
function wellFormed(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/\p{Surrogate}/gu, "\uFFFD");
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [wellFormed(name), wellFormed(each)]));
}

/** What identifies an org version: the design without position, notes, groups and labels. */
export function hashOrg(org: Org): string {
  return hashJson(orgContent(org));
}
