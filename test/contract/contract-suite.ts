/** Owns the one contract suite: the same assertions, whatever transport lies between. */
import { afterEach, beforeEach, describe } from "vitest";
import { type Connect, countWatches, type Given, makeLab } from "#test/contract/given.ts";
import { branchContract } from "#test/contract/parts/branches.ts";
import { draftContract } from "#test/contract/parts/drafts.ts";
import { experimentContract } from "#test/contract/parts/experiments.ts";
import { failureContract } from "#test/contract/parts/failures.ts";
import { orgContract } from "#test/contract/parts/orgs.ts";

/** Runs the contract over a transport; every test has a lab and a line of its own. */
export function contractSuite(name: string, connect: Connect): void {
  describe(`the contract over ${name}`, () => {
    let given: Given | null = null;
    beforeEach(async () => {
      const lab = makeLab();
      const watches = countWatches(lab);
      given = { ...(await connect(lab)), lab, watches };
    });
    afterEach(async () => {
      await given?.close();
      await given?.lab.close();
      given = null;
    });
    const use = (): Given => {
      if (!given) throw new Error("there is no line outside of a test");
      return given;
    };
    orgContract(use);
    draftContract(use);
    experimentContract(use);
    branchContract(use);
    failureContract(use, connect);
  });
}
