/** Owns the order of migrations: append only; the database's version is the number of those that ran. */
import { sql as first } from "#main/store/migrations/0001-first.ts";
import { sql as many } from "#main/store/migrations/0002-many.ts";
import { sql as inOrder } from "#main/store/migrations/0003-in-order.ts";
import { sql as versions } from "#main/store/migrations/0004-versions.ts";
import { sql as usage } from "#main/store/migrations/0005-usage.ts";

export const MIGRATIONS: readonly string[] = [first, many, inOrder, versions, usage];
