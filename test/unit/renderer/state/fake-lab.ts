/** Owns a lab in memory for tests of the draft: it keeps to the contract, and a test says when anything travels. */
import { applyOps, type Op } from "#shared/org/edit.ts";
import type { Org } from "#shared/org/schema.ts";
import type { DraftUpdate } from "#shared/rpc/org-types.ts";
import { LabLink } from "#renderer/lab/lab.ts";
import type { LabClient, Line, Transport } from "#renderer/lab/transport.ts";

interface Request {
  editId: string;
  ops: Op[];
  answer: { ok: true; revision: number } | { ok: false; code: string } | null;
  resolve(answer: { revision: number }): void;
  reject(error: Error): void;
}

/** An open watch: what the tab was told last, and who waits for more. */
interface Stream {
  known: number | null;
  wake: (() => void) | null;
  waiting: DraftUpdate[];
}

/** Lets everything that was set off run to its end. */
export async function settle(): Promise<void> {
  for (let count = 0; count < 60; count += 1) await Promise.resolve();
}

export class FakeLab {
  org: Org;
  revision = 1;
  open = false;
  /** The next edit that the lab takes is refused with this code. */
  refuseWith: string | null = null;
  #edits: { editId: string; ops: Op[]; revision: number }[] = [];
  #requests: Request[] = [];
  #stream: Stream | null = null;
  #onLine: (line: Line) => void = () => undefined;
  #onLost: () => void = () => undefined;

  constructor(org: Org) {
    this.org = org;
  }

  /** The real link, over a transport whose other end is this. */
  link(): LabLink {
    const transport: Transport = {
      start: (onLine, onLost) => {
        this.#onLine = onLine;
        this.#onLost = onLost;
        return () => undefined;
      },
    };
    return new LabLink(transport);
  }

  get requests(): number {
    return this.#requests.length;
  }

  connect(): void {
    if (this.open) return;
    this.open = true;
    const edit = (input: { editId: string; ops: Op[] }) =>
      new Promise((resolve, reject) => this.#requests.push({ ...input, answer: null, resolve, reject }));
    const watch = async (input: { since: number | null }, { signal }: { signal: AbortSignal }) => this.#watch(input.since, signal);
    this.#onLine({ client: { orgs: { edit, watch } } as unknown as LabClient, close: () => undefined });
  }

  /** The line goes: what was not answered never will be; requests under way have come through or not. */
  lose(cameThrough: boolean): void {
    if (!this.open) return;
    this.open = false;
    if (cameThrough) while (this.take());
    this.#requests = [];
    this.#stream = null;
    this.#onLost();
  }

  /** The lab ends and starts again: its store is as it was, what it remembered of edits is gone. */
  restart(cameThrough: boolean): void {
    this.lose(cameThrough);
    this.#edits = [];
  }

  /** The lab works on the oldest request it has not seen; false where there is none. */
  take(): boolean {
    const request = this.#requests.find((each) => each.answer === null);
    if (!request) return false;
    if (this.refuseWith !== null) {
      request.answer = { ok: false, code: this.refuseWith };
      this.refuseWith = null;
    } else request.answer = { ok: true, revision: this.#keep(request.editId, request.ops) };
    return true;
  }

  /** The oldest answer arrives; false where there is none. */
  answer(): boolean {
    const request = this.#requests.find((each) => each.answer !== null);
    if (!request?.answer) return false;
    this.#requests = this.#requests.filter((each) => each !== request);
    if (request.answer.ok) request.resolve({ revision: request.answer.revision });
    else request.reject(Object.assign(new Error("It was refused."), { code: request.answer.code }));
    return true;
  }

  /** Another tab's edit. */
  foreign(editId: string, ops: Op[]): void {
    this.#keep(editId, ops);
  }

  /** The next event of the stream arrives; false where the tab is up to date. */
  tell(): boolean {
    const stream = this.#stream;
    if (!stream) return false;
    const after = this.#edits.filter((each) => stream.known !== null && each.revision > stream.known);
    const next = after[0];
    if (stream.known === null || stream.known > this.revision || after.length !== this.revision - stream.known) {
      stream.waiting.push({ kind: "whole", org: this.org, revision: this.revision });
      stream.known = this.revision;
    } else if (next) {
      stream.waiting.push({ kind: "edit", ...next });
      stream.known = next.revision;
    } else return false;
    stream.wake?.();
    return true;
  }

  /** Everything travels until nothing is left. */
  async quiesce(): Promise<void> {
    this.connect();
    await settle();
    while ([this.take(), this.answer(), this.tell()].some(Boolean)) await settle();
  }

  #keep(editId: string, ops: Op[]): number {
    const again = this.#edits.find((each) => each.editId === editId);
    if (again) return again.revision;
    this.org = applyOps(this.org, ops);
    this.revision += 1;
    this.#edits.push({ editId, ops, revision: this.revision });
    return this.revision;
  }

  async *#watch(since: number | null, signal: AbortSignal): AsyncGenerator<DraftUpdate> {
    const stream: Stream = { known: since, wake: null, waiting: [] };
    this.#stream = stream;
    while (!signal.aborted) {
      yield* stream.waiting.splice(0);
      await new Promise<void>((resolve) => {
        stream.wake = resolve;
        signal.addEventListener("abort", () => resolve(), { once: true });
        if (signal.aborted || stream.waiting.length > 0) resolve();
      });
    }
  }
}
