import { describe, expect, it } from "vitest";
import { StoredTogether } from "#main/lab/together.ts";

describe("events that are stored together", () => {
  /** A store that writes down when it begins and commits. */
  function recorded(): { heard: string[]; together: StoredTogether; emit(name: string): void } {
    const heard: string[] = [];
    const together = new StoredTogether((emits) => {
      heard.push("begin");
      emits();
      heard.push("commit");
    });
    const emit = (name: string) => {
      heard.push(`store ${name}`);
      together.tell(() => heard.push(`tell ${name}`));
    };
    return { heard, together, emit };
  }

  it("nobody hears of an event before it is stored, and all hear of them in order", () => {
    const { heard, together, emit } = recorded();
    emit("1");
    together.run(() => {
      emit("2");
      together.run(() => emit("3"));
      emit("4");
    });
    emit("5");
    const inOne = ["begin", "store 2", "store 3", "store 4", "commit", "tell 2", "tell 3", "tell 4"];
    expect(heard).toEqual(["store 1", "tell 1", ...inOne, "store 5", "tell 5"]);
  });

  it("where it is broken off nobody is told, and the next are stored and told again", () => {
    const { heard, together, emit } = recorded();
    const broken = () =>
      together.run(() => {
        emit("1");
        throw new Error("no room on the disk");
      });
    expect(broken).toThrow("no room on the disk");
    emit("2");
    expect(heard).toEqual(["begin", "store 1", "store 2", "tell 2"]);
  });
});
