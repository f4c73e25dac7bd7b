import type { Op } from "#shared/org/edit.ts";
import type { Org } from "#shared/org/schema.ts";
import type { DraftUpdate } from "#shared/rpc/types.ts";

export declare class House {
  constructor(org: Org);
  /** The draft as it is kept. */
  get kept(): Org;
  get revision(): number;
  line(): {
    edit(input: { editId: string; ops: Op[] }): Promise<{ revision: number | null }>;
    watch(since: number | null, signal: AbortSignal): AsyncGenerator<DraftUpdate>;
  };
  /** The lab ends and starts again: what is kept is kept, what the room remembered of edits is gone. */
  restart(): void;
  close(): void;
}
