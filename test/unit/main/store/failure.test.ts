import { describe, expect, it } from "vitest";
import { isDiskFull, storeFailureSentence } from "#main/store/failure.ts";

const failing = (code: unknown, message = "disk I/O error") => Object.assign(new Error(message), { code });

describe("what is said when the store cannot write", () => {
  it.each([
    ["SQLITE_FULL", /^The disk is full: .*\/a\/lab\.db.*Make room/],
    ["ENOSPC", /^The disk is full: /],
    ["SQLITE_IOERR_WRITE", /\/a\/lab\.db cannot be written \(SQLITE_IOERR_WRITE: disk I\/O error\)/],
    ["SQLITE_READONLY_DBMOVED", /\/a\/lab\.db cannot be written, since it is read-only now/],
  ])("H %s is a sentence with the file, what to do, and what is kept", (code, sentence) => {
    const said = storeFailureSentence(failing(code), "/a/lab.db");
    expect(said).toMatch(sentence);
    expect(said).toMatch(/start again to go on; everything that was stored before is kept\.$/);
  });

  it.each([[new Error("a bug")], ["SQLITE_FULL"], [null], [failing(13)], [failing("SQLITE_CONSTRAINT_UNIQUE")]])(
    "H %s is none of the disk's",
    (error) => {
      expect(storeFailureSentence(error, "/a/lab.db")).toBeNull();
      expect(isDiskFull(error)).toBe(false);
    },
  );
});
