import { describe, expect, it } from "vitest";
import { connectionSchema } from "#shared/run/connection.ts";

const read = (baseUrl: string) => connectionSchema.safeParse({ kind: "compatible", baseUrl });

describe("a compatible server's address", () => {
  it.each(["http://localhost:11434", "https://server.example/team@home", "https://server.example/?to=a@b", "http://[::1]:80"])(
    "D %s is taken",
    (url) => expect(read(url).success).toBe(true),
  );

  it.each(["http://me:pw@server", "https://me@server/v1", "http:///me:pw@server", "http://me:p:w@[::1]:80"])(
    "D %s is refused with a sentence that names --key-env: addresses are stored and shown",
    (url) => {
      expect(new URL(url).username).toBe("me");
      const result = read(url);
      expect(result.error?.issues.map((issue) => issue.message)).toEqual([expect.stringContaining("--key-env NAME")]);
    },
  );
});
